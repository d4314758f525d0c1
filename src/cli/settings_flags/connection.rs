//! How to connect and talk.

use super::{FlagAssignments, is_set, one_of, validated};
use crate::app::settings::SettingValue;
use crate::cli::misuse;
use clap::Args;

/// Options for the connection.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ConnectionArgs {
    /// Ask the server for this nickname (sends "/nick NAME" on each connection)
    #[arg(short, long, value_name = "NAME", value_parser = nick)]
    nick: Option<SettingValue>,

    /// command sends /nick NAME; prefix, for servers without names, puts NAME: before each line [default: command]
    #[arg(long, value_name = "MODE", value_parser = one_of("nick_mode"), ignore_case = true, hide_possible_values = true)]
    nick_mode: Option<SettingValue>,

    /// What ends a line that is sent: lf, crlf, cr, nul or none (/eol) [default: lf]
    #[arg(long, value_name = "EOL", value_parser = one_of("eol"), ignore_case = true, hide_possible_values = true)]
    eol: Option<SettingValue>,

    /// Lines end in CRLF (the same as --eol crlf)
    #[arg(short = 'C', long, conflicts_with = "eol")]
    crlf: bool,

    /// Give up connecting after this time, like 500ms, 5s, 2m; seconds if bare [default: 10s]
    #[arg(short = 'w', long, value_name = "TIME", value_parser = validated("wait"))]
    wait: Option<SettingValue>,

    #[command(flatten)]
    family: FamilyArgs,

    /// Restore a connection that drops: auto (if it carried something of yours or lasted 30 s), always (what -r alone
    /// means) or never [default: auto]
    #[arg(short, long, value_name = "WHEN", value_parser = one_of("reconnect"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "always", hide_possible_values = true)]
    reconnect: Option<SettingValue>,

    /// Never restore it (the same as --reconnect=never)
    #[arg(long, conflicts_with = "reconnect")]
    no_reconnect: bool,

    /// Answer telnet's negotiation, with polite refusals
    #[arg(long, value_name = "BOOL", value_parser = one_of("telnet"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true)]
    telnet: Option<SettingValue>,
}

/// nc's flags for addresses.
#[derive(Debug, Clone, Args)]
struct FamilyArgs {
    /// Only addresses of IPv4
    #[arg(short = '4', long)]
    ipv4: bool,

    /// Only addresses of IPv6
    #[arg(short = '6', long, conflicts_with = "ipv4")]
    ipv6: bool,
}

/// A nickname, and nothing that is meant for nc.
fn nick(text: &str) -> Result<SettingValue, String> {
    misuse::is_no_address(text)?;
    validated("nick")(text)
}

impl ConnectionArgs {
    pub(in crate::cli) fn say(self, flags: &mut FlagAssignments) {
        flags.say("nick", "--nick", self.nick);
        flags.say("nick_mode", "--nick-mode", self.nick_mode);
        flags.say("eol", "--eol", self.eol);
        flags.say("eol", "--crlf", is_set(self.crlf, "crlf"));
        flags.say("wait", "--wait", self.wait);
        flags.say("family", "-4", is_set(self.family.ipv4, "4"));
        flags.say("family", "-6", is_set(self.family.ipv6, "6"));
        flags.say("reconnect", "--reconnect", self.reconnect);
        flags.say("reconnect", "--no-reconnect", is_set(self.no_reconnect, "never"));
        flags.say("telnet", "--telnet", self.telnet);
    }
}
