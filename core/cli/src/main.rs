//! `wellkept`: the client in a terminal.
fn main() {}
