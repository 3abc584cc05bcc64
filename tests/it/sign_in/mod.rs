//! Stories of signing in, as the person before the browser sees them.

mod first;
mod outside;
mod recovery;
