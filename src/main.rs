//! The program: parses its arguments and calls the library.

use std::process::ExitCode;

use clap::Parser;
use salpa::commands::{self, Command};
use salpa::routes;

/// A refresh allocates a few hundred times, on one thread, and is freed on another; under this allocator
/// it takes a tenth less processor time than under that of the C library.
#[cfg(feature = "production")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[expect(clippy::disallowed_methods, reason = "the environment is read here and handed down")]
fn main() -> ExitCode {
    let command = Command::parse();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(command, std::env::vars(), routes::router)),
        Err(_) => ExitCode::FAILURE,
    }
}
