//! Where and when it was measured: figures without that are worth nothing.

use std::fs;

/// Processors, memory, system, and date.
pub(crate) fn sentence() -> String {
    let cpus = read("/proc/cpuinfo");
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let model = value(&cpus, "model name").unwrap_or("of unknown model").trim_start_matches([':', '\t', ' ']);
    let memory = read("/proc/meminfo");
    let kib = value(&memory, "MemTotal:").and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let system = read("/proc/sys/kernel/osrelease");
    let date = chrono::Local::now().format("%Y-%m-%d %H:%M");
    format!(
        "{date}, {count} CPUs ({model}), {} GB, Linux {}, {}",
        kib.unwrap_or_default().div_ceil(1 << 20),
        system.trim(),
        load()
    )
}

/// How busy the machine is, with us and with others.
pub(crate) fn load() -> String {
    let load = read("/proc/loadavg");
    format!("load average {}", load.split_whitespace().next().unwrap_or("unknown"))
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name))
}
