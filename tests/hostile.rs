//! Clients of our servers that are odd, slow, broken or out for trouble, on raw bytes.

use crate::support::serve::Served;

#[test]
fn a_bare_cr_does_not_lead_back_to_the_start_of_the_line() {
    let server = Served::start(&["chat"]);
    let (mut ann, mut eve) = (server.named("ann"), server.named("eve"));
    eve.says("hi\r* ann left");
    ann.reads_until("eve: hi^M* ann left\n");
}
