//! Whatever is done to an export or a receipt, it is noticed, and the first bad entry is named.

use proptest::prelude::*;
use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_record::merkle::verify_consistency;
use yishi_record::{
    Checkpoint, Envelope, ExportReport, ExportWriter, Fault, FaultReason, Frontier, LogKey, Place, ProofPlan,
    Receipt, ReceiptError, SignedCheckpoint, ZERO_LEAF, leaf_hash, origin_of, verify_export,
};

const COMMUNITY: &str = "com_a";

fn key() -> LogKey {
    LogKey::new(origin_of(COMMUNITY), &[3; 32])
}

fn envelope(seq: u64, prev: Digest, body: Value) -> Envelope {
    Envelope {
        v: Envelope::VERSION,
        community: COMMUNITY.into(),
        seq,
        at: "2026-03-01T01:00:00Z".parse().expect("a time"),
        prev,
        stream: format!("mat_{}", seq % 3),
        stream_version: seq / 3 + 1,
        kind: "matter.proposed".into(),
        actor: "acc_1".into(),
        body,
    }
}

/// A log as an honest server keeps it.
fn log(count: u64) -> Vec<Vec<u8>> {
    let mut prev = ZERO_LEAF;
    (0..count)
        .map(|seq| {
            let body =
                json!({"type": "proposed", "amount_fen": seq * 100, "text": Digest::of(&seq.to_be_bytes())});
            let bytes = envelope(seq, prev, body).bytes().expect("bytes");
            prev = leaf_hash(&bytes);
            bytes
        })
        .collect()
}

fn frontier(entries: &[Vec<u8>]) -> Frontier {
    let mut frontier = Frontier::new();
    for entry in entries {
        frontier.append(leaf_hash(entry));
    }
    frontier
}

fn checkpoint(entries: &[Vec<u8>]) -> SignedCheckpoint {
    let frontier = frontier(entries);
    Checkpoint { origin: origin_of(COMMUNITY), size: frontier.size(), root: frontier.root() }.sign(&key())
}

/// Writes `entries`, with honest leaf hashes, under the checkpoint of `signed`.
fn export(entries: &[Vec<u8>], signed: &[Vec<u8>]) -> Vec<u8> {
    let mut writer =
        ExportWriter::begin(Vec::new(), COMMUNITY, &key().verifier(), &checkpoint(signed)).expect("writes");
    for entry in entries {
        writer.entry(entry, &leaf_hash(entry)).expect("writes");
    }
    writer.finish().expect("flushes")
}

fn verify(bytes: &[u8]) -> Result<(ExportReport, u64), Fault> {
    let mut seen = 0;
    verify_export(bytes, Some(&key().verifier()), |_| seen += 1).map(|report| (report, seen))
}

fn place(bytes: &[u8]) -> Place {
    verify(bytes).expect_err("must be noticed").place
}

#[test]
fn a_sound_export_verifies() {
    for count in [0, 1, 2, 3, 8, 33] {
        let entries = log(count);
        let (report, seen) = verify(&export(&entries, &entries)).expect("sound");
        assert_eq!((report.checkpoint.size, seen), (count, count));
        assert_eq!(report.community, COMMUNITY);
        assert_eq!(report.last_leaf, entries.last().map_or(ZERO_LEAF, |entry| leaf_hash(entry)));
    }
}

#[test]
fn every_flipped_bit_names_the_line_it_is_in() {
    let entries = log(5);
    let sound = export(&entries, &entries);
    let mut line = 0_u64;
    for at in 0..sound.len() {
        for bit in 0..8 {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << bit;
            let expected = if line == 0 { Place::Header } else { Place::Entry(line - 1) };
            assert_eq!(place(&bytes), expected, "bit {bit} of byte {at}");
        }
        line += u64::from(sound[at] == b'\n');
    }
}

#[test]
fn flips_in_stored_bytes_and_stored_hashes_are_named() {
    let entries = log(4);
    for index in 0..entries.len() {
        for at in 0..entries[index].len() {
            let mut bad = entries.clone();
            bad[index][at] ^= 1;
            let mut writer =
                ExportWriter::begin(Vec::new(), COMMUNITY, &key().verifier(), &checkpoint(&entries))
                    .expect("writes");
            for (stored, honest) in bad.iter().zip(&entries) {
                writer.entry(stored, &leaf_hash(honest)).expect("writes");
            }
            let fault = verify(&writer.finish().expect("flushes")).expect_err("must be noticed");
            assert_eq!(fault.place, Place::Entry(index as u64));
            assert!(matches!(fault.reason, FaultReason::Leaf), "{fault}");
        }
    }
}

#[test]
fn an_entry_altered_together_with_its_hash_is_still_named() {
    let entries = log(9);
    for index in 0..9_u64 {
        let mut bad = entries.clone();
        let at = usize::try_from(index).expect("small");
        let mut forged = Envelope::parse(&entries[at]).expect("an entry");
        forged.body["amount_fen"] = json!(1);
        bad[at] = forged.bytes().expect("bytes");
        let fault = verify(&export(&bad, &entries)).expect_err("must be noticed");
        if index < 8 {
            assert_eq!(fault.place, Place::Entry(index));
            assert!(matches!(fault.reason, FaultReason::Altered));
        } else {
            // Nothing follows the last entry that could testify against it.
            assert_eq!(fault.place, Place::Whole);
        }
    }
}

#[test]
fn a_rewritten_log_does_not_lead_to_the_signed_root() {
    let entries = log(6);
    let mut prev = ZERO_LEAF;
    let rewritten: Vec<Vec<u8>> = (0..6)
        .map(|seq| {
            let bytes = envelope(seq, prev, json!({"type": "another"})).bytes().expect("bytes");
            prev = leaf_hash(&bytes);
            bytes
        })
        .collect();
    let fault = verify(&export(&rewritten, &entries)).expect_err("must be noticed");
    assert!(matches!((fault.place, fault.reason), (Place::Whole, FaultReason::Root)));
}

#[test]
fn a_key_of_ones_own_does_not_help() {
    let entries = log(3);
    let mine = LogKey::new(origin_of(COMMUNITY), &[4; 32]);
    let frontier = frontier(&entries);
    let signed = Checkpoint { origin: origin_of(COMMUNITY), size: 3, root: frontier.root() }.sign(&mine);
    let mut writer = ExportWriter::begin(Vec::new(), COMMUNITY, &mine.verifier(), &signed).expect("writes");
    for entry in &entries {
        writer.entry(entry, &leaf_hash(entry)).expect("writes");
    }
    let bytes = writer.finish().expect("flushes");
    let fault = verify(&bytes).expect_err("must be noticed");
    assert!(matches!((fault.place, fault.reason), (Place::Header, FaultReason::Key)));
    // Without a trusted key it is whole, and the report says by which key.
    let report = verify_export(bytes.as_slice(), None, |_| ()).expect("whole");
    assert_eq!(report.key, mine.verifier());
}

proptest! {
    #[test]
    fn deleting_swapping_inserting_and_truncating_are_named(
        count in 2_u64..20, first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>(),
    ) {
        let entries = log(count);
        let len = entries.len();
        let at = first.index(len);
        let named = |bad: &[Vec<u8>]| place(&export(bad, &entries));

        let mut deleted = entries.clone();
        deleted.remove(at);
        prop_assert_eq!(named(&deleted), Place::Entry(at as u64));

        let other = (at + 1 + second.index(len - 1)) % len;
        let mut swapped = entries.clone();
        swapped.swap(at, other);
        prop_assert_eq!(named(&swapped), Place::Entry(at.min(other) as u64));

        let mut inserted = entries.clone();
        inserted.insert(at, entries[other].clone());
        prop_assert_eq!(named(&inserted), Place::Entry(at as u64));

        prop_assert_eq!(named(&entries[..at]), Place::Entry(at as u64));

        let mut longer = entries.clone();
        let next = envelope(count, leaf_hash(&entries[len - 1]), json!({"type": "more"}));
        longer.push(next.bytes().expect("bytes"));
        prop_assert_eq!(named(&longer), Place::Entry(count));
    }

    #[test]
    fn no_rewritten_log_is_consistent_with_an_earlier_checkpoint(
        count in 2_u64..24, at in any::<prop::sample::Index>(), old in any::<prop::sample::Index>(), how in 0..3,
    ) {
        let entries = log(count);
        let old = 1 + old.index(entries.len());
        let at = at.index(old);
        let mut bad = entries.clone();
        match how {
            0 => { bad.remove(at); }
            1 => { let other = (at + 1) % bad.len(); bad.swap(at, other); }
            _ => bad.insert(at, b"inserted".to_vec()),
        }
        prop_assume!(bad.len() >= old);
        let leaves: Vec<Digest> = bad.iter().map(|entry| leaf_hash(entry)).collect();
        let plan = ProofPlan::consistency(old as u64, leaves.len() as u64).expect("inside");
        let hashes: Vec<Digest> = plan
            .subtrees()
            .map(|part| {
                let mut inner = Frontier::new();
                for leaf in &leaves[part.first() as usize..(part.first() + part.width()) as usize] {
                    inner.append(*leaf);
                }
                inner.root()
            })
            .collect();
        let proof = plan.finish(&hashes).expect("as planned");
        let before = frontier(&entries[..old]);
        let after = frontier(&bad);
        prop_assert!(
            verify_consistency(old as u64, &before.root(), after.size(), &after.root(), &proof).is_err()
        );
    }

    #[test]
    fn a_mutated_receipt_never_verifies_as_something_else(
        count in 1_u64..40, at in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let entries = log(count);
        let at = at.index(entries.len());
        let receipt = receipt(&entries, at);
        let sound = receipt.verify(Some(&key().verifier())).expect("sound");
        prop_assert_eq!(sound.seq, at as u64);
        let mut text = serde_json::to_vec(&receipt).expect("json");
        let byte = byte.index(text.len());
        text[byte] ^= 1 << bit;
        if let Ok(read) = Receipt::parse(&text)
            && let Ok(entry) = read.verify(Some(&key().verifier()))
        {
            // White space or escapes of the JSON around it may change; what it proves may not.
            prop_assert_eq!(entry, sound);
        }
    }
}

fn receipt(entries: &[Vec<u8>], at: usize) -> Receipt {
    let plan = ProofPlan::inclusion(at as u64, entries.len() as u64).expect("inside");
    let hashes: Vec<Digest> = plan
        .subtrees()
        .map(|part| frontier(&entries[part.first() as usize..(part.first() + part.width()) as usize]).root())
        .collect();
    let proof = plan.finish(&hashes).expect("as planned");
    Receipt::new(&entries[at], at as u64, proof, &checkpoint(entries), &key().verifier()).expect("proves")
}

#[test]
fn a_receipt_for_another_entry_is_not_made() {
    let entries = log(7);
    let honest = receipt(&entries, 3);
    let wrong = Receipt::new(&entries[4], 4, honest.proof, &checkpoint(&entries), &key().verifier());
    assert!(matches!(wrong, Err(ReceiptError::Proof(_))));
    let moved = Receipt { index: 2, ..receipt(&entries, 3) };
    assert!(matches!(moved.verify(None), Err(ReceiptError::Elsewhere)));
}
