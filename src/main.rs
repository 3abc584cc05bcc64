//! The program: parses its arguments and calls the library.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use salpa::operator::{self, Command};
use salpa::routes;

/// A request makes some hundred small allocations on whichever thread it runs; the system's allocator
/// spent a tenth of the processor on them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[expect(clippy::disallowed_methods, reason = "the environment is read here and handed down")]
fn main() -> ExitCode {
    let command = Command::parse();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(operator::run(command, std::env::vars(), routes::router)),
        Err(_) => ExitCode::FAILURE,
    }
}
