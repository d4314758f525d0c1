use super::*;
use crate::storage::history_store::tests::Folder;
use std::sync::atomic::{AtomicBool, Ordering};

fn visit(address: &str, state: &str) -> RecentServer {
    RecentServer {
        name: None,
        endpoint: Endpoint::parse(address).unwrap(),
        at: local(1_700_000_000_000),
        last_result: state.into(),
    }
}

fn visited(address: &str, state: &str) -> Change {
    Change::Save(visit(address, state))
}

fn addresses(register: &RecentServersFile) -> Vec<String> {
    register.read().unwrap().visits.iter().map(|visit| visit.endpoint.to_string()).collect()
}

#[test]
fn the_latest_stands_first_and_each_server_once() {
    let folder = Folder::new("register-first");
    let register = RecentServersFile::new(folder.path("state/netchat-tui/servers.json"));
    assert!(register.read().unwrap().visits.is_empty());
    register.change(vec![visited("a:1", "connected"), visited("b:2", "refused")]).unwrap();
    register.change(vec![visited("A:1", "closed by server")]).unwrap();
    assert_eq!(register.read().unwrap().visits, [visit("A:1", "closed by server"), visit("b:2", "refused")]);
    register.change(vec![Change::Delete(Endpoint::parse("a:1").unwrap())]).unwrap();
    assert_eq!(addresses(&register), ["b:2"]);
    let text = fs::read_to_string(register.path()).unwrap();
    assert!(text.contains("1700000000000"), "the time is that of everywhere: {text}");
}

#[test]
fn no_more_than_fifty_are_kept() {
    let folder = Folder::new("register-fifty");
    let register = RecentServersFile::new(folder.path("servers.json"));
    register.change((1..=80).map(|port| visited(&format!("a:{port}"), "refused")).collect()).unwrap();
    let all = addresses(&register);
    assert_eq!((all.len(), all[0].as_str(), all[49].as_str()), (50, "a:80", "a:31"));
}

#[test]
fn what_later_versions_add_is_kept() {
    let folder = Folder::new("register-later");
    let register = RecentServersFile::new(folder.path("servers.json"));
    let later = r#"{"v":2,"servers":[{"address":"a:1","t":5,"state":"x","mood":"fine"},{"address":"b:1","t":4}]}"#;
    fs::write(register.path(), later).unwrap();
    register.change(vec![visited("b:1", "refused")]).unwrap();
    let text = fs::read_to_string(register.path()).unwrap();
    assert!(text.contains(r#""mood": "fine""#) && text.contains(r#""v": 2"#), "{text}");
    assert_eq!(addresses(&register), ["b:1", "a:1"]);
}

#[test]
fn a_file_that_is_none_is_set_aside_and_another_begun() {
    for damage in ["{\"servers\":[{\"addr", "[]", "hello", "{}", "\u{0}\u{0}\u{0}"] {
        let folder = Folder::new("register-none");
        let register = RecentServersFile::new(folder.path("servers.json"));
        fs::write(register.path(), damage).unwrap();
        let found = register.read().unwrap();
        assert_eq!(found.aside, Some(folder.path("servers.json.damaged-1")), "{damage:?}");
        assert_eq!(fs::read_to_string(found.aside.unwrap()).unwrap(), damage);
        assert_eq!(register.change(vec![visited("a:1", "x")]).unwrap(), None);
        assert_eq!(addresses(&register), ["a:1"]);
    }
}

#[test]
fn of_a_file_that_is_damaged_in_parts_the_rest_is_kept() {
    let folder = Folder::new("register-parts");
    let register = RecentServersFile::new(folder.path("servers.json"));
    let damaged = r#"{"servers":[{"address":"a b c:1","t":5},{"address":"b:1","t":4},7]}"#;
    fs::write(register.path(), damaged).unwrap();
    assert_eq!(register.change(vec![visited("c:1", "x")]).unwrap(), Some(folder.path("servers.json.damaged-1")));
    let found = register.read().unwrap();
    assert_eq!((found.visits.len(), found.aside), (2, None));
    assert_eq!(fs::read_to_string(folder.path("servers.json.damaged-1")).unwrap(), damaged);
}

#[test]
fn what_cannot_be_set_aside_stays_where_it_is() {
    let folder = Folder::new("register-stuck");
    let register = RecentServersFile::new(folder.path("servers.json"));
    for n in 1..=DAMAGED {
        fs::create_dir(folder.path(&format!("servers.json.damaged-{n}"))).unwrap();
    }
    for (damaged, visits) in [(r#"{"servers":[{"address":"b:1","t":4},7]}"#, &["b:1"][..]), ("hello", &[])] {
        fs::write(register.path(), damaged).unwrap();
        assert_eq!(addresses(&register), visits, "what can be read is read");
        register.change(vec![visited("c:1", "x")]).unwrap_err();
        assert_eq!(fs::read_to_string(register.path()).unwrap(), damaged);
    }
}

#[test]
fn so_many_damaged_files_are_kept_and_no_more() {
    let folder = Folder::new("register-many");
    let register = RecentServersFile::new(folder.path("servers.json"));
    for n in 1..=8 {
        fs::write(register.path(), format!("damage {n}")).unwrap();
        assert!(register.read().unwrap().aside.is_some());
    }
    let kept = |n| fs::read_to_string(folder.path(&format!("servers.json.damaged-{n}"))).ok();
    assert_eq!((kept(1).as_deref(), kept(5).as_deref(), kept(6)), (Some("damage 1"), Some("damage 8"), None));
}

#[test]
fn an_enormous_or_an_empty_one_harms_nobody() {
    let folder = Folder::new("register-enormous");
    let register = RecentServersFile::new(folder.path("servers.json"));
    // Takes no room on the disk.
    File::create(register.path()).unwrap().set_len(10 << 30).unwrap();
    assert!(register.read().unwrap().aside.is_some());
    File::create(register.path()).unwrap();
    assert_eq!(register.read().unwrap().aside, None);
}

#[test]
fn long_texts_are_cut() {
    let folder = Folder::new("register-long");
    let register = RecentServersFile::new(folder.path("servers.json"));
    let long = "漢".repeat(10_000);
    let text = format!(r#"{{"servers":[{{"address":"a:1","t":5,"name":"{long}","state":"{long}"}}]}}"#);
    fs::write(register.path(), text).unwrap();
    let visits = register.read().unwrap().visits;
    assert_eq!(visits[0].name.as_ref().unwrap().chars().count(), TEXT);
    assert_eq!(visits[0].last_result.chars().count(), TEXT);
}

#[test]
fn a_file_left_behind_by_one_who_was_killed_is_in_nobodys_way() {
    let folder = Folder::new("register-left");
    let register = RecentServersFile::new(folder.path("servers.json"));
    fs::write(folder.path("servers.json.new"), "{\"serv").unwrap();
    register.change(vec![visited("a:1", "x")]).unwrap();
    assert_eq!(addresses(&register), ["a:1"]);
    assert!(!folder.path("servers.json.new").exists());
}

/// Servers that each writer in the test below visits.
const EACH: u16 = 12;

#[test]
fn several_who_write_lose_nothing_of_each_other_and_whoever_looks_sees_a_whole_file() {
    let folder = Folder::new("register-crowd");
    let path = folder.path("servers.json");
    RecentServersFile::new(path.clone()).change(Vec::new()).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looker = scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                // Without the lock, as one who was killed would leave it.
                let text = fs::read(&path).unwrap();
                assert!(serde_json::from_slice::<JsonFile>(&text).is_ok(), "{}", String::from_utf8_lossy(&text));
            }
        });
        let writers: Vec<_> = ["a", "b", "c", "d"]
            .map(|host| {
                let path = path.clone();
                scope.spawn(move || {
                    for port in 1..=EACH {
                        let change = visited(&format!("{host}:{port}"), "x");
                        assert_eq!(RecentServersFile::new(path.clone()).change(vec![change]).unwrap(), None);
                    }
                })
            })
            .into();
        for writer in writers {
            writer.join().unwrap();
        }
        is_done.store(true, Ordering::SeqCst);
        looker.join().unwrap();
    });
    assert_eq!(addresses(&RecentServersFile::new(path)).len(), 4 * usize::from(EACH));
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn it_is_the_users_alone() {
        let folder = Folder::new("register-rights");
        let register = RecentServersFile::new(folder.path("netchat-tui/servers.json"));
        register.change(vec![visited("a:1", "x")]).unwrap();
        for (name, mode) in [("netchat-tui", 0o700), ("netchat-tui/servers.json", 0o600)] {
            assert_eq!(fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
        }
    }

    #[test]
    fn a_link_is_followed_and_what_is_no_file_refused() {
        let folder = Folder::new("register-link");
        fs::write(folder.path("target"), r#"{"servers":[]}"#).unwrap();
        symlink(folder.path("target"), folder.path("servers.json")).unwrap();
        let register = RecentServersFile::new(folder.path("servers.json"));
        register.change(vec![visited("a:1", "x")]).unwrap();
        assert!(fs::symlink_metadata(register.path()).unwrap().is_symlink());
        assert!(fs::read_to_string(folder.path("target")).unwrap().contains("a:1"));
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let register = RecentServersFile::new(pipe);
        assert!(register.read().is_err() && register.change(vec![visited("a:1", "x")]).is_err());
    }
}
