//! Lists words that look like nicknames but are not: `error: no such file`, `Host: localhost`, `* Nobody is here`.

/// Words before a colon or in brackets in the output of programs and in protocols, in lowercase.
const LABELS: &[&str] = &[
    // Status of programs.
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
    // Prompts and lists.
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
    // Remarks.
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
    // Headers of HTTP and mail. Longer ones are covered by PREFIXES.
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

/// Prefixes of labels, in lowercase.
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

/// Suffixes of labels, in lowercase: `ValueError`, `DeprecationWarning`.
const SUFFIXES: &[&str] = &["error", "exception", "warning"];

/// Whether a word is a known label rather than a nickname. Ignores case.
pub(super) fn is_label(word: &str) -> bool {
    let has_prefix = |prefix: &&str| word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let has_suffix = |suffix: &&str| {
        let start = word.len().checked_sub(suffix.len());
        start.and_then(|start| word.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
        || PREFIXES.iter().any(has_prefix)
        || SUFFIXES.iter().any(has_suffix)
}

/// Words at the start of server notices that name nobody, in lowercase.
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

/// Whether a word begins a sentence rather than being a nickname. Ignores case.
pub(super) fn begins_sentence(word: &str) -> bool {
    FIRST_WORDS.iter().any(|first| word.eq_ignore_ascii_case(first))
}

/// Kind of the second word of a line that begins with `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VerbForm {
    /// A verb of a server notice: `joined`.
    Event,
    /// A verb of an action: `waves`.
    Action,
    /// Not a verb.
    None,
}

/// Verbs of server notices about people.
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

/// Words that end like a verb but are not.
const NOT_VERBS: &[&str] =
    &["always", "as", "does", "its", "needed", "ours", "perhaps", "sometimes", "this", "thus", "us", "yes", "yours"];

/// Classifies a word by its ending: English verbs in the third person end in `s` or `ed`, as few other words do.
pub(super) fn classify_verb(word: &str) -> VerbForm {
    if EVENT_VERBS.contains(&word) {
        return VerbForm::Event;
    }
    let has_ending = word.ends_with('s') || word.ends_with("ed");
    let is_verb = has_ending && word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_verb && !NOT_VERBS.contains(&word) { VerbForm::Action } else { VerbForm::None }
}
