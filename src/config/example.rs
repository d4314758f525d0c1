//! The settings file as an example: every setting with what it does and what it is by itself.

use super::show::format_value;
use crate::app::keys::{BINDINGS, Keymap};
use crate::app::settings::{SETTINGS, Scope, Setting};

/// Columns of the example.
const WIDTH: usize = 78;

const HEAD: &str = "\
# Settings of netchat-tui. `netchat-tui config path` tells where this file belongs.
#
# A line that begins with # is a remark. Every setting is here with the value it has
# by itself: take its # away to change it. Flags beat variables of the environment
# (NETCHAT_TUI_NICK, NETCHAT_TUI_EOL ...), and these beat this file. `/reload` reads
# it anew, `netchat-tui config check` says what is wrong with it.
";

const SERVER: &str = "\
#[servers.pi]
#address = \"pi.local:12345\"
#nick = \"bob\"
#on_connect = [\"/join lab\"]
";

const KEYS: &str = "
# What keys do: KEY = ACTION. A key is written as here, or C-o, M-v, ^O, and two keys
# one after the other \"Ctrl-X,E\"; \"none\" takes what a key does. Enter and Esc stay what
# they are. A key that is not written here does what it does by itself, as here:
#[keys]
";

/// The example. With the `#` taken away from its settings it is a settings file that changes nothing.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    for setting in SETTINGS.iter().filter(|setting| setting.scope != Scope::OneServer) {
        text.push('\n');
        explain(&mut text, setting);
    }
    text.push('\n');
    let common = SETTINGS.iter().filter(|setting| setting.scope == Scope::Global).map(|setting| setting.name);
    let common = common.collect::<Vec<_>>().join(", ");
    comment(
        &mut text,
        &format!(
            "Servers with a name: `netchat-tui pi`, or `/connect pi`. The name comes before a host of the same name; \
             `pi:12345` is the host. Each can have settings of its own, but for those that are the same for all: {common}."
        ),
    );
    text.push_str(SERVER);
    SETTINGS.iter().filter(|setting| setting.scope == Scope::OneServer).for_each(|it| explain(&mut text, it));
    text + KEYS + &keys()
}

fn explain(text: &mut String, setting: &Setting) {
    comment(text, &format!("{} It takes {}.", setting.help, setting.syntax));
    text.extend(["#", setting.name, " = ", &format_value(setting, &setting.default()), "\n"]);
}

/// What each key does by itself.
fn keys() -> String {
    let keymap = Keymap::default();
    let mut text = String::new();
    for binding in BINDINGS {
        if !binding.help.is_empty() {
            comment(&mut text, &keymap.expand_key_hints(binding.help));
        }
        let can_be_bound = |keys: &&str| Keymap::with(&[(keys, binding.name)]).is_ok();
        let mut keys = binding.chords.split(' ').filter(can_be_bound).peekable();
        if keys.peek().is_none() {
            // It has only keys that stay what they are.
            text.extend(["# KEY = \"", binding.name, "\"\n"]);
        }
        for keys in keys {
            text.extend(["#\"", &keys.replace('\\', "\\\\"), "\" = \"", binding.name, "\"\n"]);
        }
    }
    text
}

fn comment(text: &mut String, words: &str) {
    for line in wrapped(words) {
        text.extend(["# ", &line, "\n"]);
    }
}

/// Lines of whole words.
fn wrapped(words: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
