//! What the operator runs: the commands, and the listener with its limits.

mod connections;
