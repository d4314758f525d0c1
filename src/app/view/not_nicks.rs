//! Words that stand where a nickname could, and are none: `error: no such file`, `Host: localhost`, `* Nobody is here`.

/// What precedes a colon, or stands in brackets, in the output of programs and in protocols. In small letters.
const LABELS: &[&str] = &[
    // What programs say about themselves.
    "alert",
    "caution",
    "critical",
    "debug",
    "done",
    "err",
    "error",
    "errno",
    "fail",
    "failed",
    "failure",
    "fatal",
    "help",
    "hint",
    "info",
    "log",
    "notice",
    "note",
    "ok",
    "panic",
    "pass",
    "passed",
    "progress",
    "result",
    "results",
    "status",
    "success",
    "synopsis",
    "trace",
    "traceback",
    "usage",
    "version",
    "warn",
    "warning",
    // What they ask for and list.
    "address",
    "answer",
    "choice",
    "command",
    "commands",
    "count",
    "example",
    "examples",
    "input",
    "login",
    "message",
    "nick",
    "nickname",
    "options",
    "output",
    "password",
    "players",
    "port",
    "question",
    "reason",
    "score",
    "time",
    "total",
    "username",
    "users",
    // What writers put before a remark.
    "edit",
    "eg",
    "fixme",
    "fyi",
    "ie",
    "nb",
    "ps",
    "re",
    "tip",
    "todo",
    // Headers of HTTP and of mail. Those of several words are told by their first one.
    "age",
    "allow",
    "bcc",
    "cc",
    "connection",
    "cookie",
    "date",
    "etag",
    "expires",
    "from",
    "host",
    "location",
    "origin",
    "pragma",
    "received",
    "referer",
    "sender",
    "server",
    "subject",
    "to",
    "upgrade",
    "vary",
    "via",
    // Markup.
    "body",
    "br",
    "div",
    "head",
    "html",
    "span",
    "title",
];

/// Beginnings of labels, in small letters.
const PREFIXES: &[&str] = &[
    "accept-",
    "access-control-",
    "cache-",
    "content-",
    "if-",
    "last-modified",
    "mime-",
    "proxy-",
    "reply-to",
    "return-path",
    "sec-",
    "set-cookie",
    "strict-transport-",
    "transfer-",
    "u+",
    "user-agent",
    "www-",
    "x-",
];

/// Ends of labels, in small letters: `ValueError`, `DeprecationWarning`.
const SUFFIXES: &[&str] = &["error", "exception", "warning"];

/// Whether a word, in any case, is known to head something else than what a person said.
pub(super) fn is_label(word: &str) -> bool {
    let begins = |prefix: &&str| word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let ends = |suffix: &&str| {
        let start = word.len().checked_sub(suffix.len());
        start.and_then(|start| word.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
        || PREFIXES.iter().any(begins)
        || SUFFIXES.iter().any(ends)
}

/// What servers begin a sentence with that is about nobody by name.
const FIRST_WORDS: &[&str] = &[
    "all",
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "everything",
    "game",
    "he",
    "here",
    "it",
    "nobody",
    "nothing",
    "now",
    "she",
    "somebody",
    "someone",
    "something",
    "that",
    "the",
    "there",
    "these",
    "they",
    "this",
    "those",
    "we",
    "what",
    "who",
    "you",
];

/// Whether a word, in any case, begins a sentence rather than names somebody.
pub(super) fn begins_a_sentence(word: &str) -> bool {
    FIRST_WORDS.iter().any(|first| word.eq_ignore_ascii_case(first))
}

/// What the second word of a line that begins with a star says of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VerbForm {
    /// Something of which a server tells: somebody has come.
    Happens,
    /// Something that people say of themselves: somebody waves.
    Done,
    /// It is no verb.
    None,
}

/// What servers tell of people.
const EVENT_VERBS: &[&str] = &[
    "became",
    "connected",
    "connects",
    "disconnected",
    "disconnects",
    "entered",
    "enters",
    "exited",
    "exits",
    "had",
    "has",
    "is",
    "joined",
    "joins",
    "leaves",
    "left",
    "logged",
    "parted",
    "parts",
    "quit",
    "quits",
    "renamed",
    "timed",
    "was",
    "went",
    "won",
];

/// What has the end of a verb and is none.
const NOT_VERBS: &[&str] =
    &["always", "as", "does", "its", "needed", "ours", "perhaps", "sometimes", "this", "thus", "us", "yes", "yours"];

/// What kind of verb it is. English verbs of the third person end like no other common words, but for a few.
pub(super) fn classify_verb(word: &str) -> VerbForm {
    if EVENT_VERBS.contains(&word) {
        return VerbForm::Happens;
    }
    let ends = word.ends_with('s') || word.ends_with("ed");
    let is_verb = ends && word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_verb && !NOT_VERBS.contains(&word) { VerbForm::Done } else { VerbForm::None }
}
