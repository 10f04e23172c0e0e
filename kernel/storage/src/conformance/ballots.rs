//! Cases about casting.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{
    Factory, close, draft, entry, furnished, here, now, opening, pseudonym, there, time, vote, voter,
};
use crate::{
    BallotDraft, BallotSecrecy, BallotState, CastError, CastVote, Choice, EntryDraft, Page, Row, Store,
    StoreError, Unit,
};

pub(super) async fn run<F: Factory>(factory: &F) {
    of_64_callers_for_one_voter_one_is_counted(factory).await;
    every_acknowledged_vote_is_in_tally_and_log(factory).await;
    a_repeated_request_gets_the_first_receipt(factory).await;
    who_may_not_vote_is_told_why(factory).await;
    a_deadline_includes_its_own_moment(factory).await;
    a_ballot_ends_in_two_steps(factory).await;
    nothing_is_cast_after_stopping(factory).await;
    a_secret_vote_shows_no_choice(factory).await;
    votes_and_units_share_one_log(factory).await;
    ballots_of_another_community_are_absent(factory).await;
    a_roll_names_everybody_once(factory).await;
    an_erased_voter_stays_under_the_pseudonym(factory).await;
}

async fn open<S: Store>(store: &S, ballot: &str, secrecy: BallotSecrecy, voters: usize) {
    let unit = Unit::of(here()).row(opening(ballot, secrecy, voters));
    store.commit(unit).await.expect("a ballot can be opened");
}

async fn of_64_callers_for_one_voter_one_is_counted<F: Factory>(factory: &F) {
    let store = furnished(factory, "race").await;
    for (round, secrecy) in
        [BallotSecrecy::Open, BallotSecrecy::Secret].into_iter().cycle().take(20).enumerate()
    {
        let ballot = format!("bal_{round}");
        open(&*store, &ballot, secrecy, 3).await;
        let mut callers = tokio::task::JoinSet::new();
        for number in 0..64 {
            let store = Arc::clone(&store);
            let choice = [Choice::Yes, Choice::No, Choice::Abstain][number % 3];
            let key = [u8::try_from(number).expect("small"); 16];
            let vote = CastVote { random_key: key, ..vote(&ballot, 0, choice) };
            callers.spawn(async move { store.cast(vote).await });
        }
        let results = callers.join_all().await;
        let seqs: Vec<u64> = results.iter().flatten().map(|receipt| receipt.seq).collect();
        assert_eq!(seqs.len(), 1, "round {round}");
        for refused in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(matches!(refused, CastError::AlreadyVoted { seq } if *seq == seqs[0]), "{refused:?}");
        }
        assert_eq!(store.stop_ballot(&here(), &ballot).await.expect("stops").cast, 1);
    }
    close(factory, store).await;
}

async fn every_acknowledged_vote_is_in_tally_and_log<F: Factory>(factory: &F) {
    let mut store = furnished(factory, "many").await;
    open(&*store, "bal_1", BallotSecrecy::Open, 1000).await;
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..64_usize {
        let store = Arc::clone(&store);
        callers.spawn(async move {
            let mut receipts = Vec::new();
            for number in (caller..900).step_by(64) {
                let choice = [Choice::Yes, Choice::Yes, Choice::No][number % 3];
                receipts.push((
                    number,
                    choice,
                    store.cast(vote("bal_1", number, choice)).await.expect("is taken"),
                ));
            }
            receipts
        });
    }
    let receipts: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
    assert_eq!(receipts.len(), 900);

    // What was acknowledged is there after the store was closed and opened.
    let before = store.head(&here()).await.expect("head");
    close(factory, store).await;
    store = Arc::new(factory.open("many").await);
    assert_eq!(store.head(&here()).await.expect("head"), before);
    let entries = store.entries(&here(), 0, 2000).await.expect("entries");
    assert_eq!(entries.len(), 900);
    for (number, choice, receipt) in &receipts {
        let entry = &entries[usize::try_from(receipt.seq).expect("small")];
        assert_eq!(entry.leaf, receipt.leaf);
        let envelope = entry.envelope().expect("an entry");
        assert_eq!((entry.kind.as_str(), entry.stream.as_str()), ("ballot.cast", "bal_1.cast"));
        assert_eq!(envelope.body["ballot"], "bal_1");
        let called = pseudonym("bal_1", &voter(*number));
        assert_eq!(envelope.body["voter"], called);
        assert_eq!(envelope.actor, called, "whoever votes for themselves is called as in the roll");
        assert_eq!(envelope.body.get("choice"), None, "nothing of the choice while the ballot runs");
        let text = String::from_utf8(entry.bytes.clone()).expect("text");
        assert!(!text.contains(&voter(*number)) && !text.contains(choice.code()), "{text}");
    }
    let again = store.cast(vote("bal_1", 5, Choice::Yes)).await;
    assert!(matches!(again, Err(CastError::AlreadyVoted { .. })), "{again:?}");
    let late = store.cast(vote("bal_1", 950, Choice::Abstain)).await.expect("is taken");
    assert_eq!(late.seq, 900);
    let tally = store.stop_ballot(&here(), "bal_1").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.abstain), (600, 300, 1));
    assert_eq!((tally.cast, tally.roll_size), (901, 1000));
    // The choices come with the closing, and are what the entries committed to.
    assert_eq!(tally.votes.len(), 901);
    assert!(tally.votes.is_sorted_by_key(|vote| vote.seq));
    for (_, choice, receipt) in &receipts {
        let found = tally.votes.iter().find(|vote| vote.seq == receipt.seq).expect("every vote is opened");
        assert_eq!(found.choice, *choice);
    }
    for opened in &tally.votes {
        let entry = store.entries(&here(), opened.seq, 1).await.expect("reads").remove(0);
        let commitment = yishi_record::commitment::choice(&opened.nonce, opened.choice.code());
        assert_eq!(entry.envelope().expect("an entry").body["commitment"], commitment.to_string());
    }
    close(factory, store).await;
}

async fn a_repeated_request_gets_the_first_receipt<F: Factory>(factory: &F) {
    let mut store = furnished(factory, "repeat").await;
    for (ballot, secrecy) in [("bal_open", BallotSecrecy::Open), ("bal_secret", BallotSecrecy::Secret)] {
        open(&*store, ballot, secrecy, 3).await;
        let request = CastVote { idempotency_key: Some("key".into()), ..vote(ballot, 1, Choice::Yes) };
        let first = store.cast(request.clone()).await.expect("is taken");
        assert!(!first.replayed);
        let again = store.cast(request.clone()).await.expect("is replayed");
        assert_eq!((again.seq, again.leaf, again.replayed), (first.seq, first.leaf, true));
        let other_key = CastVote { idempotency_key: Some("other".into()), ..request.clone() };
        assert!(matches!(store.cast(other_key).await, Err(CastError::AlreadyVoted { .. })));
        let no_key = CastVote { idempotency_key: None, ..request.clone() };
        assert!(matches!(store.cast(no_key).await, Err(CastError::AlreadyVoted { .. })));
        // One key is one vote: nobody's second hand.
        let another = CastVote { idempotency_key: Some("key".into()), ..vote(ballot, 2, Choice::Yes) };
        assert!(matches!(store.cast(another).await, Err(CastError::KeyReused)));
        let other_choice = store.cast(CastVote { choice: Choice::No, ..request.clone() }).await;
        match secrecy {
            BallotSecrecy::Open => assert!(matches!(other_choice, Err(CastError::KeyReused))),
            // Nobody, not even storage, knows whose choice it was.
            BallotSecrecy::Secret => assert!(other_choice.expect("is replayed").replayed),
        }
        // A reply lost at the very end can still be fetched: after reopening and after the ballot was stopped.
        close(factory, store).await;
        store = Arc::new(factory.open("repeat").await);
        let tally = store.stop_ballot(&here(), ballot).await.expect("stops");
        assert_eq!((tally.yes, tally.cast), (1, 1));
        let late = store.cast(request).await.expect("is replayed");
        assert_eq!((late.seq, late.leaf, late.replayed), (first.seq, first.leaf, true));
    }
    close(factory, store).await;
}

async fn who_may_not_vote_is_told_why<F: Factory>(factory: &F) {
    let store = furnished(factory, "may-not").await;
    open(&*store, "bal_1", BallotSecrecy::Open, 3).await;
    let refused = store.cast(vote("bal_1", 3, Choice::Yes)).await;
    assert!(matches!(refused, Err(CastError::NotOnRoll)), "{refused:?}");
    let refused = store.cast(vote("bal_2", 1, Choice::Yes)).await;
    assert!(matches!(refused, Err(CastError::NoSuchBallot)), "{refused:?}");
    let refused = store.cast(CastVote { actor: Some("a\0".into()), ..vote("bal_1", 1, Choice::Yes) }).await;
    assert!(matches!(refused, Err(CastError::Store(StoreError::Invalid { .. }))), "{refused:?}");
    let refused = store.commit(Unit::of(here()).row(opening("bal_1", BallotSecrecy::Secret, 9))).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "a ballot is opened once: {refused:?}");
    let smuggled = EntryDraft { kind: "ballot.cast".into(), ..entry("bal_1.cast", 1) };
    let refused = store.commit(Unit::of(here()).entry(smuggled)).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "votes come by casting: {refused:?}");
    assert_eq!(store.head(&here()).await.expect("head").size, 0, "a refused vote leaves no trace");
    close(factory, store).await;
}

async fn a_deadline_includes_its_own_moment<F: Factory>(factory: &F) {
    let store = furnished(factory, "deadline").await;
    let deadline = now();
    let draft = draft("bal_1", BallotSecrecy::Open, (0..3).map(voter));
    let draft = BallotDraft { deadline: Some(deadline), ..draft };
    store.commit(Unit::of(here()).row(Row::OpenBallot(draft))).await.expect("opens");
    let just = deadline - SignedDuration::from_micros(1);
    let before = CastVote { at: just, ..vote("bal_1", 0, Choice::Yes) };
    store.cast(before).await.expect("is taken");
    for late in [deadline, deadline + SignedDuration::from_hours(1)] {
        let refused = store.cast(CastVote { at: late, ..vote("bal_1", 1, Choice::Yes) }).await;
        assert!(matches!(refused, Err(CastError::PastDeadline)), "{refused:?}");
    }
    assert_eq!(
        store.ballot(&here(), "bal_1").await.expect("reads").expect("is there").deadline,
        Some(deadline)
    );
    close(factory, store).await;
}

async fn a_ballot_ends_in_two_steps<F: Factory>(factory: &F) {
    let mut store = furnished(factory, "ends").await;
    open(&*store, "bal_1", BallotSecrecy::Open, 4).await;
    let settle =
        || Unit::of(here()).row(Row::SettleBallot { ballot: "bal_1".into() }).entry(entry("bal_1", 1));
    assert!(
        matches!(store.commit(settle()).await, Err(StoreError::Conflict { .. })),
        "not before it is stopped"
    );
    store.cast(vote("bal_1", 0, Choice::Abstain)).await.expect("is taken");
    let cast = store.ballot(&here(), "bal_1").await.expect("reads").expect("there").cast;
    let moved = store.stop_ballot_at(&here(), "bal_1", cast + 1).await;
    assert!(matches!(moved, Err(CastError::Moved)));
    let still = store.ballot(&here(), "bal_1").await.expect("reads").expect("there");
    assert_eq!(still.state, BallotState::Open, "a refused stop stops nothing");
    let first = store.stop_ballot_at(&here(), "bal_1", cast).await.expect("stops");
    close(factory, store).await;
    // A crash between the steps loses nothing: the tally can be had again.
    store = Arc::new(factory.open("ends").await);
    assert_eq!(store.stop_ballot(&here(), "bal_1").await.expect("still stopped"), first);
    let refused = store.cast(vote("bal_1", 1, Choice::Yes)).await;
    assert!(matches!(refused, Err(CastError::Closed)), "{refused:?}");
    store.commit(settle()).await.expect("settles");
    assert!(matches!(store.commit(settle()).await, Err(StoreError::Conflict { .. })), "settled once");
    assert!(matches!(store.stop_ballot(&here(), "bal_1").await, Err(CastError::Closed)));
    assert!(matches!(store.stop_ballot(&here(), "bal_9").await, Err(CastError::NoSuchBallot)));
    let row = store.ballot(&here(), "bal_1").await.expect("reads").expect("is there");
    assert_eq!((row.state, row.cast, row.roll_size), (BallotState::Settled, 1, 4));
    close(factory, store).await;
}

async fn nothing_is_cast_after_stopping<F: Factory>(factory: &F) {
    let store = furnished(factory, "stopping").await;
    for round in 0..10 {
        let ballot = format!("bal_{round}");
        open(&*store, &ballot, BallotSecrecy::Open, 400).await;
        let mut callers = tokio::task::JoinSet::new();
        for number in 0..400 {
            let store = Arc::clone(&store);
            let vote = vote(&ballot, number, Choice::Yes);
            callers.spawn(async move { store.cast(vote).await });
        }
        tokio::task::yield_now().await;
        let tally = store.stop_ballot(&here(), &ballot).await.expect("stops");
        let mut taken = 0;
        for result in callers.join_all().await {
            match result {
                Ok(_) => taken += 1,
                Err(CastError::Closed) => {}
                Err(other) => panic!("only `closed` is expected: {other}"),
            }
        }
        assert_eq!(taken, tally.cast, "round {round}: counted if and only if acknowledged");
        let stored = store.stream(&here(), &format!("{ballot}.cast")).await.expect("reads");
        assert_eq!(stored.len() as u64, taken);
    }
    close(factory, store).await;
}

async fn a_secret_vote_shows_no_choice<F: Factory>(factory: &F) {
    let store = furnished(factory, "secret").await;
    open(&*store, "bal_1", BallotSecrecy::Secret, 40).await;
    for number in 0..30 {
        let choice = if number < 10 { Choice::Yes } else { Choice::No };
        store.cast(vote("bal_1", number, choice)).await.expect("is taken");
    }
    for entry in store.stream(&here(), "bal_1.cast").await.expect("reads") {
        let envelope = entry.envelope().expect("an entry");
        assert_eq!((envelope.body.get("choice"), envelope.body.get("commitment")), (None, None));
        assert_eq!(envelope.at, time("2026-02-28T16:00:00Z"), "dated to the day in China");
        let text = String::from_utf8(entry.bytes).expect("text");
        assert!(!text.contains("yes") && !text.contains("\"no\""), "{text}");
    }
    let page = Page::first(100);
    let voters = store.participations(&here(), "bal_1", &page).await.expect("reads");
    assert_eq!(voters.len(), 30);
    assert!(voters.iter().all(|participation| participation.choice.is_none()));
    let tally = store.stop_ballot(&here(), "bal_1").await.expect("stops");
    assert_eq!((tally.yes, tally.no, tally.abstain, tally.cast), (10, 20, 0, 30));
    assert!(tally.votes.is_empty(), "a sum, and nothing by the vote");
    let settle = Unit::of(here()).row(Row::SettleBallot { ballot: "bal_1".into() }).entry(entry("bal_1", 1));
    store.commit(settle).await.expect("settles");
    let one = store.voter(&here(), "bal_1", &voter(3)).await.expect("reads");
    assert!(one.expect("on the roll").expect("has voted").choice.is_none());
    close(factory, store).await;
}

/// The roll and the votes of an old ballot would still say whose the pseudonym in the log is.
async fn an_erased_voter_stays_under_the_pseudonym<F: Factory>(factory: &F) {
    let store = furnished(factory, "erased-voter").await;
    let unit = Unit::of(here())
        .row(Row::PutHousehold(super::people::household("hh_1", 1)))
        .row(Row::PutPerson(super::people::person(&voter(1), 1, "陆秀英", "hh_1")));
    store.commit(unit).await.expect("commits");
    for (ballot, secrecy) in [("bal_1", BallotSecrecy::Open), ("bal_2", BallotSecrecy::Secret)] {
        open(&*store, ballot, secrecy, 3).await;
        let entered = CastVote {
            actor: Some("acc_clerk".into()),
            idempotency_key: Some("acc_1:key".into()),
            ..vote(ballot, 1, Choice::No)
        };
        let seq = store.cast(entered).await.expect("is taken").seq;
        let entry = store.entries(&here(), seq, 1).await.expect("reads").remove(0);
        assert_eq!(entry.envelope().expect("an entry").actor, "acc_clerk", "whoever entered it");
    }
    store.commit(Unit::of(here()).row(Row::ErasePerson { id: voter(1) })).await.expect("erases");
    for ballot in ["bal_1", "bal_2"] {
        let called = pseudonym(ballot, &voter(1));
        let roll = store.roll(&here(), ballot, &Page::first(9)).await.expect("reads");
        assert!(roll.len() == 3 && roll.contains(&called) && !roll.contains(&voter(1)), "{roll:?}");
        assert_eq!(store.voter(&here(), ballot, &voter(1)).await.expect("reads"), None);
        let refused = store.cast(vote(ballot, 1, Choice::Yes)).await;
        assert!(matches!(refused, Err(CastError::NotOnRoll)), "{refused:?}");
        store.cast(vote(ballot, 2, Choice::Yes)).await.expect("the others vote on");
        let tally = store.stop_ballot(&here(), ballot).await.expect("stops");
        assert_eq!((tally.yes, tally.no, tally.cast, tally.roll_size), (1, 1, 2, 3), "every vote stands");
    }
    close(factory, store).await;
}

async fn votes_and_units_share_one_log<F: Factory>(factory: &F) {
    let store = furnished(factory, "share").await;
    open(&*store, "bal_1", BallotSecrecy::Open, 600).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..600_usize {
        let store = Arc::clone(&store);
        callers.spawn(async move {
            if number % 10 == 0 {
                // Half of these are refused in the midst of votes.
                let version = if number % 20 == 0 { 1 } else { 5 };
                let unit = Unit::of(here()).entry(entry(&format!("mat_{number}"), version));
                store.commit(unit).await.is_ok()
            } else {
                store.cast(vote("bal_1", number, Choice::Yes)).await.is_ok()
            }
        });
    }
    let done = callers.join_all().await.into_iter().filter(|done| *done).count();
    assert_eq!(done, 570);
    let entries = store.entries(&here(), 0, 1000).await.expect("entries");
    assert_eq!(entries.len(), 570);
    let mut prev = yishi_record::ZERO_LEAF;
    for (seq, entry) in (0..).zip(&entries) {
        let envelope = entry.envelope().expect("an entry");
        assert_eq!((entry.seq, envelope.seq, envelope.prev), (seq, seq, prev));
        prev = entry.leaf;
    }
    let head = store.head(&here()).await.expect("head");
    let parts = store.receipt_parts(&here(), 300, head.size).await.expect("reads").expect("is there");
    let leaf = parts.entry.leaf;
    assert_eq!(
        yishi_record::merkle::verify_inclusion(&leaf, 300, head.size, &parts.proof, &head.root),
        Ok(()),
        "tiles written by votes and by units fit together"
    );
    close(factory, store).await;
}

async fn ballots_of_another_community_are_absent<F: Factory>(factory: &F) {
    let store = furnished(factory, "foreign").await;
    open(&*store, "bal_1", BallotSecrecy::Open, 3).await;
    let foreign = CastVote { scope: there(), ..vote("bal_1", 0, Choice::Yes) };
    assert!(matches!(store.cast(foreign).await, Err(CastError::NoSuchBallot)));
    assert!(matches!(store.stop_ballot(&there(), "bal_1").await, Err(CastError::NoSuchBallot)));
    assert_eq!(store.ballot(&there(), "bal_1").await.expect("reads"), None);
    assert_eq!(store.voter(&there(), "bal_1", &voter(0)).await.expect("reads"), None);
    assert!(store.roll(&there(), "bal_1", &Page::first(9)).await.expect("reads").is_empty());
    let settle = Unit::of(there()).row(Row::SettleBallot { ballot: "bal_1".into() });
    assert!(matches!(store.commit(settle).await, Err(StoreError::Conflict { .. })));
    assert_eq!(
        store.ballot(&here(), "bal_1").await.expect("reads").expect("is there").state,
        BallotState::Open
    );
    close(factory, store).await;
}

async fn a_roll_names_everybody_once<F: Factory>(factory: &F) {
    let store = furnished(factory, "roll").await;
    let draft = draft("bal_1", BallotSecrecy::Open, [voter(1), voter(2), voter(1)]);
    let refused = store.commit(Unit::of(here()).row(Row::OpenBallot(draft))).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert_eq!(store.ballot(&here(), "bal_1").await.expect("reads"), None);

    open(&*store, "bal_1", BallotSecrecy::Open, 7).await;
    store.cast(vote("bal_1", 2, Choice::No)).await.expect("is taken");
    let mut page = Page::first(3);
    let mut seen = Vec::new();
    loop {
        let next = store.roll(&here(), "bal_1", &page).await.expect("reads");
        let Some(last) = next.last() else { break };
        page = Page::after(last.clone(), 3);
        seen.extend(next);
    }
    assert_eq!(seen, (0..7).map(voter).collect::<Vec<_>>());
    let voted = store.voter(&here(), "bal_1", &voter(2)).await.expect("reads").expect("on the roll");
    assert_eq!(voted.expect("has voted").choice, Some(Choice::No));
    assert_eq!(store.voter(&here(), "bal_1", &voter(3)).await.expect("reads"), Some(None));
    assert_eq!(store.voter(&here(), "bal_1", &voter(9)).await.expect("reads"), None);
    close(factory, store).await;
}
