//! The client on a terminal: the event loop, keyboard, screen and line mode.
//!
//! ```text
//!     keyboard ─► translate ─┐
//!     signals ───────────────┤                  ┌─► update ─► frame_clock ─► frontend: fullscreen or line_mode
//!     network ───────────────┼─► event_loop ────┤
//!     hosted_server ─────────┤    App::update   └─► effects ─► links, storage, osc, editor, hosted_server
//!     editor, storage ───────┘
//! ```
//!
//! [`EventLoop`] is generic over the stream of keys, the [`Frontend`], the [`System`] and the network, so that tests run
//! the same loop without a terminal.

pub(crate) mod editor;
pub(crate) mod event_loop;
pub(crate) mod frame_clock;
pub(crate) mod frontend;
pub(crate) mod fullscreen;
pub(crate) mod hosted_server;
pub(crate) mod keyboard;
pub(crate) mod line_mode;
pub(crate) mod osc;
pub(crate) mod signals;
pub(crate) mod system;
pub(crate) mod terminal;
pub(crate) mod translate;

pub use event_loop::{EventLoop, Exit};
pub use frontend::Frontend;
pub use fullscreen::ansi16::Ansi16Writer;
pub use fullscreen::backend::FrameBackend;
pub use fullscreen::{FullScreen, TerminalBackend};
pub use hosted_server::{HostedServerFeed, ServerStarter, StartedServer};
pub use keyboard::Keyboard;
pub use line_mode::{LineMode, unbuffered_stdout};
pub use osc::TerminalCommand;
pub use signals::{Signal, Signals};
pub use system::{RealSystem, Suspended, System};
pub use terminal::{TerminalGuard, install_panic_hook};
