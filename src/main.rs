//! Salpa.
fn main() {}
