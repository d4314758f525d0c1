use super::*;

/// What comes of a text when `script` is the editor, the file being `$1`.
async fn edited(script: &str, text: &str) -> Edited {
    let mut editor = Editor::default();
    editor.start(Some(format!("sh -c '{script}' --")), text.to_owned());
    assert!(editor.is_running());
    let edited = editor.ended().await;
    assert!(!editor.is_running());
    edited
}

/// The place that a sentence names; removed with its folder.
fn kept(sentence: &str) -> Vec<u8> {
    let (_, path) = sentence.split_once("it is kept in ").unwrap();
    let path = Path::new(path.strip_suffix('.').unwrap());
    let bytes = std::fs::read(path).unwrap();
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    bytes
}

#[tokio::test]
async fn what_the_editor_leaves_comes_back_without_its_last_newline() {
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
    assert_eq!(edited("test ! -s $1", "").await.as_deref(), Ok(""), "nothing is an empty file");
}

#[tokio::test]
async fn nobody_else_can_look_at_it_and_it_is_gone_afterwards() {
    let script = "printf \"%s %s\" $1 $(stat -c %a $1 $(dirname $1) | tr \"\\n\" -) >$1";
    let text = edited(script, "x").await.unwrap();
    let (path, modes) = text.split_once(' ').unwrap();
    assert_eq!(Path::new(path).extension(), Some("txt".as_ref()), "{path}");
    assert_eq!(modes, "600-700-");
    assert!(!Path::new(path).parent().unwrap().exists());
}

#[tokio::test]
async fn an_editor_that_fails_leaves_the_text_as_it_was() {
    let sentence = edited("printf changed >$1; exit 3", "x").await.unwrap_err();
    assert_eq!(sentence, "sh ended with status 3; the text is as it was.");
    let sentence = edited("rm $1", "x").await.unwrap_err();
    assert_eq!(sentence, "sh left no file; the text is as it was.");
}

#[tokio::test]
async fn a_text_that_cannot_be_taken_back_is_kept() {
    let sentence = edited("printf \"ab\\377\" >$1", "x").await.unwrap_err();
    assert!(sentence.starts_with("The text is not UTF-8 from byte 2 on; it is kept in /"), "{sentence}");
    assert_eq!(kept(&sentence), b"ab\xff");
    let sentence = edited("head -c 4194305 /dev/zero >$1", "x").await.unwrap_err();
    assert!(sentence.starts_with("The text has 4,194,305 bytes, more than the 4,194,304 that can"), "{sentence}");
    assert_eq!(kept(&sentence).len(), 4_194_305);
    let sentence = edited("printf saved >$1; kill -9 $$", "x").await.unwrap_err();
    assert!(sentence.starts_with("sh was killed; it is kept in /"), "{sentence}");
    assert_eq!(kept(&sentence), b"saved");
}

#[tokio::test]
async fn an_editor_that_is_not_there_has_its_sentence() {
    for (wish, sentence) in [
        ("/no/such/editor -w", "There is no editor /no/such/editor -w; set EDITOR to one there is, such as nano."),
        ("vi \"", "A quote is not closed in the editor's name: vi \""),
        ("/", "/ could not be started: Permission denied."),
    ] {
        let mut editor = Editor::default();
        editor.start(Some(wish.to_owned()), "x".to_owned());
        assert_eq!(editor.ended().await, Err(sentence.to_owned()));
    }
}

#[tokio::test]
async fn a_program_that_ends_takes_its_editor_along_and_keeps_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut editor = Editor::default();
    let script = format!(
        "trap \"echo told >>{0}; exit 0\" TERM; echo $1 >{0}; echo >{1}; while :; do sleep 0.01; done",
        note.display(),
        pipe.display()
    );
    editor.start(Some(format!("sh -c '{script}' --")), "x".to_owned());
    // It runs when it has written into the pipe.
    blocking(move || std::fs::read(pipe)).await.unwrap();
    let words = editor.stop().await.unwrap();
    assert!(!editor.is_running());
    let note = std::fs::read_to_string(note).unwrap();
    let (path, rest) = note.split_once('\n').unwrap();
    assert_eq!(rest, "told\n");
    assert!(words.contains(&format!("it is kept in {path}")), "{words}");
    assert_eq!(std::fs::read(path).unwrap(), b"x\n");
    std::fs::remove_dir_all(Path::new(path).parent().unwrap()).unwrap();
}

#[test]
fn the_words_of_a_command_are_those_of_a_shell() {
    assert_eq!(words("code --wait").unwrap(), ["code", "--wait"]);
    assert_eq!(words("'/opt/my editor/ed' -x \"a b\"").unwrap(), ["/opt/my editor/ed", "-x", "a b"]);
}
