use super::*;
use crate::storage::history_store::tests::TestDir;
use std::sync::atomic::{AtomicBool, Ordering};

fn server(address: &str, state: &str) -> RecentServer {
    RecentServer {
        name: None,
        endpoint: Endpoint::parse(address).unwrap(),
        at: to_local(1_700_000_000_000),
        last_result: state.into(),
    }
}

fn save(address: &str, state: &str) -> Change {
    Change::Save(server(address, state))
}

fn addresses(file: &RecentServersFile) -> Vec<String> {
    file.read().unwrap().servers.iter().map(|server| server.endpoint.to_string()).collect()
}

#[test]
fn latest_server_is_first_and_each_is_listed_once() {
    let folder = TestDir::new("file-first");
    let file = RecentServersFile::new(folder.path("state/netchat-tui/servers.json"));
    assert!(file.read().unwrap().servers.is_empty());
    file.change(vec![save("a:1", "connected"), save("b:2", "refused")]).unwrap();
    file.change(vec![save("A:1", "closed by server")]).unwrap();
    assert_eq!(file.read().unwrap().servers, [server("A:1", "closed by server"), server("b:2", "refused")]);
    file.change(vec![Change::Delete(Endpoint::parse("a:1").unwrap())]).unwrap();
    assert_eq!(addresses(&file), ["b:2"]);
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.contains("1700000000000"), "times are UTC: {text}");
}

#[test]
fn at_most_fifty_servers_are_kept() {
    let folder = TestDir::new("file-fifty");
    let file = RecentServersFile::new(folder.path("servers.json"));
    file.change((1..=80).map(|port| save(&format!("a:{port}"), "refused")).collect()).unwrap();
    let all = addresses(&file);
    assert_eq!((all.len(), all[0].as_str(), all[49].as_str()), (50, "a:80", "a:31"));
}

#[test]
fn unknown_keys_are_kept() {
    let folder = TestDir::new("file-later");
    let file = RecentServersFile::new(folder.path("servers.json"));
    let later = r#"{"v":2,"servers":[{"address":"a:1","t":5,"state":"x","mood":"fine"},{"address":"b:1","t":4}]}"#;
    fs::write(file.path(), later).unwrap();
    file.change(vec![save("b:1", "refused")]).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.contains(r#""mood": "fine""#) && text.contains(r#""v": 2"#), "{text}");
    assert_eq!(addresses(&file), ["b:1", "a:1"]);
}

#[test]
fn unreadable_file_is_renamed_and_replaced() {
    for damage in ["{\"servers\":[{\"addr", "[]", "hello", "{}", "\u{0}\u{0}\u{0}"] {
        let folder = TestDir::new("file-none");
        let file = RecentServersFile::new(folder.path("servers.json"));
        fs::write(file.path(), damage).unwrap();
        let loaded = file.read().unwrap();
        assert_eq!(loaded.backup, Some(folder.path("servers.json.damaged-1")), "{damage:?}");
        assert_eq!(fs::read_to_string(loaded.backup.unwrap()).unwrap(), damage);
        assert_eq!(file.change(vec![save("a:1", "x")]).unwrap(), None);
        assert_eq!(addresses(&file), ["a:1"]);
    }
}

#[test]
fn readable_entries_of_a_damaged_file_are_kept() {
    let folder = TestDir::new("file-parts");
    let file = RecentServersFile::new(folder.path("servers.json"));
    let damaged = r#"{"servers":[{"address":"a b c:1","t":5},{"address":"b:1","t":4},7]}"#;
    fs::write(file.path(), damaged).unwrap();
    assert_eq!(file.change(vec![save("c:1", "x")]).unwrap(), Some(folder.path("servers.json.damaged-1")));
    let loaded = file.read().unwrap();
    assert_eq!((loaded.servers.len(), loaded.backup), (2, None));
    assert_eq!(fs::read_to_string(folder.path("servers.json.damaged-1")).unwrap(), damaged);
}

#[test]
fn damaged_file_stays_if_it_cannot_be_backed_up() {
    let folder = TestDir::new("file-stuck");
    let file = RecentServersFile::new(folder.path("servers.json"));
    for n in 1..=MAX_BACKUPS {
        fs::create_dir(folder.path(&format!("servers.json.damaged-{n}"))).unwrap();
    }
    for (damaged, servers) in [(r#"{"servers":[{"address":"b:1","t":4},7]}"#, &["b:1"][..]), ("hello", &[])] {
        fs::write(file.path(), damaged).unwrap();
        assert_eq!(addresses(&file), servers, "readable entries are loaded");
        file.change(vec![save("c:1", "x")]).unwrap_err();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), damaged);
    }
}

#[test]
fn number_of_backups_is_limited() {
    let folder = TestDir::new("file-many");
    let file = RecentServersFile::new(folder.path("servers.json"));
    for n in 1..=8 {
        fs::write(file.path(), format!("damage {n}")).unwrap();
        assert!(file.read().unwrap().backup.is_some());
    }
    let kept = |n| fs::read_to_string(folder.path(&format!("servers.json.damaged-{n}"))).ok();
    assert_eq!((kept(1).as_deref(), kept(5).as_deref(), kept(6)), (Some("damage 1"), Some("damage 8"), None));
}

#[test]
fn huge_file_is_damaged_and_empty_file_is_not() {
    let folder = TestDir::new("file-enormous");
    let file = RecentServersFile::new(folder.path("servers.json"));
    // Sparse.
    File::create(file.path()).unwrap().set_len(10 << 30).unwrap();
    assert!(file.read().unwrap().backup.is_some());
    File::create(file.path()).unwrap();
    assert_eq!(file.read().unwrap().backup, None);
}

#[test]
fn long_texts_are_truncated() {
    let folder = TestDir::new("file-long");
    let file = RecentServersFile::new(folder.path("servers.json"));
    let long = "漢".repeat(10_000);
    let text = format!(r#"{{"servers":[{{"address":"a:1","t":5,"name":"{long}","state":"{long}"}}]}}"#);
    fs::write(file.path(), text).unwrap();
    let servers = file.read().unwrap().servers;
    assert_eq!(servers[0].name.as_ref().unwrap().chars().count(), MAX_TEXT_CHARS);
    assert_eq!(servers[0].last_result.chars().count(), MAX_TEXT_CHARS);
}

#[test]
fn leftover_temporary_file_is_replaced() {
    let folder = TestDir::new("file-left");
    let file = RecentServersFile::new(folder.path("servers.json"));
    fs::write(folder.path("servers.json.new"), "{\"serv").unwrap();
    file.change(vec![save("a:1", "x")]).unwrap();
    assert_eq!(addresses(&file), ["a:1"]);
    assert!(!folder.path("servers.json.new").exists());
}

/// Number of servers that each thread saves in the test below.
const SERVERS_PER_WRITER: u16 = 12;

#[test]
fn concurrent_changes_are_kept_and_the_file_is_always_whole() {
    let folder = TestDir::new("file-crowd");
    let path = folder.path("servers.json");
    RecentServersFile::new(path.clone()).change(Vec::new()).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                // Without the lock: the file as a killed process would leave it.
                let text = fs::read(&path).unwrap();
                assert!(serde_json::from_slice::<JsonFile>(&text).is_ok(), "{}", String::from_utf8_lossy(&text));
            }
        });
        let writers: Vec<_> = ["a", "b", "c", "d"]
            .map(|host| {
                let path = path.clone();
                scope.spawn(move || {
                    for port in 1..=SERVERS_PER_WRITER {
                        let change = save(&format!("{host}:{port}"), "x");
                        assert_eq!(RecentServersFile::new(path.clone()).change(vec![change]).unwrap(), None);
                    }
                })
            })
            .into();
        for writer in writers {
            writer.join().unwrap();
        }
        is_done.store(true, Ordering::SeqCst);
        reader.join().unwrap();
    });
    assert_eq!(addresses(&RecentServersFile::new(path)).len(), 4 * usize::from(SERVERS_PER_WRITER));
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn file_and_folder_are_private() {
        let folder = TestDir::new("file-rights");
        let file = RecentServersFile::new(folder.path("netchat-tui/servers.json"));
        file.change(vec![save("a:1", "x")]).unwrap();
        for (name, mode) in [("netchat-tui", 0o700), ("netchat-tui/servers.json", 0o600)] {
            assert_eq!(fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
        }
    }

    #[test]
    fn symlink_is_followed_and_pipe_is_refused() {
        let folder = TestDir::new("file-link");
        fs::write(folder.path("target"), r#"{"servers":[]}"#).unwrap();
        symlink(folder.path("target"), folder.path("servers.json")).unwrap();
        let file = RecentServersFile::new(folder.path("servers.json"));
        file.change(vec![save("a:1", "x")]).unwrap();
        assert!(fs::symlink_metadata(file.path()).unwrap().is_symlink());
        assert!(fs::read_to_string(folder.path("target")).unwrap().contains("a:1"));
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let file = RecentServersFile::new(pipe);
        assert!(file.read().is_err() && file.change(vec![save("a:1", "x")]).is_err());
    }
}
