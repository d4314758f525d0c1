//! The delivery state of sent bytes: waiting, in flight, acknowledged or lost.
//!
//! A byte waits until the operating system accepts it, and is in flight until the other machine's TCP acknowledges it.
//! Where the system does not report acknowledgements, bytes never become late or lost in flight.
//!
//! The transcript keeps all sent bytes in one log, in sending order. Offsets in that log identify bytes here, and the
//! states are ranges of it, so that no state has to be kept for each row.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

/// How long bytes wait before they are shown as waiting. On a healthy link they are gone by then, and nothing flickers.
const WAITING_SHOWN_AFTER: Duration = Duration::from_millis(250);

/// How long bytes are late before they are shown as late. They count as late when they are 1 s old, so it shows after 3 s.
const LATE_SHOWN_AFTER: Duration = Duration::from_secs(2);

/// The delivery state of a sent row or line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// The operating system has accepted all of it, and none of it is known to be late. TCP cannot tell whether the
    /// server has read it.
    #[default]
    Sent,
    /// The other machine has not acknowledged all of it, and some sent bytes are late.
    Unacknowledged,
    /// At least its end waits in the send queue.
    Waiting,
    /// The connection ended, and none of it was sent and acknowledged.
    NotSent,
    /// The connection ended after a part of it was delivered.
    PartlySent,
}

/// Whether waiting bytes are shown as waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Latency {
    /// Not shown. If bytes wait, they are shown from this time on.
    Normal(Option<Duration>),
    /// Shown until the queue is empty.
    Slow,
}

/// Whether bytes in flight are late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lateness {
    /// None is known to be late.
    InTime,
    /// Some are late, which is shown from this time on.
    Late(Duration),
    /// Some are late, which is shown.
    LateShown,
}

/// A range of bytes that wait or are in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    /// A range of the log.
    Visible(Range<u64>),
    /// Bytes of a secret line, which are not in the log. Only the length of the range counts.
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

    /// Takes up to `bytes` bytes off the front.
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

/// Bytes that were removed from the queue as lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct LostBytes {
    /// Number of bytes.
    pub(in crate::app) bytes: usize,
    /// Offset of the first one that is in the log.
    pub(in crate::app) from: Option<u64>,
    /// Whether a secret line is among them.
    pub(in crate::app) has_hidden: bool,
}

/// The bytes that wait, are in flight, or were lost, as ranges of the log of sent bytes.
#[derive(Debug)]
pub(in crate::app) struct SendQueue {
    /// In log order, none empty. There are several only where a refused or hidden range is in between.
    waiting: VecDeque<Span>,
    /// Accepted by the system and not known to be acknowledged. In log order, all before `waiting`.
    in_flight: VecDeque<Span>,
    /// Bytes of this connection known to be acknowledged.
    acknowledged: u64,
    lateness: Lateness,
    /// In log order, none empty, none touching another.
    lost: Vec<Range<u64>>,
    latency: Latency,
}

impl Default for SendQueue {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            in_flight: VecDeque::new(),
            acknowledged: 0,
            lateness: Lateness::InTime,
            lost: Vec::new(),
            latency: Latency::Normal(None),
        }
    }
}

impl SendQueue {
    /// Adds a range at the end of the log, which was handed to the link.
    pub(in crate::app) fn queue(&mut self, span: Range<u64>, now: Duration) {
        match self.waiting.back_mut() {
            Some(Span::Visible(last)) if last.end == span.start => last.end = span.end,
            _ => self.push(Span::Visible(span), now),
        }
    }

    /// Adds bytes that were handed to the link and are not in the log.
    pub(in crate::app) fn queue_hidden(&mut self, bytes: usize, now: Duration) {
        self.push(Span::Hidden(0..bytes as u64), now);
    }

    fn push(&mut self, span: Span, now: Duration) {
        if span.len() == 0 {
            return;
        }
        if self.waiting.is_empty() {
            self.latency = Latency::Normal(Some(now + WAITING_SHOWN_AFTER));
        }
        self.waiting.push_back(span);
    }

    /// Returns the number of waiting bytes.
    pub(in crate::app) fn queued(&self) -> usize {
        count(&self.waiting)
    }

    /// Starts counting acknowledgements anew for a new connection.
    pub(in crate::app) fn begin_connection(&mut self) {
        self.in_flight.clear();
        self.acknowledged = 0;
        self.lateness = Lateness::InTime;
    }

    /// Notes that the system has accepted the first `bytes` waiting bytes.
    pub(in crate::app) fn written(&mut self, bytes: usize) {
        take_front(&mut self.waiting, bytes as u64, |taken| push_back(&mut self.in_flight, taken));
        self.reset_latency_if_empty();
    }

    /// Notes that the other machine has acknowledged `bytes` bytes of this connection in total.
    pub(in crate::app) fn acknowledged(&mut self, bytes: u64, is_late: bool, now: Duration) {
        let new = bytes.saturating_sub(self.acknowledged);
        take_front(&mut self.in_flight, new, drop);
        self.acknowledged += new;
        self.lateness = match self.lateness {
            _ if !is_late || self.in_flight.is_empty() => Lateness::InTime,
            Lateness::InTime => Lateness::Late(now + LATE_SHOWN_AFTER),
            late => late,
        };
    }

    /// Returns the number of bytes in flight if some of them are late, else 0.
    pub(in crate::app) fn late(&self) -> usize {
        match self.lateness {
            Lateness::InTime => 0,
            Lateness::Late(_) | Lateness::LateShown => count(&self.in_flight),
        }
    }

    /// Returns whether bytes have been late for long enough to show it.
    pub(in crate::app) fn is_late_shown(&self) -> bool {
        self.lateness == Lateness::LateShown
    }

    /// Notes the end of the connection. Returns the number of late bytes, which become waiting bytes again, so that
    /// [`drop_last`](Self::drop_last) marks them as lost. Other bytes in flight are assumed to be delivered.
    pub(in crate::app) fn end_connection(&mut self) -> usize {
        let late = self.late();
        if late > 0 {
            self.in_flight.append(&mut self.waiting);
            std::mem::swap(&mut self.in_flight, &mut self.waiting);
        }
        self.begin_connection();
        late
    }

    /// Marks the last `bytes` waiting bytes as lost, or all if there are fewer. Lost ranges that end before `kept`, where
    /// the log now starts, are forgotten.
    pub(in crate::app) fn drop_last(&mut self, bytes: usize, kept: u64) -> LostBytes {
        let (mut from, mut has_hidden) = (None, false);
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
                Span::Hidden(_) => has_hidden = true,
            }
        }
        self.lost.retain(|span| span.end > kept);
        self.reset_latency_if_empty();
        LostBytes { bytes: bytes - usize::try_from(left).unwrap_or(bytes), from, has_hidden }
    }

    fn mark_lost(&mut self, span: Range<u64>) {
        let at = self.lost.partition_point(|other| other.start < span.start);
        self.lost.insert(at, span);
        self.lost.dedup_by(|next, before| {
            let touches = before.end == next.start;
            if touches {
                before.end = next.end;
            }
            touches
        });
    }

    /// Returns the delivery state of a range of the log.
    pub(in crate::app) fn delivery(&self, span: &Range<u64>) -> Delivery {
        let overlaps = |other: &&Range<u64>| other.start < span.end && span.start < other.end;
        let after = self.lost.partition_point(|lost| lost.end <= span.start);
        match self.lost.get(after).filter(overlaps) {
            Some(lost) if lost.start <= span.start && span.end <= lost.end => Delivery::NotSent,
            Some(_) => Delivery::PartlySent,
            None if overlaps_any(&self.waiting, span) => Delivery::Waiting,
            None if self.lateness != Lateness::InTime && overlaps_any(&self.in_flight, span) => {
                Delivery::Unacknowledged
            }
            None => Delivery::Sent,
        }
    }

    /// Returns whether the delivery state of a range of the log is final.
    pub(in crate::app) fn is_settled(&self, span: &Range<u64>) -> bool {
        !overlaps_any(&self.waiting, span) && !overlaps_any(&self.in_flight, span)
    }

    /// Returns whether bytes have waited for long enough to show it.
    pub(in crate::app) fn is_slow(&self) -> bool {
        self.latency == Latency::Slow
    }

    /// Returns when waiting or late bytes are to be shown as such.
    pub(in crate::app) fn deadline(&self) -> Option<Duration> {
        let late = match self.lateness {
            Lateness::Late(due) => Some(due),
            Lateness::InTime | Lateness::LateShown => None,
        };
        self.slow_at().into_iter().chain(late).min()
    }

    const fn slow_at(&self) -> Option<Duration> {
        match self.latency {
            Latency::Normal(due) => due,
            Latency::Slow => None,
        }
    }

    /// Returns whether waiting or late bytes are to be shown as such from now on.
    pub(in crate::app) fn on_due(&mut self, now: Duration) -> bool {
        let is_slow = self.slow_at().is_some_and(|due| due <= now);
        if is_slow {
            self.latency = Latency::Slow;
        }
        let is_late = matches!(self.lateness, Lateness::Late(due) if due <= now);
        if is_late {
            self.lateness = Lateness::LateShown;
        }
        is_slow || is_late
    }

    fn reset_latency_if_empty(&mut self) {
        if self.waiting.is_empty() {
            self.latency = Latency::Normal(None);
        }
    }
}

fn count(spans: &VecDeque<Span>) -> usize {
    let bytes: u64 = spans.iter().map(Span::len).sum();
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn overlaps_any(spans: &VecDeque<Span>, span: &Range<u64>) -> bool {
    let overlaps = |other: &Range<u64>| other.start < span.end && span.start < other.end;
    spans.iter().any(|other| matches!(other, Span::Visible(range) if overlaps(range)))
}

/// Takes up to `bytes` bytes off the front and passes them to `on_taken`.
fn take_front(spans: &mut VecDeque<Span>, bytes: u64, mut on_taken: impl FnMut(Span)) {
    let mut left = bytes;
    while left > 0
        && let Some(first) = spans.front_mut()
    {
        let front = first.take_front(left);
        if first.len() == 0 {
            spans.pop_front();
        }
        left -= front.len();
        on_taken(front);
    }
}

/// Appends a span, merging it with the last one if they touch.
fn push_back(spans: &mut VecDeque<Span>, span: Span) {
    match (spans.back_mut(), &span) {
        (Some(Span::Visible(last)), Span::Visible(next)) if last.end == next.start => last.end = next.end,
        (Some(Span::Hidden(last)), Span::Hidden(next)) => last.end += next.end - next.start,
        _ => spans.push_back(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn bytes_are_written_from_the_front_and_lost_from_the_back() {
        let mut queue = SendQueue::default();
        queue.queue(0..6, Duration::ZERO);
        queue.queue(6..12, Duration::ZERO);
        assert_eq!(queue.delivery(&(0..6)), Delivery::Waiting);
        queue.written(8);
        assert_eq!(queue.delivery(&(0..6)), Delivery::Sent);
        assert_eq!(queue.delivery(&(6..12)), Delivery::Waiting, "the end of it waits");
        queue.queue(12..20, Duration::ZERO);
        assert_eq!(queue.drop_last(99, 0), LostBytes { bytes: 12, from: Some(8), has_hidden: false });
        assert_eq!(queue.delivery(&(6..12)), Delivery::PartlySent);
        assert_eq!(queue.delivery(&(12..20)), Delivery::NotSent);
        assert_eq!(queue.queued(), 0);
        assert_eq!((queue.lost.len(), queue.lost.first()), (1, Some(&(8..20))), "in one piece");
    }

    #[test]
    fn waiting_shows_after_250_ms_until_the_queue_is_empty() {
        let mut queue = SendQueue::default();
        queue.queue(0..6, 100 * MS);
        assert_eq!(queue.deadline(), Some(350 * MS));
        queue.written(6);
        assert_eq!(queue.deadline(), None, "nothing to wake up for");
        queue.queue(6..12, 200 * MS);
        queue.queue(12..20, 300 * MS);
        assert!(!queue.on_due(449 * MS) && !queue.is_slow());
        assert!(queue.on_due(450 * MS) && queue.is_slow());
        queue.written(6);
        assert!(queue.is_slow());
        queue.written(8);
        assert!(!queue.is_slow());
        assert_eq!(queue.deadline(), None);
    }

    #[test]
    fn a_hidden_line_is_written_and_lost_in_order() {
        let mut queue = SendQueue::default();
        queue.queue(0..6, Duration::ZERO);
        queue.queue_hidden(4, Duration::ZERO);
        queue.queue(6..12, Duration::ZERO);
        assert_eq!(queue.queued(), 16);
        queue.written(8);
        assert_eq!((queue.delivery(&(0..6)), queue.delivery(&(6..12))), (Delivery::Sent, Delivery::Waiting));
        assert_eq!(queue.drop_last(99, 0), LostBytes { bytes: 8, from: Some(6), has_hidden: true });
        assert_eq!(queue.queued(), 0);
        assert_eq!((queue.lost.len(), queue.delivery(&(6..12))), (1, Delivery::NotSent));
    }

    #[test]
    fn lost_ranges_are_forgotten_with_their_rows() {
        let mut queue = SendQueue::default();
        for i in 0..100 {
            queue.queue(i * 10..i * 10 + 5, Duration::ZERO);
            queue.drop_last(5, 0);
        }
        assert_eq!(queue.lost.len(), 100);
        queue.queue(1000..1005, Duration::ZERO);
        queue.drop_last(5, 985);
        assert_eq!(queue.lost, [990..995, 1000..1005]);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Queue(u64),
        Written(usize),
        DropLast(usize),
        /// Acknowledges this many more bytes; the flag says whether others are late.
        Acknowledge(u64, bool),
        /// Ends the connection and opens another one.
        End,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (1..9_u64).prop_map(Step::Queue),
            (0..12_usize).prop_map(Step::Written),
            (0..12_usize).prop_map(Step::DropLast),
            (0..12_u64, any::<bool>()).prop_map(|(more, is_late)| Step::Acknowledge(more, is_late)),
            Just(Step::End),
        ];
        proptest::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn delivery_matches_a_model_with_one_state_per_byte(steps in steps()) {
            let mut queue = SendQueue::default();
            // In the model, bytes in flight are `Unacknowledged`, whether any are late or not.
            let mut bytes: Vec<Delivery> = Vec::new();
            let (mut acknowledged, mut is_late) = (0, false);
            for step in steps {
                let all = |bytes: &[Delivery], state| -> Vec<usize> {
                    (0..bytes.len()).filter(|&at| bytes[at] == state).collect()
                };
                let waiting = |bytes: &[Delivery]| all(bytes, Delivery::Waiting);
                match step {
                    Step::Queue(len) => {
                        let start = bytes.len() as u64;
                        queue.queue(start..start + len, Duration::ZERO);
                        bytes.resize((start + len).try_into().unwrap(), Delivery::Waiting);
                    }
                    Step::Written(count) => {
                        queue.written(count);
                        waiting(&bytes).into_iter().take(count).for_each(|at| bytes[at] = Delivery::Unacknowledged);
                    }
                    Step::Acknowledge(more, late) => {
                        let in_flight = all(&bytes, Delivery::Unacknowledged);
                        acknowledged += more.min(in_flight.len() as u64);
                        queue.acknowledged(acknowledged, late, Duration::ZERO);
                        let more = usize::try_from(more).unwrap();
                        in_flight.iter().take(more).for_each(|&at| bytes[at] = Delivery::Sent);
                        is_late = late && in_flight.len() > more;
                    }
                    Step::End => {
                        let late = queue.end_connection();
                        prop_assert_eq!(late, if is_late { all(&bytes, Delivery::Unacknowledged).len() } else { 0 });
                        queue.drop_last(queue.queued(), 0);
                        let state = if is_late { Delivery::NotSent } else { Delivery::Sent };
                        for at in all(&bytes, Delivery::Unacknowledged) {
                            bytes[at] = state;
                        }
                        for at in waiting(&bytes) {
                            bytes[at] = Delivery::NotSent;
                        }
                        (acknowledged, is_late) = (0, false);
                    }
                    Step::DropLast(count) => {
                        let lost = queue.drop_last(count, 0).bytes;
                        prop_assert_eq!(lost, count.min(waiting(&bytes).len()));
                        waiting(&bytes).into_iter().rev().take(count).for_each(|at| bytes[at] = Delivery::NotSent);
                    }
                }
                prop_assert_eq!(queue.queued(), waiting(&bytes).len());
                for (at, &state) in (0..).zip(&bytes) {
                    let state = if state == Delivery::Unacknowledged && !is_late { Delivery::Sent } else { state };
                    prop_assert_eq!(queue.delivery(&(at..at + 1)), state, "byte {}", at);
                }
            }
        }
    }
}
