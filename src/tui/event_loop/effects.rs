//! Carrying out the effects of an update: commands to links first, then everything else.

use super::{EventLoop, Exit, Urgency};
use crate::app::{AlertMethod, App, Effect, Event, Update};
use crate::link::{CloseReason, LinkCommand, LinkEvent, LinkId};
use crate::tui::frontend::Frontend;
use crate::tui::osc::TerminalCommand;
use crate::tui::system::System;
use crossterm::event::Event as Input;
use futures_util::Stream;
use std::io;
use std::time::Duration;

/// Delay of the frame that shows a sent line, so that the reply of a local server is in the same frame.
const REPLY_GRACE: Duration = Duration::from_millis(1);

impl<F, I, S> EventLoop<F, I, S>
where
    F: Frontend,
    I: Stream<Item = io::Result<Input>> + Unpin,
    S: System,
{
    /// Requests a frame if the update changed the screen, and carries out its effects.
    pub(super) async fn apply(
        &mut self,
        app: &mut App,
        update: Update,
        urgency: Urgency,
    ) -> anyhow::Result<Option<Exit>> {
        let (commands, others): (Vec<_>, Vec<_>) =
            update.effects.into_iter().partition(|effect| matches!(effect, Effect::Link(..)));
        let has_command = !commands.is_empty();
        if update.redraw {
            self.frame_clock.request(if has_command { Urgency::Within(REPLY_GRACE) } else { urgency });
        }
        for effect in commands {
            if let Effect::Link(id, command) = effect {
                self.send_link_command(app, id, command);
            }
        }
        if has_command {
            // Lets the link's task write the line before the frame is drawn and a storage thread is woken.
            tokio::task::yield_now().await;
        }
        self.run_effects(app, others)
    }

    fn run_effects(&mut self, app: &mut App, effects: Vec<Effect>) -> anyhow::Result<Option<Exit>> {
        let mut exit = None;
        for effect in effects {
            match effect {
                Effect::Quit => {
                    self.background_io.finish_export(app, self.now());
                    // The remaining effects are carried out before the loop ends.
                    exit = Some(Exit::Quit);
                }
                Effect::DropLink(id) => self.links.forget(id),
                Effect::Suspend => self.suspend(app)?,
                Effect::Repaint => self.repaint()?,
                Effect::CopyToClipboard(text) => self.send_terminal_command(&TerminalCommand::Copy(text)),
                Effect::OpenEditor(text) => self.open_editor(app, text)?,
                Effect::Alert { method: AlertMethod::Off, .. } => {}
                Effect::Alert { method, message } => {
                    self.send_terminal_command(&TerminalCommand::Alert(method, message));
                }
                Effect::StartServer(port) => self.hosted_server.start(port),
                Effect::Mouse(mouse) => self.send_terminal_command(&TerminalCommand::Mouse(mouse)),
                effect => self.background_io.run(effect),
            }
        }
        Ok(exit)
    }

    /// Sends a command to a link. A command that the link no longer accepts is reported to the core as not done.
    fn send_link_command(&mut self, app: &mut App, id: LinkId, command: LinkCommand) {
        let rejected = match self.links.send(id, command) {
            Err(LinkCommand::Send(bytes)) => LinkEvent::NotSent(bytes),
            Err(LinkCommand::SendSecret(bytes)) => LinkEvent::NotSent(bytes.blank()),
            Err(LinkCommand::Eof) => LinkEvent::NotHalfClosed,
            Err(LinkCommand::Open { .. }) => LinkEvent::Closed(CloseReason::Cancelled),
            Err(LinkCommand::Close) | Ok(()) => return,
        };
        let update = self.update_app(app, Event::Link(id, rejected));
        // Effects can only be log lines, and commands to the link that accepts none.
        self.background_io.run_all(update.effects);
    }

    /// Queues a command for the terminal; it is written with the next frame, which is requested.
    fn send_terminal_command(&mut self, command: &TerminalCommand) {
        self.frontend.terminal_command(command);
        self.frame_clock.request(Urgency::Now);
    }
}
