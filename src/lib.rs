//! A terminal chat client for raw TCP line servers, and the servers of a sockets lab.
//!
//! ```text
//!     flags, environment, config.toml, themes ──► config ──► settings, key bindings, themes
//!                                                                │
//!     keys ──► tui ──────────► app ◄────────── net ◄── sockets   │    one select loop (tui), one pure core (app),
//!               │   Action      │   LinkEvent    ▲  ◄────────────┘    one task per connection (net),
//!   storage ◄───┤               │                │                    threads for everything that waits for a disk (storage)
//!  logs, history└──► ui ◄───────┘ ───────────────┘
//!                  draws &App     LinkCommand
//! ```
//!
//! | module | contents | imports |
//! |---|---|---|
//! | [`text`] | bytes to glyphs: charsets, escape sequences, hex, bidi, wrapping, Telnet | - |
//! | [`link`] | data between core and network: endpoint, commands, events, errors | - |
//! | [`theme`] | themes as data, colours, and the choice that suits a terminal | `text`, `config::toml` (a leaf) |
//! | [`recording`] | the recording format, its reader, packets made of it | `link` |
//! | [`app`] | the pure core: tabs, transcript, input line, keys, settings, commands, modes | `text`, `link`, `theme`, `recording` |
//! | [`ui`] | the screen as functions of `&App` | `app`, `text`, `link`, `theme` |
//! | [`net`] | name resolution, connecting, one task per connection | `link` |
//! | [`storage`] | history, logs, recordings, exports, file reads, beside the loop | `app`, `recording`, `text`, `link` |
//! | [`tui`] | the event loop, keyboard, terminal, full screen and line mode | `app`, `storage`, `ui`, `net`, `link`, `recording`, `text` |
//! | [`pipe`] | the client without a terminal: standard input to the server and back | `app`, `storage`, `net`, `link`, `recording`, `text` |
//! | [`server`] | the lab's servers: pure rooms, one hub, one task per client | `text`, `link`, `recording` |
//! | [`config`] | settings file, environment and flags merged into settings | `app`, `theme`, `text`, `link` |
//! | [`cli`] | the command line, parsed | `app`, `config`, `server`, `pipe`, `text`, `link`, `theme` |
//! | [`commands`] | runs each subcommand of the command line (slash commands are in `app::commands`) | all |
//!
//! `tests/architecture.rs` holds the modules to this import order, and the core (`text`, `link`, `theme`, `recording`, `app`)
//! and the rooms of `server` to know no terminal, socket, clock or file.
//!
//! # From received bytes to the screen
//!
//! 1. `net/connection.rs::run` reads up to 64 KiB and sends them as one [`link::LinkEvent::Received`]. The channel is
//!    bounded: while the loop is busy nothing is read, and TCP slows the server down.
//! 2. `tui/event_loop.rs::on_link_event` hands the event, through `storage/recorder.rs::update_app`, to `app.rs::update`,
//!    which passes it to the tab (`app/session/connection.rs::on_link`).
//! 3. `app/transcript.rs::receive` appends the bytes and finds the newlines. Nothing is decoded; text is a view.
//! 4. `tui/event_loop.rs::draw` draws a frame when the frame clock says so: `ui/messages.rs::draw` asks
//!    `app/view/session_view.rs::page` for the visible rows, `app/view/page.rs` chooses them, and `app/view/render.rs`
//!    decodes and wraps them with [`text`]. `ui/glyphs.rs` writes the cells.
//! 5. After every event, `app/commands/log.rs::flush_logs` passes complete rows to `app/logging/tab_log.rs`, which formats
//!    them with `app/logging/row_format.rs::write` for `storage/log_writer.rs`.
//!
//! # From a key to the network
//!
//! 1. `tui/keyboard/decoder.rs::read` splits the terminal's bytes into keys and pastes, `tui/translate.rs::translate` turns
//!    them into events: `app/keys/sequence_parser.rs::press` looks a key up in the keymap and finds its [`app::Action`].
//! 2. `app/modes.rs::on_action` runs it in the current mode, for example `app/modes/history_search.rs` after Ctrl-R.
//! 3. Enter ends in `app/commands.rs::submit`.
//! 4. `app/session/send.rs::send_line` records the line in the transcript and the send queue, and returns an [`app::Effect`].
//! 5. `tui/event_loop/effects.rs::send_link_command` sends the [`link::LinkCommand`]; `net/connection.rs::run` writes it and
//!    reports what was written and acknowledged.
//!
//! # From a setting to a tab
//!
//! 1. `app/settings/table.rs` has one row for each setting. `resolved.rs` and `accessors.rs` beside
//!    it hold and change the values. The file, its example, variables and `/set` follow from the row; a flag is a field and
//!    an `assign` line in `cli/settings_flags`.
//! 2. `config.rs::Sources::load` reads the file and `config.rs::merge_layers` lays environment and flags over it; each value keeps its
//!    [`app::settings::Origin`].
//! 3. `app/session/overrides.rs::apply_reloaded` gives a tab the values of its server, below those changed in the tab.
//!
//! # From a chat line to the other clients
//!
//! 1. `server/client_task.rs::run` reads from a client and calls `server/hub.rs::feed`.
//! 2. `server/framer.rs` cuts lines; `server/rate_limit.rs` says when the client has to wait.
//! 3. `server/rooms/chat.rs::line`, a pure state machine, says who receives which bytes.
//! 4. `server/hub.rs::deliver_output` puts them into the outboxes, from which the other clients' tasks write.
//!
//! `docs/development.md` lists the places to change for a new setting, command, key, theme or room.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | action | meaning of a key, independent of the key |
//! | draft | text in the input line that was not sent |
//! | link | one connection attempt and its connection, named by a number that is never used again |
//! | mode | the part of the program that receives keys: input line, search, question, page |
//! | room | behaviour of one kind of server |
//! | row | bytes up to a line end, a pause or the end of the connection |
//! | send queue | bytes handed to the link that are not acknowledged |
//! | transcript | everything received and sent in a tab, byte for byte |

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
