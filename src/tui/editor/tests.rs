use super::*;

/// Edits `text` with a shell script that gets the file's path as `$1`.
async fn edited(script: &str, text: &str) -> Edited {
    let mut editor = Editor::default();
    editor.start(Some(format!("sh -c '{script}' --")), text.to_owned());
    assert!(editor.is_running());
    let edited = editor.ended().await;
    assert!(!editor.is_running());
    edited
}

/// Reads the file that the message names, and removes its folder.
fn take_kept(message: &str) -> Vec<u8> {
    let (_, path) = message.split_once("The edited text is in ").unwrap();
    let path = Path::new(path.strip_suffix('.').unwrap());
    let bytes = std::fs::read(path).unwrap();
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    bytes
}

#[tokio::test]
async fn the_edited_text_comes_back_without_its_last_newline() {
    for (script, text) in [
        (":", "as it was"),
        ("printf changed >$1", "changed"),
        ("printf \"one\\r\\ntwo\\n\" >$1", "one\ntwo"),
        ("printf \"one\\n\\n\" >$1", "one\n"),
        (": >$1", ""),
        ("printf \"h\\303\\251\" >$1.new; mv $1.new $1", "h\u{e9}"),
    ] {
        assert_eq!(edited(script, "as it was").await.as_deref(), Ok(text), "{script}");
    }
    assert_eq!(edited(":", "ends in one\n").await.as_deref(), Ok("ends in one\n"));
    assert_eq!(edited("test ! -s $1", "").await.as_deref(), Ok(""), "an empty draft is an empty file");
}

#[tokio::test]
async fn the_file_is_private_and_removed_afterwards() {
    let script = "printf \"%s %s\" $1 $(stat -c %a $1 $(dirname $1) | tr \"\\n\" -) >$1";
    let text = edited(script, "x").await.unwrap();
    let (path, modes) = text.split_once(' ').unwrap();
    assert_eq!(Path::new(path).extension(), Some("txt".as_ref()), "{path}");
    assert_eq!(modes, "600-700-");
    assert!(!Path::new(path).parent().unwrap().exists());
}

#[tokio::test]
async fn an_editor_that_fails_leaves_the_text_unchanged() {
    let message = edited("printf changed >$1; exit 3", "x").await.unwrap_err();
    assert_eq!(message, "sh exited with status 3; the text is unchanged.");
    let message = edited("rm $1", "x").await.unwrap_err();
    assert_eq!(message, "sh deleted the file; the text is unchanged.");
}

#[tokio::test]
async fn a_text_that_cannot_be_read_back_is_kept() {
    let message = edited("printf \"ab\\377\" >$1", "x").await.unwrap_err();
    assert!(message.starts_with("The text is not valid UTF-8 at byte 2. The edited text is in /"), "{message}");
    assert_eq!(take_kept(&message), b"ab\xff");
    let message = edited("head -c 4194305 /dev/zero >$1", "x").await.unwrap_err();
    assert!(message.starts_with("The text has 4,194,305 bytes, more than the limit of 4,194,304."), "{message}");
    assert_eq!(take_kept(&message).len(), 4_194_305);
    let message = edited("printf saved >$1; kill -9 $$", "x").await.unwrap_err();
    assert!(message.starts_with("sh was killed. The edited text is in /"), "{message}");
    assert_eq!(take_kept(&message), b"saved");
}

#[tokio::test]
async fn a_missing_editor_has_an_error_message() {
    for (command, message) in [
        ("/no/such/editor -w", "Editor not found: /no/such/editor -w. Set EDITOR to an installed one, such as nano."),
        ("vi \"", "Unclosed quote in the editor command: vi \""),
        ("/", "Cannot start /: Permission denied."),
    ] {
        let mut editor = Editor::default();
        editor.start(Some(command.to_owned()), "x".to_owned());
        assert_eq!(editor.ended().await, Err(message.to_owned()));
    }
}

#[tokio::test]
async fn stopping_ends_the_editor_and_keeps_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut editor = Editor::default();
    let script = format!(
        "trap \"echo terminated >>{0}; exit 0\" TERM; echo $1 >{0}; echo >{1}; while :; do sleep 0.01; done",
        note.display(),
        pipe.display()
    );
    editor.start(Some(format!("sh -c '{script}' --")), "x".to_owned());
    // The editor is running when it has written to the pipe.
    blocking(move || std::fs::read(pipe)).await.unwrap();
    let message = editor.stop().await.unwrap();
    assert!(!editor.is_running());
    let note = std::fs::read_to_string(note).unwrap();
    let (path, rest) = note.split_once('\n').unwrap();
    assert_eq!(rest, "terminated\n");
    assert!(message.contains(&format!("The edited text is in {path}")), "{message}");
    assert_eq!(std::fs::read(path).unwrap(), b"x\n");
    std::fs::remove_dir_all(Path::new(path).parent().unwrap()).unwrap();
}

#[test]
fn an_editor_command_is_split_like_a_shell_command() {
    assert_eq!(split_command("code --wait").unwrap(), ["code", "--wait"]);
    assert_eq!(split_command("'/opt/my editor/ed' -x \"a b\"").unwrap(), ["/opt/my editor/ed", "-x", "a b"]);
}
