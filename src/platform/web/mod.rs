//! What every page and answer has in common.
