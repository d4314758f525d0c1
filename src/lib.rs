//! A terminal chat client for raw TCP line servers, and the servers of a sockets lab.
//!
//! The program is `netchat-tui`; this crate is its library, so that tests, benchmarks and fuzz targets reach every part.
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
//! | [`theme`] | themes as data, colours, and the choice that suits a terminal | `config::toml`, `text` |
//! | [`recording`] | the recording format, its reader, packets made of it | `link` |
//! | [`app`] | the pure core: tabs, transcript, input line, keys, settings, commands, modes | `text`, `link`, `theme`, `recording` |
//! | [`ui`] | the screen as functions of `&App` | `app` and above |
//! | [`net`] | name resolution, connecting, one task per connection | `link` |
//! | [`storage`] | history, logs, recordings, exports, file reads, beside the loop | `app`, `recording`, `text`, `link` |
//! | [`tui`] | the event loop, keyboard, terminal, full screen and line mode | `app`, `storage`, `ui`, `net` |
//! | [`pipe`] | the client without a terminal: standard input to the server and back | `app`, `storage`, `net` |
//! | [`server`] | the lab's servers: pure rooms, one hub, one task per client | `text`, `link`, `recording` |
//! | [`config`] | settings file, environment and flags merged into settings | `app`, `theme` |
//! | [`cli`] | the command line, parsed | `config`, `server`, `pipe` |
//! | [`commands`] | runs each subcommand | all |
//!
//! `tests/architecture.rs` holds the source to the import order, and the core (`text`, `link`, `theme`, `recording`, `app`)
//! and the rooms of `server` to know no terminal, socket, clock or file.
//!
//! # From received bytes to the screen
//!
//! 1. `net/connection.rs::run` reads up to 64 KiB and sends them as one [`link::LinkEvent::Received`]. The channel is
//!    bounded: while the loop is busy nothing is read, and TCP slows the server down.
//! 2. `tui/event_loop.rs::on_link_event` hands the event to `app.rs::update`, which passes it to the tab
//!    (`app/session/connection.rs::on_link`).
//! 3. `app/transcript.rs::receive` appends the bytes and finds the newlines. Nothing is decoded; text is a view.
//! 4. `tui/event_loop.rs::draw` draws a frame when the frame clock says so: `ui.rs::draw` asks
//!    `app/view/session_view.rs::page` for the visible rows, which `app/view/render.rs` decodes and wraps with [`text`].
//!
//! # From a key to the network
//!
//! 1. `tui/keyboard/decoder.rs::read` takes the terminal's bytes apart into keys and pastes.
//! 2. `app/keys/sequence_parser.rs::press` looks the key up in the keymap and makes an [`app::Action`].
//! 3. `app/modes.rs::on_action` carries it out in the current mode; Enter ends in `app/commands.rs::submit`.
//! 4. `app/session/send.rs::send_line` records the line in the transcript and the send queue, and returns an [`app::Effect`].
//! 5. `tui/event_loop/effects.rs::send_link_command` sends the [`link::LinkCommand`]; `net/connection.rs::run` writes it and
//!    reports what was written and acknowledged.
//!
//! # From a setting to a tab
//!
//! 1. `app/settings/table.rs` has one row for each setting. The file, its example, variables, flags and `/set` use it.
//! 2. `config.rs::load` reads the file and `config.rs::merge_layers` lays environment and flags over it; each value keeps its
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
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | action | meaning of a key, independent of the key |
//! | draft | text in the input line that was not sent |
//! | effect | request of the core to the loop |
//! | link | one connection attempt and its connection, named by a number that is never used again |
//! | mode | the part of the program that receives keys: input line, search, question, page |
//! | pending send | text that is shown before it is sent |
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
