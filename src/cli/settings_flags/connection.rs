//! Options of the connection: nickname, line ends, timeouts, reconnecting, telnet.

use super::{FlagAssignments, choice_parser, setting_parser, value_if};
use crate::app::settings::SettingValue;
use crate::cli::misuse;
use clap::Args;

/// Options for the connection.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ConnectionArgs {
    /// Request this nickname; sends /nick NAME on each connection
    #[arg(short, long, value_name = "NAME", value_parser = parse_nick)]
    nick: Option<SettingValue>,

    /// How to use the nickname: command sends /nick NAME; prefix puts NAME: before each line [default: command]
    #[arg(hide_short_help = true, long, value_name = "MODE", value_parser = choice_parser("nick_mode"), ignore_case = true, hide_possible_values = true)]
    nick_mode: Option<SettingValue>,

    /// End sent lines with lf, crlf, cr, nul or none (/eol) [default: lf]
    #[arg(hide_short_help = true, long, value_name = "EOL", value_parser = choice_parser("eol"), ignore_case = true, hide_possible_values = true)]
    eol: Option<SettingValue>,

    /// End sent lines with CRLF, like --eol crlf
    #[arg(short = 'C', long, conflicts_with = "eol")]
    crlf: bool,

    /// Stop connecting after this time, such as 500ms, 5s or 2m; without a unit, seconds [default: 10s]
    #[arg(hide_short_help = true, short = 'w', long, value_name = "TIME", value_parser = setting_parser("wait"))]
    wait: Option<SettingValue>,

    #[command(flatten)]
    family: FamilyArgs,

    /// Reconnect after a lost connection: auto (if a line of yours was sent or it lasted 30 s), always or never; -r
    /// alone means always [default: auto]
    #[arg(hide_short_help = true, short, long, value_name = "WHEN", value_parser = choice_parser("reconnect"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "always", hide_possible_values = true)]
    reconnect: Option<SettingValue>,

    /// Do not reconnect, like --reconnect=never
    #[arg(hide_short_help = true, long, conflicts_with = "reconnect")]
    no_reconnect: bool,

    /// Answer telnet negotiation by refusing every option
    #[arg(hide_short_help = true, long, value_name = "BOOL", value_parser = choice_parser("telnet"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true)]
    telnet: Option<SettingValue>,
}

/// Address family, with the letters of nc.
#[derive(Debug, Clone, Args)]
struct FamilyArgs {
    /// Use IPv4 addresses only
    #[arg(hide_short_help = true, short = '4', long)]
    ipv4: bool,

    /// Use IPv6 addresses only
    #[arg(hide_short_help = true, short = '6', long, conflicts_with = "ipv4")]
    ipv6: bool,
}

/// Parses a nickname and refuses an address or a port, which `-n` precedes in nc.
fn parse_nick(text: &str) -> Result<SettingValue, String> {
    misuse::refuse_address(text)?;
    setting_parser("nick")(text)
}

impl ConnectionArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("nick", "--nick", self.nick);
        flags.assign("nick_mode", "--nick-mode", self.nick_mode);
        flags.assign("eol", "--eol", self.eol);
        flags.assign("eol", "--crlf", value_if(self.crlf, "crlf"));
        flags.assign("wait", "--wait", self.wait);
        flags.assign("family", "-4", value_if(self.family.ipv4, "4"));
        flags.assign("family", "-6", value_if(self.family.ipv6, "6"));
        flags.assign("reconnect", "--reconnect", self.reconnect);
        flags.assign("reconnect", "--no-reconnect", value_if(self.no_reconnect, "never"));
        flags.assign("telnet", "--telnet", self.telnet);
    }
}
