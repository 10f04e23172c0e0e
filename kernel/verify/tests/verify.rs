//! What the verifier accepts and what it finds.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use yishi_law::{BodyKind, CommunityKind, Count, CountingMode, Finding, FindingInput, Law, Subject, Terms};
use yishi_record::commitment::NONCE_BYTES;
use yishi_record::{
    Checkpoint, Envelope, ExportWriter, Frontier, LogKey, ProofPlan, Receipt, SignedCheckpoint, ZERO_LEAF,
    commitment, leaf_hash, origin_of,
};
use yishi_verify::cli::{self, Options};

const COMMUNITY: &str = "com_a";

type Log = Vec<(&'static str, Value)>;
/// What is done to a sound log.
type Change = fn(&mut Log);
/// What is done to a sound finding.
type Lie = fn(&mut Value);

fn key() -> LogKey {
    LogKey::new(origin_of(COMMUNITY), &[5; 32])
}

fn finding(yes: u64, no: u64, abstain: u64) -> Value {
    let law_date = "2026-03-01".parse().expect("a date");
    let floor = Law::embedded().at(CommunityKind::Village, law_date).expect("a text is in force");
    let finding = Finding::compute(&FindingInput {
        floor,
        law_date,
        subjects: BTreeSet::from([Subject::CollectiveFunds]),
        body: BodyKind::RepresentativeAssembly,
        mode: CountingMode::Persons,
        count: Count { in_office: 9, present: 8, yes, no, abstain, ..Count::default() },
        terms: Terms::default(),
        plugins: BTreeSet::new(),
        notice: None,
    });
    serde_json::to_value(finding.expect("the floor suffices")).expect("json")
}

fn opened(ballot: &str, secrecy: &str) -> (&'static str, Value) {
    ("meeting.ballot-opened", json!({"type": "ballot-opened", "ballot": ballot, "secrecy": secrecy}))
}

/// The nonce of a voter's commitment in these logs.
fn nonce(voter: u32) -> [u8; NONCE_BYTES] {
    let mut nonce = [7; NONCE_BYTES];
    nonce[..4].copy_from_slice(&voter.to_be_bytes());
    nonce
}

fn cast(ballot: &str, voter: u32, choice: &str) -> (&'static str, Value) {
    let commitment = commitment::choice(&nonce(voter), choice);
    let called = format!("per_{voter}");
    ("ballot.cast", json!({"ballot": ballot, "voter": called, "commitment": commitment, "channel": "web"}))
}

/// The choices as they enter with the closing: entry, voter, choice.
fn opening(ballot: &str, votes: &[(u64, u32, &str)]) -> (&'static str, Value) {
    let votes = votes.iter().map(
        |(vote, voter, choice)| json!({"vote": vote, "choice": choice, "nonce": hex::encode(nonce(*voter))}),
    );
    ("ballot.votes-opened", json!({"ballot": ballot, "votes": votes.collect::<Value>()}))
}

fn took_part(ballot: &str, voter: u32) -> (&'static str, Value) {
    ("ballot.cast", json!({"ballot": ballot, "voter": format!("per_{voter}"), "channel": "web"}))
}

fn closed(ballot: &str, votes: (u64, u64, u64)) -> (&'static str, Value) {
    let (yes, no, abstain) = votes;
    let body = json!({
        "type": "ballot-closed", "ballot": ballot, "finding": finding(yes, no, abstain), "hand": null,
        "cast": {"yes": yes, "no": no, "abstain": abstain, "spoilt": 0},
    });
    ("meeting.ballot-closed", body)
}

/// A log with an open ballot (6 votes) and a secret one (3 votes).
fn sound() -> Log {
    let mut log = vec![("matter.suggested", json!({"type": "suggested"})), opened("bal_1", "open")];
    log.extend((0..5).map(|voter| cast("bal_1", voter, "yes")));
    log.push(cast("bal_1", 5, "no"));
    // Entry 8: in two parts, as many votes would be.
    let votes = [(2, 0, "yes"), (3, 1, "yes"), (4, 2, "yes"), (5, 3, "yes"), (6, 4, "yes"), (7, 5, "no")];
    log.push(opening("bal_1", &votes[..4]));
    log.push(opening("bal_1", &votes[4..]));
    log.push(closed("bal_1", (5, 1, 0)));
    log.push(opened("bal_2", "secret"));
    log.extend((0..3).map(|voter| took_part("bal_2", voter)));
    log.push(closed("bal_2", (2, 0, 1)));
    log.push(("matter.resolved", json!({"outcome": {"finding": finding(5, 1, 0)}})));
    log
}

/// Where the entries of [`sound`] stand.
const OPENING: usize = 8;
const CLOSED: usize = 10;
const SECRET_VOTE: usize = 13;
const SECRET_CLOSED: usize = 15;
const RESOLVED: usize = 16;
const SIZE: u64 = 17;

struct Signed {
    entries: Vec<Vec<u8>>,
    checkpoint: SignedCheckpoint,
}

fn sign(log: &[(&'static str, Value)]) -> Signed {
    let mut prev = ZERO_LEAF;
    let mut frontier = Frontier::new();
    let mut entries = Vec::new();
    for (seq, (kind, body)) in (0..).zip(log) {
        let envelope = Envelope {
            v: Envelope::VERSION,
            community: COMMUNITY.into(),
            seq,
            at: "2026-03-01T01:00:00Z".parse().expect("a time"),
            prev,
            stream: "mat_1".into(),
            stream_version: seq + 1,
            kind: (*kind).to_owned(),
            actor: "acc_1".into(),
            body: body.clone(),
        };
        let bytes = envelope.bytes().expect("bytes");
        prev = leaf_hash(&bytes);
        frontier.append(prev);
        entries.push(bytes);
    }
    let origin = origin_of(COMMUNITY);
    let checkpoint = Checkpoint { origin, size: frontier.size(), root: frontier.root() }.sign(&key());
    Signed { entries, checkpoint }
}

fn export(signed: &Signed) -> Vec<u8> {
    let mut writer =
        ExportWriter::begin(Vec::new(), COMMUNITY, &key().verifier(), &signed.checkpoint).expect("writes");
    for entry in &signed.entries {
        writer.entry(entry, &leaf_hash(entry)).expect("writes");
    }
    writer.finish().expect("flushes")
}

/// The codes and entries of the problems found in a log that was signed as it is.
fn problems(log: &[(&'static str, Value)]) -> Vec<(u64, &'static str)> {
    let bytes = export(&sign(log));
    let summary = yishi_verify::export(bytes.as_slice(), None, Law::embedded()).expect("whole");
    summary.problems.iter().map(|problem| (problem.entry, problem.code)).collect()
}

#[test]
fn a_sound_log_agrees_in_every_figure() {
    let bytes = export(&sign(&sound()));
    let verifier = key().verifier();
    let summary = yishi_verify::export(bytes.as_slice(), Some(&verifier), Law::embedded()).expect("whole");
    assert_eq!(summary.problems, []);
    assert_eq!((summary.findings, summary.ballots, summary.votes), (3, 2, 9));
}

/// Beside the votes cast one by one, the count of the box told how the one voted who had not used it.
#[test]
fn a_secret_ballot_is_one_sum_that_covers_everybody() {
    let closing = |cast: Value, hand: Value, votes: (u64, u64, u64)| {
        let mut log = sound();
        log[SECRET_CLOSED].1["cast"] = cast;
        log[SECRET_CLOSED].1["hand"] = hand;
        log[SECRET_CLOSED].1["finding"] = finding(votes.0, votes.1, votes.2);
        problems(&log).first().map(|(entry, code)| (usize::try_from(*entry).expect("small"), *code))
    };
    let sum = |yes, no, abstain| json!({"yes": yes, "no": no, "abstain": abstain, "spoilt": 0});
    let bad = |code| Some((SECRET_CLOSED, code));
    let box_of = json!({"not_voting": 0, "tellers": ["per_8", "per_9"]});
    assert_eq!(closing(sum(2, 0, 1), Value::Null, (2, 0, 1)), None);
    assert_eq!(
        closing(sum(6, 0, 1), box_of.clone(), (6, 0, 1)),
        None,
        "three took part, the others used the box"
    );
    assert_eq!(closing(sum(6, 0, 1), Value::Null, (6, 0, 1)), bad("choices-and-voters"));
    assert_eq!(closing(sum(1, 0, 1), box_of.clone(), (1, 0, 1)), bad("choices-and-voters"));
    assert_eq!(closing(sum(3, 0, 0), Value::Null, (2, 0, 1)), bad("count-differs"));
    assert_eq!(closing(json!({"yes": 2}), Value::Null, (2, 0, 1)), bad("field-missing"));
    let most = u64::MAX >> 11;
    assert_eq!(closing(sum(most, most, most), Value::Null, (2, 0, 1)), bad("choices-and-voters"));
    let mut parts = box_of;
    parts["votes"] = sum(4, 0, 0);
    assert_eq!(closing(sum(6, 0, 1), parts, (6, 0, 1)), bad("secret-in-parts"));
}

#[test]
fn a_server_that_miscounts_is_found_out() {
    // Signed as it is: the chain holds, what it says does not.
    let miscounts: [(&str, Change, usize, &str); 15] = [
        (
            "a vote is left out of the sum",
            |log| log[CLOSED] = closed("bal_1", (4, 1, 0)),
            CLOSED,
            "count-differs",
        ),
        (
            "a vote is not opened",
            |log| drop(log[OPENING].1["votes"].as_array_mut().expect("votes").remove(0)),
            CLOSED,
            "choices-missing",
        ),
        ("no vote is opened", |log| drop(log.drain(OPENING..CLOSED)), OPENING, "choices-missing"),
        (
            "a choice is published twice",
            |log| log[OPENING + 1] = opening("bal_1", &[(2, 0, "yes"), (6, 4, "yes"), (7, 5, "no")]),
            OPENING + 1,
            "choice-of-no-vote",
        ),
        (
            "a choice is published of no vote",
            |log| log[OPENING + 1] = opening("bal_1", &[(6, 4, "yes"), (7, 5, "no"), (1, 6, "no")]),
            OPENING + 1,
            "choice-of-no-vote",
        ),
        (
            "a vote is turned",
            |log| log[OPENING + 1].1["votes"][1]["choice"] = json!("yes"),
            7,
            "choice-differs",
        ),
        (
            "a vote is turned with another nonce",
            |log| log[OPENING + 1].1["votes"][1] = opening("bal_1", &[(7, 6, "yes")]).1["votes"][0].clone(),
            7,
            "choice-differs",
        ),
        (
            "a vote is none of the three",
            |log| {
                log[7] = cast("bal_1", 5, "perhaps");
                log[OPENING + 1] = opening("bal_1", &[(6, 4, "yes"), (7, 5, "perhaps")]);
            },
            7,
            "choice-unreadable",
        ),
        ("a voter votes twice", |log| log[3].1["voter"] = json!("per_0"), 3, "voted-twice"),
        ("a vote comes late", |log| log.push(cast("bal_1", 8, "yes")), RESOLVED + 1, "vote-after-closing"),
        ("a running vote is shown", |log| log[4].1["choice"] = json!("yes"), 4, "choice-shown"),
        (
            "a secret vote is shown",
            |log| log[SECRET_VOTE].1["choice"] = json!("yes"),
            SECRET_VOTE,
            "choice-shown",
        ),
        (
            "a secret vote can be opened",
            |log| log[SECRET_VOTE].1["commitment"] = log[2].1["commitment"].clone(),
            SECRET_VOTE,
            "secret-shown",
        ),
        (
            "the finding counts others",
            |log| log[CLOSED].1["finding"] = finding(4, 2, 0),
            CLOSED,
            "count-differs",
        ),
        ("the ballot was never opened", |log| drop(log.remove(1)), 1, "vote-without-ballot"),
    ];
    for (what, change, entry, code) in miscounts {
        let mut log = sound();
        change(&mut log);
        assert_eq!(problems(&log).first(), Some(&(entry as u64, code)), "{what}");
    }
    for (what, repeated, code) in [
        ("the closing is repeated", closed("bal_1", (5, 1, 0)), "ballot-closed-twice"),
        ("choices come after the closing", opening("bal_1", &[(2, 0, "yes")]), "votes-of-no-ballot"),
        ("choices of a secret ballot", opening("bal_2", &[(13, 0, "yes")]), "votes-of-no-ballot"),
    ] {
        let mut log = sound();
        log.push(repeated);
        assert_eq!(problems(&log), [(SIZE, code)], "{what}");
    }
}

#[test]
fn a_false_finding_is_found_out_wherever_it_stands() {
    let falsehoods: [(&str, Lie, &str); 5] = [
        ("another result", |finding| finding["result"] = json!("failed"), "finding-differs"),
        (
            "a demand softened",
            |finding| {
                finding["passes"] = json!([]);
                finding["terms"]["passes"] = json!([]);
            },
            "finding-",
        ),
        ("impossible counts", |finding| finding["count"]["present"] = json!(99), "finding-"),
        ("an old law", |finding| finding["law_date"] = json!("2020-01-01"), "finding-"),
        ("another form", |finding| finding["more"] = json!(1), "finding-unreadable"),
    ];
    for (what, change, code) in falsehoods {
        for (at, place) in [(CLOSED, "/finding"), (RESOLVED, "/outcome/finding")] {
            let mut log = sound();
            let entry = at as u64;
            change(log[at].1.pointer_mut(place).expect("a finding"));
            let found = problems(&log);
            assert!(
                found.iter().any(|(at, found)| *at == entry && found.starts_with(code)),
                "{what} in entry {entry}: {found:?}"
            );
        }
    }
}

#[test]
fn votes_counted_by_hand_are_added() {
    let mut log = sound();
    let mut end = closed("bal_1", (5, 1, 0));
    end.1["hand"] = json!({"votes": {"yes": 1, "no": 0, "abstain": 1, "spoilt": 0}, "not_voting": 0});
    end.1["finding"] = finding(6, 1, 1);
    log[CLOSED] = end;
    assert_eq!(problems(&log), []);
    log[CLOSED].1["hand"]["votes"]["yes"] = json!(2);
    assert_eq!(problems(&log), [(CLOSED as u64, "count-differs")]);
}

fn run(directory: &Path, name: &str, bytes: &[u8], trusted: Option<String>) -> (u8, Value, String) {
    let file = directory.join(name);
    std::fs::write(&file, bytes).expect("writes");
    let mut text = Vec::new();
    let options = Options { file, key: trusted, json: false };
    let code = cli::run(&options, &mut text).expect("prints");
    let mut machine = Vec::new();
    let again = cli::run(&Options { json: true, ..options }, &mut machine).expect("prints");
    assert_eq!(code, again);
    (code, serde_json::from_slice(&machine).expect("json"), String::from_utf8(text).expect("text"))
}

#[test]
fn the_command_says_so_in_two_languages_and_by_its_code() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let signed = sign(&sound());
    let bytes = export(&signed);
    let published = key().verifier().to_string();

    let (code, machine, text) = run(directory, "sound", &bytes, Some(published.clone()));
    assert_eq!((code, &machine["sound"], &machine["entries"]), (0, &json!(true), &json!(SIZE)), "{text}");
    assert!(text.contains("核验通过") && text.contains("Sound:"), "{text}");
    assert!(!text.contains("公钥取自文件"), "{text}");
    let (code, machine, text) = run(directory, "untrusted", &bytes, None);
    assert_eq!((code, &machine["key_trusted"]), (0, &json!(false)));
    assert!(text.contains("公钥取自文件本身") && text.contains(&published), "{text}");

    // The first bad entry, by name.
    let line: usize = bytes.split(|byte| *byte == b'\n').take(5).map(|line| line.len() + 1).sum();
    let mut bad = bytes.clone();
    bad[line + 40] ^= 1;
    let (code, machine, text) = run(directory, "bad", &bad, Some(published.clone()));
    assert_eq!((code, &machine["first_bad_entry"]), (1, &json!(4)), "{text}");
    assert!(text.contains("第 4 条") && text.contains("entry 4"), "{text}");

    let mut log = sound();
    log[OPENING + 1].1["votes"][1]["choice"] = json!("yes");
    let (code, machine, text) = run(directory, "miscount", &export(&sign(&log)), Some(published.clone()));
    assert_eq!((code, &machine["problems"][0]["entry"]), (1, &json!(7)));
    assert!(text.contains("第 7 条") && text.contains("承诺不符"), "{text}");

    let other = LogKey::new(origin_of(COMMUNITY), &[6; 32]).verifier().to_string();
    assert_eq!(run(directory, "other-key", &bytes, Some(other)).0, 1);
    assert_eq!(run(directory, "bad-key", &bytes, Some("nonsense".into())).0, 2);
    assert_eq!(run(directory, "nothing", b"", None).0, 1);
    let missing = Options { file: directory.join("absent"), key: None, json: false };
    assert_eq!(cli::run(&missing, &mut Vec::new()).expect("prints"), 2);
}

#[test]
fn a_receipt_is_recognised_and_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let signed = sign(&sound());
    let plan = ProofPlan::inclusion(8, SIZE).expect("inside");
    let leaves: Vec<_> = signed.entries.iter().map(|entry| leaf_hash(entry)).collect();
    let hashes: Vec<_> = plan
        .subtrees()
        .map(|part| {
            let first = usize::try_from(part.first()).expect("small");
            let width = usize::try_from(part.width()).expect("small");
            let mut inner = Frontier::new();
            leaves[first..first + width].iter().for_each(|leaf| drop(inner.append(*leaf)));
            inner.root()
        })
        .collect();
    let proof = plan.finish(&hashes).expect("as planned");
    let receipt = Receipt::new(&signed.entries[8], 8, proof, &signed.checkpoint, &key().verifier());
    let receipt = receipt.expect("proves");
    let bytes = serde_json::to_vec_pretty(&receipt).expect("json");
    let (code, machine, text) = run(directory.path(), "receipt", &bytes, Some(key().verifier().to_string()));
    assert_eq!((code, &machine["kind"], &machine["index"]), (0, &json!("receipt"), &json!(8)), "{text}");
    assert!(text.contains("回执成立"), "{text}");

    let bad = Receipt { proof: receipt.proof[1..].to_vec(), ..receipt };
    let bytes = serde_json::to_vec(&bad).expect("json");
    let (code, _, text) = run(directory.path(), "bad-receipt", &bytes, None);
    assert_eq!(code, 1);
    assert!(text.contains("回执不成立"), "{text}");
}
