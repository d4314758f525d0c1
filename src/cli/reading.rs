//! How messages are read: options of every command that shows them. Each is a command of the program, too.

use crate::app::speaker::Who;
use crate::app::viewport::Lens;
use crate::app::{Options, TimeMode, View};
use crate::text::Charset;
use clap::Args;

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Reading";

/// Options for the messages.
#[derive(Debug, Clone, Args)]
pub(super) struct ReadingArgs {
    /// What to show of the bytes: text, escaped or hex (/view)
    #[arg(long, value_name = "VIEW", value_parser = view, default_value = "text", help_heading = HEADING)]
    view: View,

    /// The time beside a message: off, minutes, seconds, ms or delta (/time) [default: seconds]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = HEADING)]
    time: Option<TimeMode>,

    /// Read messages in this charset, such as latin-1 or windows-1252 (/encoding)
    #[arg(long, value_name = "NAME", value_parser = charset, default_value = "utf-8", help_heading = HEADING)]
    encoding: Charset,

    /// How names are found in messages: auto, off, or a pattern with the name in parentheses (/who)
    #[arg(long, value_name = "HOW", value_parser = Who::parse, default_value = "auto", help_heading = HEADING)]
    who: Who,

    /// A word that counts as a mention, beside your nickname; may be given several times (/highlight)
    #[arg(long, value_name = "WORD", help_heading = HEADING)]
    highlight: Vec<String>,
}

impl ReadingArgs {
    /// The core's options with these set.
    pub(super) fn applied_to(&self, options: Options) -> Options {
        Options {
            lens: Lens { view: self.view, charset: self.encoding, ..options.lens },
            time: self.time.unwrap_or(options.time),
            who: self.who.clone(),
            words: self.highlight.clone(),
            ..options
        }
    }
}

fn view(name: &str) -> Result<View, String> {
    View::parse(name).ok_or_else(|| "the views are text, escaped and hex".to_owned())
}

fn time(name: &str) -> Result<TimeMode, String> {
    TimeMode::parse(name).ok_or_else(|| "the times are off, minutes, seconds, ms and delta".to_owned())
}

fn charset(name: &str) -> Result<Charset, String> {
    Charset::parse(name).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        reading: ReadingArgs,
    }

    fn options(words: &str) -> Result<Options, String> {
        let words = std::iter::once("x").chain(words.split_whitespace());
        let args = Alone::try_parse_from(words).map_err(|error| error.to_string())?;
        Ok(args.reading.applied_to(Options::default()))
    }

    #[test]
    fn messages_are_read_as_wanted() {
        assert_eq!(options("").unwrap(), Options::default());
        let set = options("--view hex --time delta --encoding latin-1 --who off --highlight a --highlight b").unwrap();
        assert_eq!((set.lens.view, set.time), (View::Hex, TimeMode::Delta));
        assert_eq!((set.lens.charset.name(), set.who, set.words), ("latin-1", Who::Off, vec!["a".into(), "b".into()]));
    }

    #[test]
    fn what_there_is_not_is_told() {
        for (words, sentence) in [
            ("--view octal", "the views are text, escaped and hex"),
            ("--time noon", "the times are off"),
            ("--encoding utf-16", "UTF-16"),
            ("--encoding klingon", "klingon"),
            ("--who wrote:", "in parentheses"),
        ] {
            let error = options(words).unwrap_err();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
