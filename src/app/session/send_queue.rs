//! Which of our bytes have arrived at the other machine, which are on the way, which wait here, and which are lost.
//!
//! A byte waits until the operating system takes it over, and is under way until the other machine has acknowledged it.
//! Where the system does not tell of acknowledgements, nothing is ever said to be late or lost on the way.
//!
//! Everything we send stands in one log of the transcript, and goes out in the same order. So a place in that log is
//! a place in the stream, and what waits or was lost is a stretch of it: nothing has to be kept for each row.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

/// How long bytes wait before that is worth showing. On a link that is well they are gone with the next wakeup, and
/// nothing flickers.
const A_MOMENT: Duration = Duration::from_millis(250);

/// How long bytes have been late before that is shown. They are reported when they are a second old, so it shows after 3 s.
const LATE_SHOWN_AFTER: Duration = Duration::from_secs(2);

/// What became of something we sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// The operating system has taken all of it, and it is not known to be late on the way. Whether the server has read
    /// it nobody can tell.
    #[default]
    Sent,
    /// The other machine has not acknowledged all of it, although it is late.
    Unacknowledged,
    /// At least the end of it waits for a server that does not read.
    Waiting,
    /// None of it left this machine or was acknowledged by the other one, and the connection is over.
    NotSent,
    /// A part of it arrived at the other machine. The rest did not leave or was not acknowledged, as above.
    PartlySent,
}

/// Whether what waits has waited for long enough to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Latency {
    /// Nothing waits, or not for long; then it is due at this time.
    Normal(Option<Duration>),
    /// It has, and until nothing waits any more all of it is shown.
    Slow,
}

/// Whether bytes under way are late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// None is known to be.
    InTime,
    /// They are, and at this time it is to be shown.
    Late(Duration),
    /// They are, and it is shown.
    LateShown,
}

/// Bytes that wait or are under way, in the order they were handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    /// These bytes of the log.
    Visible(Range<u64>),
    /// So many that are kept nowhere: a secret line.
    Hidden(Range<u64>),
}

impl Span {
    const fn range_mut(&mut self) -> &mut Range<u64> {
        match self {
            Self::Visible(range) | Self::Hidden(range) => range,
        }
    }

    const fn len(&self) -> u64 {
        match self {
            Self::Visible(range) | Self::Hidden(range) => range.end - range.start,
        }
    }

    /// Takes up to so many bytes off the front.
    fn take_front(&mut self, bytes: u64) -> Self {
        let whole = self.range_mut();
        let end = whole.end.min(whole.start + bytes);
        let front = std::mem::replace(&mut whole.start, end)..end;
        match self {
            Self::Visible(_) => Self::Visible(front),
            Self::Hidden(_) => Self::Hidden(front),
        }
    }
}

/// What will not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct LostBytes {
    /// How many bytes.
    pub(in crate::app) bytes: usize,
    /// The first of those that are in the log.
    pub(in crate::app) from: Option<u64>,
    /// Whether some are kept nowhere.
    pub(in crate::app) has_unseen: bool,
}

/// The bytes that wait, are unacknowledged, or were lost, as ranges of the log of sent bytes.
#[derive(Debug)]
pub(in crate::app) struct SendQueue {
    /// In the order of the log, none empty. More than one only where something between was refused or unseen.
    waiting: VecDeque<Span>,
    /// Taken over by the system and not known to be acknowledged; before those that wait, in the same order.
    under_way: VecDeque<Span>,
    /// Bytes of this connection known to be acknowledged.
    acknowledged: u64,
    way: Way,
    /// In the order of the log, none empty, none touching another.
    lost: Vec<Range<u64>>,
    pace: Latency,
}

impl Default for SendQueue {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            under_way: VecDeque::new(),
            acknowledged: 0,
            way: Way::InTime,
            lost: Vec::new(),
            pace: Latency::Normal(None),
        }
    }
}

impl SendQueue {
    /// A stretch at the end of the log was handed to the link.
    pub(in crate::app) fn queue(&mut self, stretch: Range<u64>, now: Duration) {
        match self.waiting.back_mut() {
            Some(Span::Visible(last)) if last.end == stretch.start => last.end = stretch.end,
            _ => self.begin(Span::Visible(stretch), now),
        }
    }

    /// So many bytes were handed to the link that are not in the log.
    pub(in crate::app) fn queue_unseen(&mut self, bytes: usize, now: Duration) {
        self.begin(Span::Hidden(0..bytes as u64), now);
    }

    fn begin(&mut self, stretch: Span, now: Duration) {
        if stretch.len() == 0 {
            return;
        }
        if self.waiting.is_empty() {
            self.pace = Latency::Normal(Some(now + A_MOMENT));
        }
        self.waiting.push_back(stretch);
    }

    /// Bytes that wait.
    pub(in crate::app) fn queued(&self) -> usize {
        count(&self.waiting)
    }

    /// Begins to count acknowledgements anew: another connection stands.
    pub(in crate::app) fn begin_connection(&mut self) {
        self.under_way.clear();
        self.acknowledged = 0;
        self.way = Way::InTime;
    }

    /// The first so many bytes of what waits were taken over.
    pub(in crate::app) fn written(&mut self, bytes: usize) {
        take_front(&mut self.waiting, bytes as u64, |taken| push_back(&mut self.under_way, taken));
        self.finish();
    }

    /// The other machine has acknowledged so many bytes of this connection.
    pub(in crate::app) fn acknowledged(&mut self, bytes: u64, is_late: bool, now: Duration) {
        let news = bytes.saturating_sub(self.acknowledged);
        take_front(&mut self.under_way, news, drop);
        self.acknowledged += news;
        self.way = match self.way {
            _ if !is_late || self.under_way.is_empty() => Way::InTime,
            Way::InTime => Way::Late(now + LATE_SHOWN_AFTER),
            late => late,
        };
    }

    /// Bytes that are late on the way, and all those that were handed over since.
    pub(in crate::app) fn late(&self) -> usize {
        match self.way {
            Way::InTime => 0,
            Way::Late(_) | Way::LateShown => count(&self.under_way),
        }
    }

    /// Whether bytes are late and have been for so long that it is shown.
    pub(in crate::app) fn is_late_shown(&self) -> bool {
        self.way == Way::LateShown
    }

    /// The connection is over. What is late waits again, for [`lose_last`](Self::drop_last) to be lost, and everything
    /// else under way is taken to have arrived. Gives how many bytes were late.
    pub(in crate::app) fn end_connection(&mut self) -> usize {
        let late = self.late();
        if late > 0 {
            self.under_way.append(&mut self.waiting);
            std::mem::swap(&mut self.under_way, &mut self.waiting);
        }
        self.begin_connection();
        late
    }

    /// The last so many bytes of what waits will not be sent. What lies before `kept` in the log is forgotten.
    pub(in crate::app) fn drop_last(&mut self, bytes: usize, kept: u64) -> LostBytes {
        let (mut from, mut has_unseen) = (None, false);
        let mut left = bytes as u64;
        while left > 0
            && let Some(last) = self.waiting.back_mut()
        {
            let taken = left.min(last.len());
            last.range_mut().end -= taken;
            left -= taken;
            let (lost, is_empty) = (last.clone(), last.len() == 0);
            if is_empty {
                self.waiting.pop_back();
            }
            match lost {
                Span::Visible(Range { end, .. }) => {
                    from = Some(end);
                    self.mark_lost(end..end + taken);
                }
                Span::Hidden(_) => has_unseen = true,
            }
        }
        self.lost.retain(|stretch| stretch.end > kept);
        self.finish();
        // No more than was asked for.
        LostBytes { bytes: bytes - usize::try_from(left).unwrap_or(bytes), from, has_unseen }
    }

    fn mark_lost(&mut self, stretch: Range<u64>) {
        let at = self.lost.partition_point(|other| other.start < stretch.start);
        self.lost.insert(at, stretch);
        self.lost.dedup_by(|next, before| {
            let touches = before.end == next.start;
            if touches {
                before.end = next.end;
            }
            touches
        });
    }

    /// What became of a stretch.
    pub(in crate::app) fn delivery(&self, stretch: &Range<u64>) -> Delivery {
        let shares = |other: &&Range<u64>| other.start < stretch.end && stretch.start < other.end;
        let after = self.lost.partition_point(|lost| lost.end <= stretch.start);
        match self.lost.get(after).filter(shares) {
            Some(lost) if lost.start <= stretch.start && stretch.end <= lost.end => Delivery::NotSent,
            Some(_) => Delivery::PartlySent,
            None if shares_any(&self.waiting, stretch) => Delivery::Waiting,
            None if self.way != Way::InTime && shares_any(&self.under_way, stretch) => Delivery::Unacknowledged,
            None => Delivery::Sent,
        }
    }

    /// Whether nothing can become of a stretch any more but what has become of it.
    pub(in crate::app) fn is_settled(&self, stretch: &Range<u64>) -> bool {
        !shares_any(&self.waiting, stretch) && !shares_any(&self.under_way, stretch)
    }

    /// Whether something waits, and has for more than a moment.
    pub(in crate::app) fn is_slow(&self) -> bool {
        self.pace == Latency::Slow
    }

    /// When what waits, or what is late, is to be shown.
    pub(in crate::app) fn deadline(&self) -> Option<Duration> {
        let late = match self.way {
            Way::Late(due) => Some(due),
            Way::InTime | Way::LateShown => None,
        };
        self.slow_at().into_iter().chain(late).min()
    }

    const fn slow_at(&self) -> Option<Duration> {
        match self.pace {
            Latency::Normal(due) => due,
            Latency::Slow => None,
        }
    }

    /// Says whether what waits, or what is late, is to be shown from now on.
    pub(in crate::app) fn on_due(&mut self, now: Duration) -> bool {
        let is_slow = self.slow_at().is_some_and(|due| due <= now);
        if is_slow {
            self.pace = Latency::Slow;
        }
        let is_late = matches!(self.way, Way::Late(due) if due <= now);
        if is_late {
            self.way = Way::LateShown;
        }
        is_slow || is_late
    }

    fn finish(&mut self) {
        if self.waiting.is_empty() {
            self.pace = Latency::Normal(None);
        }
    }
}

fn count(stretches: &VecDeque<Span>) -> usize {
    let bytes: u64 = stretches.iter().map(Span::len).sum();
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn shares_any(stretches: &VecDeque<Span>, stretch: &Range<u64>) -> bool {
    let shares = |other: &Range<u64>| other.start < stretch.end && stretch.start < other.end;
    stretches.iter().any(|other| matches!(other, Span::Visible(range) if shares(range)))
}

/// Takes up to so many bytes off the front.
fn take_front(stretches: &mut VecDeque<Span>, bytes: u64, mut taken: impl FnMut(Span)) {
    let mut left = bytes;
    while left > 0
        && let Some(first) = stretches.front_mut()
    {
        let front = first.take_front(left);
        if first.len() == 0 {
            stretches.pop_front();
        }
        left -= front.len();
        taken(front);
    }
}

/// Adds a stretch, to the last one if it goes on from there.
fn push_back(stretches: &mut VecDeque<Span>, stretch: Span) {
    match (stretches.back_mut(), &stretch) {
        (Some(Span::Visible(last)), Span::Visible(next)) if last.end == next.start => last.end = next.end,
        (Some(Span::Hidden(last)), Span::Hidden(next)) => last.end += next.end - next.start,
        _ => stretches.push_back(stretch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn bytes_wait_are_written_from_the_front_and_lost_from_the_back() {
        let mut outbox = SendQueue::default();
        outbox.queue(0..6, Duration::ZERO);
        outbox.queue(6..12, Duration::ZERO);
        assert_eq!(outbox.delivery(&(0..6)), Delivery::Waiting);
        outbox.written(8);
        assert_eq!(outbox.delivery(&(0..6)), Delivery::Sent);
        assert_eq!(outbox.delivery(&(6..12)), Delivery::Waiting, "the end of it waits");
        outbox.queue(12..20, Duration::ZERO);
        assert_eq!(outbox.drop_last(99, 0), LostBytes { bytes: 12, from: Some(8), has_unseen: false });
        assert_eq!(outbox.delivery(&(6..12)), Delivery::PartlySent);
        assert_eq!(outbox.delivery(&(12..20)), Delivery::NotSent);
        assert_eq!(outbox.queued(), 0);
        assert_eq!((outbox.lost.len(), outbox.lost.first()), (1, Some(&(8..20))), "in one piece");
    }

    #[test]
    fn only_what_waits_for_a_moment_is_shown_to_wait_and_then_until_all_is_gone() {
        let mut outbox = SendQueue::default();
        outbox.queue(0..6, 100 * MS);
        assert_eq!(outbox.deadline(), Some(350 * MS));
        outbox.written(6);
        assert_eq!(outbox.deadline(), None, "nothing to wake up for");
        outbox.queue(6..12, 200 * MS);
        outbox.queue(12..20, 300 * MS);
        assert!(!outbox.on_due(449 * MS) && !outbox.is_slow());
        assert!(outbox.on_due(450 * MS) && outbox.is_slow());
        outbox.written(6);
        assert!(outbox.is_slow());
        outbox.written(8);
        assert!(!outbox.is_slow());
        assert_eq!(outbox.deadline(), None);
    }

    #[test]
    fn a_line_that_is_kept_nowhere_is_written_and_lost_in_its_turn() {
        let mut outbox = SendQueue::default();
        outbox.queue(0..6, Duration::ZERO);
        outbox.queue_unseen(4, Duration::ZERO);
        outbox.queue(6..12, Duration::ZERO);
        assert_eq!(outbox.queued(), 16);
        outbox.written(8);
        assert_eq!((outbox.delivery(&(0..6)), outbox.delivery(&(6..12))), (Delivery::Sent, Delivery::Waiting));
        assert_eq!(outbox.drop_last(99, 0), LostBytes { bytes: 8, from: Some(6), has_unseen: true });
        assert_eq!(outbox.queued(), 0);
        assert_eq!((outbox.lost.len(), outbox.delivery(&(6..12))), (1, Delivery::NotSent));
    }

    #[test]
    fn what_is_lost_is_forgotten_with_its_rows() {
        let mut outbox = SendQueue::default();
        for n in 0..100 {
            outbox.queue(n * 10..n * 10 + 5, Duration::ZERO);
            outbox.drop_last(5, 0);
        }
        assert_eq!(outbox.lost.len(), 100);
        outbox.queue(1000..1005, Duration::ZERO);
        outbox.drop_last(5, 985);
        assert_eq!(outbox.lost, [990..995, 1000..1005]);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Queue(u64),
        Written(usize),
        Lose(usize),
        /// So many bytes more, and whether others are late.
        Acknowledge(u64, bool),
        /// The connection ends, and another one begins.
        End,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (1..9_u64).prop_map(Step::Queue),
            (0..12_usize).prop_map(Step::Written),
            (0..12_usize).prop_map(Step::Lose),
            (0..12_u64, any::<bool>()).prop_map(|(more, is_late)| Step::Acknowledge(more, is_late)),
            Just(Step::End),
        ];
        proptest::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn every_byte_has_the_fate_that_a_list_of_bytes_has(steps in steps()) {
            let mut outbox = SendQueue::default();
            // A byte under way is `Unacknowledged` here, whether any is late or not.
            let mut bytes: Vec<Delivery> = Vec::new();
            let (mut acknowledged, mut is_late) = (0, false);
            for step in steps {
                let all = |bytes: &[Delivery], fate| -> Vec<usize> {
                    (0..bytes.len()).filter(|&at| bytes[at] == fate).collect()
                };
                let waiting = |bytes: &[Delivery]| all(bytes, Delivery::Waiting);
                match step {
                    Step::Queue(len) => {
                        let start = bytes.len() as u64;
                        outbox.queue(start..start + len, Duration::ZERO);
                        bytes.resize((start + len).try_into().unwrap(), Delivery::Waiting);
                    }
                    Step::Written(count) => {
                        outbox.written(count);
                        waiting(&bytes).into_iter().take(count).for_each(|at| bytes[at] = Delivery::Unacknowledged);
                    }
                    Step::Acknowledge(more, late) => {
                        let under_way = all(&bytes, Delivery::Unacknowledged);
                        acknowledged += more.min(under_way.len() as u64);
                        outbox.acknowledged(acknowledged, late, Duration::ZERO);
                        let more = usize::try_from(more).unwrap();
                        under_way.iter().take(more).for_each(|&at| bytes[at] = Delivery::Sent);
                        is_late = late && under_way.len() > more;
                    }
                    Step::End => {
                        let late = outbox.end_connection();
                        prop_assert_eq!(late, if is_late { all(&bytes, Delivery::Unacknowledged).len() } else { 0 });
                        outbox.drop_last(outbox.queued(), 0);
                        let fate = if is_late { Delivery::NotSent } else { Delivery::Sent };
                        for at in all(&bytes, Delivery::Unacknowledged) {
                            bytes[at] = fate;
                        }
                        for at in waiting(&bytes) {
                            bytes[at] = Delivery::NotSent;
                        }
                        (acknowledged, is_late) = (0, false);
                    }
                    Step::Lose(count) => {
                        let lost = outbox.drop_last(count, 0).bytes;
                        prop_assert_eq!(lost, count.min(waiting(&bytes).len()));
                        waiting(&bytes).into_iter().rev().take(count).for_each(|at| bytes[at] = Delivery::NotSent);
                    }
                }
                prop_assert_eq!(outbox.queued(), waiting(&bytes).len());
                for (at, &fate) in (0..).zip(&bytes) {
                    let fate = if fate == Delivery::Unacknowledged && !is_late { Delivery::Sent } else { fate };
                    prop_assert_eq!(outbox.delivery(&(at..at + 1)), fate, "byte {}", at);
                }
            }
        }
    }
}
