//! What takes a minute or depends on the millisecond: the hub on a clock that can be wound.

use super::*;
use crate::lab::chat::Chat;
use crate::lab::relay::Relay;
use fastrand::Rng;
use std::net::Ipv4Addr;
use tokio::time::{advance, sleep_until};

struct Stage {
    hub: Hub,
    incidents: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    fn new(room: Box<dyn Room>) -> Self {
        let incidents = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&incidents);
        let sink: Sink = Box::new(move |incident| log.lock().unwrap().push(incident.to_string()));
        Self { hub: Hub::new(room, Limits::default(), sink, false), incidents }
    }

    fn joins(&self) -> Speaker {
        let speaker = self.hub.join(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))).unwrap();
        read(&speaker);
        speaker
    }

    fn hears(&self, speaker: &mut Speaker, mut words: &[u8]) -> (Heard, usize) {
        let before = words.len();
        let heard = self.hub.hear(speaker, Words::Bytes(&mut words));
        (heard, before - words.len())
    }
}

/// What waits for a client, which takes it.
fn read(speaker: &Speaker) -> String {
    let mut inside = speaker.mailbox.open();
    let mut text = Vec::new();
    loop {
        let mut slices = Outbox::no_slices();
        let used = inside.outbox.slices(&mut slices);
        let Some(slices @ [_, ..]) = slices.get(..used) else { break };
        let start = text.len();
        slices.iter().for_each(|slice| text.extend_from_slice(slice));
        let written = text.len() - start;
        inside.outbox.written(Moment::ZERO, written);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(start_paused = true)]
async fn who_keeps_saying_too_much_is_told_once_and_cut_off_after_a_minute() {
    let stage = Stage::new(Box::new(Chat::new(0, b"", Rng::with_seed(1))));
    let (ann, mut eve) = (stage.joins(), stage.joins());
    read(&ann);
    let words = b"x\n".repeat(10_000);
    let (mut rest, mut told) = (&words[..], String::new());
    let start = stage.hub.now();
    let reason = loop {
        let heard = stage.hub.hear(&mut eve, Words::Bytes(&mut rest));
        told.push_str(&read(&eve));
        match heard {
            Heard::HeldUntil(at) => sleep_until(stage.hub.instant(at)).await,
            Heard::Cut(reason) => break reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason, "it kept saying more than the server takes");
    assert_eq!(stage.hub.now() - start, Limits::default().over_rate);
    // A hundred at once, and twenty a second for a minute. All of that was said.
    let heard = (words.len() - rest.len()) / 2;
    assert_eq!(heard, 100 + 60 * 20);
    assert_eq!(read(&ann).matches(": x\n").count(), heard);
    assert_eq!(told, "* Slow down: this server takes 20 lines a second from each. The rest of yours waits.\n");
    let incidents = stage.incidents.lock().unwrap();
    assert_eq!(incidents.iter().filter(|words| words.starts_with("slowed ")).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_makes_up_for_having_said_too_much() {
    let stage = Stage::new(Box::<Relay>::default());
    let mut eve = stage.joins();
    for _ in 0..20 {
        // More than a minute of this, with pauses long enough to pay for it.
        assert!(matches!(stage.hears(&mut eve, &b"x\n".repeat(150)), (Heard::HeldUntil(_), 200)));
        assert!(read(&eve).starts_with("* Slow down: "));
        advance(Duration::from_secs(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_character_waits_for_its_other_half() {
    let stage = Stage::new(Box::<Relay>::default());
    let (ann, mut eve) = (stage.joins(), stage.joins());
    stage.hears(&mut eve, b"caf\xc3");
    assert_eq!(stage.hub.hear(&mut eve, Words::Silence), Heard::All);
    assert_eq!(read(&ann), "caf");
    assert!(eve.framer.awaits_silence());
    stage.hears(&mut eve, b"\xa9\n");
    assert_eq!(read(&ann), "é\n");
}

#[tokio::test(start_paused = true)]
async fn one_turn_is_not_without_end() {
    let stage = Stage::new(Box::<Relay>::default());
    let mut eve = Speaker { pace: Pace::default(), ..stage.joins() };
    let hub = Hub { limits: Limits { rate: None, ..Limits::default() }, ..stage.hub };
    let words = b"\n".repeat(TURN + 1);
    let mut rest = &words[..];
    assert_eq!(hub.hear(&mut eve, Words::Bytes(&mut rest)), Heard::Enough);
    assert_eq!(rest.len(), 1);
    assert_eq!(hub.hear(&mut eve, Words::Bytes(&mut rest)), Heard::All);
}
