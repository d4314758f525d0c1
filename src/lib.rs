//! A terminal chat client for raw TCP line servers.
//!
//! The program is `netchat-tui`; this crate is its inside. It is a library so that tests, benchmarks and fuzzers can
//! reach every part. Start here, then read the head of each module.
//!
//! # The house
//!
//! ```text
//!     flags, environment, config.toml, themes     read at the start, and again for /reload (main, config);
//!                               │                 files by way of table, themes are looks
//!                               ▼
//!     keys ──► tui ──────────► app ◄────────── net ◄── sockets    one select loop (tui), one pure core (app),
//!               │   Action      │   LinkEvent    ▲                 one task per tab's link (net),
//!      disk ◄───┤               │                │                 threads for the disk (tui)
//!   logs, tapes └──► ui ◄───────┘ ───────────────┘
//!                  draws &App     LinkCommand
//! ```
//!
//! | module | what it owns | knows |
//! |---|---|---|
//! | [`text`] | one row of bytes made fit to be looked at: decode, escape, dump, neutralise, measure, wrap | nothing of ours |
//! | [`link`] | the words between core and network: endpoint, command, event, error | nothing of ours |
//! | [`crate::config::toml`] | TOML with places: what is wrong with a file, and in which line | nothing of ours |
//! | [`crate::storage`] | files: where, made or read how, and in words why not; logs and recordings | app, record, text |
//! | [`crate::recording`] | recordings: their format, and packets made of them | link |
//! | [`crate::theme`] | the words between command line and screen: themes as data, colours, and what suits the terminal | table |
//! | [`app`] | everything the program knows and decides: tabs, transcript, draft, history, commands, keys, settings, logs, the start page | text, link, looks, record, table |
//! | [`ui`] | the screen, as functions of `&App` | app, text, link, looks |
//! | [`net`] | looking up, connecting, and a task that reads and writes | link |
//! | [`pipe`] | the program without a terminal: bytes through, as nc has it, and those who are told of them (logs, a recording) | app, disk, link, net, record, text |
//! | [`tui`] | the loop, the frame clock, the keyboard, the terminal and its return to what it was; the face that prints lines; files, the editor, logs and the recorder beside the loop | app, ui, disk, net, link, record, text |
//! | [`crate::server`] | the lab's servers: a pure room each, and the hub and tasks around it | text |
//! | [`crate::commands::serve`] | running one, on a terminal of its own or beside the client | cli, lab, link, text |
//! | [`crate::server::playback`] | a recording read from disk, its server's side on a socket | disk, lab, record |
//! | [`config`] | the settings file, what flags and environment lay over it, and the user's themes | app, link, looks, table, text |
//! | [`cli`] | the command line | app, config, lab, link, looks, pipe, text |
//!
//! `main` puts them together. That is the import rule, and `tests/architecture.rs` holds the source to it: the core
//! (`app`, `text`, `link`, `looks`, `record`, `table`) names no terminal, no socket, no clock and no file, and neither do the rooms of `lab`.
//!
//! The servers are a house of their own, drawn at the head of [`crate::server`]. `netchat-tui host` runs one in a thread of its own
//! and joins it over the network like everybody else; only what its log would say comes by a channel.
//!
//! # The way of a byte
//!
//! 1. The link's task reads up to 64 KiB and passes them on as one [`link::LinkEvent::Received`]. The channel, one for
//!    all links, is bounded: when the loop is busy, no task reads, and TCP tells the peers to wait.
//! 2. The loop hands the event, with the time and the [`link::LinkId`] it came from, to [`app::App::update`]. The
//!    [`app::transcript`] of that [`app::Tab`] appends the bytes and looks for newlines, whether the tab is shown or not.
//!    Nothing is decoded: the bytes are the truth, and everything on the screen is a view.
//! 3. What of it is to be logged ([`crate::app::logging`]) is an effect of the same update, rows that have become whole and bytes with
//!    their offset; and the recording is told of the event before the core is. Threads write both to the end of files
//!    ([`crate::storage::LogFile`], [`crate::storage::recording_file`]). So each has its order from the loop, and the loop waits for no disk.
//! 4. The loop's frame clock says when a frame is due, and the frame waits until what was handed to those threads is written,
//!    a quarter of a second at most: a row that is on the screen is on disk. It has the tab that is shown, and of the others
//!    the counts in the bar.
//!    [`crate::app::view::viewport`] finds the rows on the screen; [`text::decode_in`], [`text::escape`] or [`text::hex`], and
//!    [`text::wrap()`], make lines of them; [`ui`] puts the lines into cells; ratatui writes what changed.
//!
//! # From key to wire
//!
//! ```text
//!   bytes of the terminal
//!     │  keyboard       a paste is one thing, Esc is told from what begins a key      (tui)
//!     ▼
//!   Interpreter         the table of keys, Ctrl-X Ctrl-E, Ctrl-V                      (app from here on)
//!     │  Action, character, paste
//!     ▼
//!   Mode ──► the draft of the tab shown ◄── history (Up, Ctrl-R), completion (Tab), editor
//!     │        │
//!     │        ├── Enter, one line ───────────────────┐
//!     │        └── Enter, several lines ──► pacing ───┤
//!     └── paste, file, bytes ──► preview ─────┘       ▼
//!                                yes, send it       transcript and outbox
//!                                                     │  LinkCommand::Send
//!                                                     ▼
//!                                                   socket ──► Written, NotSent ──► outbox
//! ```
//!
//! - [`tui::Keyboard`] takes the bytes apart: no key is lost to a paste without an end, and text that comes at once on a
//!   terminal that does not mark pastes is one all the same.
//! - [`app::keys::KeySequenceParser`] makes them into [`app::Action`]s by one table, or what the user made of it
//!   ([`app::keys::Keymap`]); the help page and the hints are made of the same. What an action means depends on the
//!   [`app::Mode`]: the draft, the start page, a question, a search, a secret line.
//! - The draft is an [`app::LineEditor`]: text, cursor, undo, and a layout that an edit changes in place. [`crate::app::input::history`] and
//!   [`crate::app::input::completion`] put text into it, and know nothing of keys.
//! - What was not typed is an [`crate::app::session::pending_send::PendingSend`]. It is looked at first (`app::RetentionFilter`), and several lines go out
//!   one at a time ([`app::PacedSend`]): the core says when the next is due, and Esc or Ctrl-C
//!   stops them. What is sent meanwhile waits behind them.
//! - What is sent stands in the transcript at once. Which of it has left this machine, and which the other machine has
//!   acknowledged ([`link::LinkEvent::Acknowledged`]), is a place in the log of what we sent ([`app::Delivery`]); the link
//!   counts bytes, and nothing is kept for each line.
//! - A tab has a draft, a transcript, a place in it, a view, a filter and a link of its own. Its link is named by a number
//!   that is never used again, so nothing that comes late reaches another tab.
//! - A link that drops is restored by the core ([`app::ReconnectWait`]): it says when the next attempt is due, and what goes out
//!   on a connection by itself. The task of the link stays and gets another [`link::LinkCommand`]. Nothing of it touches
//!   the draft or where one is reading; what did not leave is offered ([`crate::app::commands::table::CommandKind::Resend`]).
//! - The disk is waited for in threads: [`tui::HistoryStore`] keeps the history, and where one was, in files that several programs share;
//!   files are read, written and listed likewise. The core asks with an [`app::Effect`] and hears with an [`app::Event`].
//!
//! # From a settings file to a tab
//!
//! ```text
//!   flags ────────┐                     ┌─► Options, for everything ────┐
//!   environment ──┼─► config::Sources ──┼─► a Server for each section ──┴─► Tab
//!   config.toml ──┘   by the table      ├─► Keymap
//!                     of settings       └─► Themes ──► ui::Wardrobe
//! ```
//!
//! - What can be set is one table, [`app::settings::SETTINGS`]. The file, its example, the variables, the flags, `/set` and
//!   the sentences about mistakes are made of it. Each value knows where it was said ([`app::settings::Origin`]).
//! - A file is read to its end and all its mistakes are told with line and column ([`crate::config::toml::Diagnostic`]); with one of them
//!   nothing starts, and `/reload` ([`app::Effect::ReloadConfig`], [`app::Event::ConfigReloaded`]) changes nothing.
//! - A tab has the settings of its server over those for everything, and over both what was changed in it by commands
//!   and keys, which a file that is read anew leaves alone.
//!
//! # Between transcript and screen
//!
//! ```text
//!   transcript ──► sieve ──────► scene ─────────► page ───────► cells
//!   all rows       which rows    through which    the lines     with accents: names, mentions,
//!                  (filter,      lens (view,      on the        links, hits
//!                  folds)        charset)         screen
//! ```
//!
//! - What is shown ([`crate::app::view::filter`]), what was found ([`crate::app::view::search`]) and what is meant for the user are *sets of rows*, a
//!   bit a row. The next row of a set is found in a microsecond, so a frame needs no list that would have to be repaired.
//! - When what such a set is made by changes, all rows have to be looked at anew. The core does that in pieces of a
//!   millisecond ([`app::Event::BackgroundStep`]) from where one is reading outwards; the loop asks for the next piece when there
//!   is nothing else to do. Keys never wait for a million rows.
//! - A place in the text is a row and a byte of it ([`crate::app::view::viewport::Position`]), and means the same in every view, charset,
//!   width and filter. That is why nothing has to be moved when these change.
//!
//! So taking in a flood is an append and a search, and a frame costs the same with a thousand rows and with ten
//! million. And a line typed goes the other way: key, [`app::Action`], [`app::Effect`], [`link::LinkCommand`], socket,
//! in one wakeup.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod link;
pub mod net;
pub mod pipe;
pub mod recording;
pub mod server;
pub mod storage;
pub mod text;
pub mod theme;
pub mod tui;
pub mod ui;
