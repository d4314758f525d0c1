//! Our own servers, as the built program runs them, with the clients that people have.

use crate::support::serve::Served;

#[test]
fn echo_answers_in_kind() {
    let server = Served::start(&["echo"]);
    let mut client = server.client();
    client.sends(b"hello\r\n\xff\n");
    client.reads(b"hello\r\n\xff\n");
    server.logs("joined   127.0.0.1:");
}
