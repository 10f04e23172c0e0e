//! The tree against published vectors and against a naive tree written from the text of RFC 6962.

use proptest::prelude::*;
use yishi_canonical::Digest;
use yishi_record::merkle::{empty_root, verify_consistency, verify_inclusion};
use yishi_record::{Frontier, ProofError, ProofPlan, Subtree, leaf_hash, node_hash};

/// MTH of RFC 6962, 2.1, as it is written there.
fn naive_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let middle = split(leaves.len());
            node_hash(&naive_root(&leaves[..middle]), &naive_root(&leaves[middle..]))
        }
    }
}

/// PATH of RFC 6962, 2.1.1.
fn naive_path(index: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = split(leaves.len());
    if index < middle {
        let mut path = naive_path(index, &leaves[..middle]);
        path.push(naive_root(&leaves[middle..]));
        path
    } else {
        let mut path = naive_path(index - middle, &leaves[middle..]);
        path.push(naive_root(&leaves[..middle]));
        path
    }
}

/// SUBPROOF of RFC 6962, 2.1.2.
fn naive_subproof(old: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let middle = split(leaves.len());
    if old <= middle {
        let mut proof = naive_subproof(old, &leaves[..middle], whole);
        proof.push(naive_root(&leaves[middle..]));
        proof
    } else {
        let mut proof = naive_subproof(old - middle, &leaves[middle..], false);
        proof.push(naive_root(&leaves[..middle]));
        proof
    }
}

fn split(len: usize) -> usize {
    len.next_power_of_two() / 2
}

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn hash_of(subtree: Subtree, leaves: &[Digest]) -> Digest {
    let first = usize::try_from(subtree.first()).expect("small");
    let width = usize::try_from(subtree.width()).expect("small");
    naive_root(&leaves[first..first + width])
}

fn proof(plan: &ProofPlan, leaves: &[Digest]) -> Vec<Digest> {
    let hashes: Vec<Digest> = plan.subtrees().map(|subtree| hash_of(subtree, leaves)).collect();
    plan.finish(&hashes).expect("as many as planned")
}

fn grown(leaves: &[Digest]) -> Frontier {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(*leaf);
    }
    frontier
}

#[test]
fn the_published_vectors_hold() {
    // The test vectors of Certificate Transparency's reference implementation.
    let inputs =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::new();
    assert_eq!(
        frontier.root().to_string(),
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (input, root) in inputs.iter().zip(roots) {
        frontier.append(leaf_hash(&hex::decode(input).expect("hex")));
        assert_eq!(frontier.root().to_string(), format!("sha256:{root}"));
    }
}

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_rfc() {
    let all = leaves(67);
    for size in 1..=all.len() {
        let tree = &all[..size];
        let root = naive_root(tree);
        assert_eq!(grown(tree).root(), root);
        for index in 0..size {
            let plan = ProofPlan::inclusion(index as u64, size as u64).expect("inside");
            let path = proof(&plan, tree);
            assert_eq!(path, naive_path(index, tree));
            assert_eq!(verify_inclusion(&tree[index], index as u64, size as u64, &path, &root), Ok(()));
        }
        for old in 1..=size {
            let plan = ProofPlan::consistency(old as u64, size as u64).expect("inside");
            let path = proof(&plan, tree);
            assert_eq!(path, naive_subproof(old, tree, true));
            let old_root = naive_root(&tree[..old]);
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &path), Ok(()));
        }
    }
}

#[test]
fn outside_the_tree_there_is_no_proof() {
    assert_eq!(ProofPlan::inclusion(5, 5), None);
    assert_eq!(ProofPlan::inclusion(0, 0), None);
    assert_eq!(ProofPlan::consistency(6, 5), None);
    let root = naive_root(&leaves(5));
    assert_eq!(verify_inclusion(&root, 5, 5, &[], &root), Err(ProofError::OutOfRange));
    assert_eq!(verify_consistency(6, &root, 5, &root, &[]), Err(ProofError::OutOfRange));
    assert_eq!(verify_consistency(5, &root, 5, &root, &[root]), Err(ProofError::Length));
    assert_eq!(verify_consistency(5, &empty_root(), 5, &root, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(0, &empty_root(), 5, &root, &[]), Ok(()));
}

proptest! {
    #[test]
    fn a_frontier_is_rebuilt_from_its_peaks(size in 0_usize..600, more in 0_usize..70) {
        let all = leaves(size + more);
        let mut frontier = grown(&all[..size]);
        let peaks = Frontier::plan(size as u64).into_iter().map(|peak| hash_of(peak, &all)).collect();
        prop_assert_eq!(Frontier::from_peaks(size as u64, peaks), Some(frontier.clone()));
        for (offset, leaf) in all[size..].iter().enumerate() {
            let completed = frontier.append(*leaf);
            prop_assert_eq!(completed.len() as u32, ((size + offset + 1) as u64).trailing_zeros());
            for (subtree, hash) in completed {
                prop_assert_eq!(hash, hash_of(subtree, &all));
            }
        }
        prop_assert_eq!(frontier.root(), naive_root(&all));
    }

    #[test]
    fn an_altered_inclusion_proof_never_holds(
        size in 2_usize..300, at in any::<prop::sample::Index>(), step in any::<prop::sample::Index>(),
        bit in 0_usize..256, cut in any::<bool>(), elsewhere in any::<prop::sample::Index>(),
    ) {
        let tree = leaves(size);
        let root = naive_root(&tree);
        let index = at.index(size);
        let plan = ProofPlan::inclusion(index as u64, size as u64).expect("inside");
        let sound = proof(&plan, &tree);
        let check = |leaf: &Digest, index: usize, proof: &[Digest]| {
            verify_inclusion(leaf, index as u64, size as u64, proof, &root)
        };
        prop_assert_eq!(check(&tree[index], index, &sound), Ok(()));
        let mut bad = sound.clone();
        let step = step.index(bad.len());
        let mut bytes = *bad[step].as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bad[step] = Digest::from_bytes(bytes);
        prop_assert!(check(&tree[index], index, &bad).is_err());
        let mut long = sound.clone();
        if cut { long.pop(); } else { long.push(root); }
        prop_assert!(check(&tree[index], index, &long).is_err());
        let elsewhere = elsewhere.index(size);
        prop_assert_eq!(check(&tree[elsewhere], elsewhere, &sound).is_ok(), elsewhere == index);
        prop_assert_eq!(check(&tree[index], elsewhere, &sound).is_ok(), elsewhere == index);
    }

    #[test]
    fn a_changed_past_is_never_consistent(
        new in 2_usize..300, old in any::<prop::sample::Index>(), changed in any::<prop::sample::Index>(),
    ) {
        let tree = leaves(new);
        let old = 1 + old.index(new);
        let changed = changed.index(old);
        let old_root = naive_root(&tree[..old]);
        let mut rewritten = tree.clone();
        rewritten[changed] = leaf_hash(b"another past");
        let plan = ProofPlan::consistency(old as u64, new as u64).expect("inside");
        // Whoever rewrote the past makes the best proof they can from the new tree.
        let forged = proof(&plan, &rewritten);
        let root = naive_root(&rewritten);
        prop_assert!(verify_consistency(old as u64, &old_root, new as u64, &root, &forged).is_err());
    }
}
