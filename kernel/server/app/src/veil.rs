//! 化名 (who stands in the public record as whom): the one place through which everything goes into the log and comes back.
//!
//! Everybody else in this crate, and every machine, knows people by their own ids. [`App::commit`] hands each unit to
//! [`App::veil`] before it is written: ids of persons, households and accounts in its entries become pseudonyms of their
//! purpose (`yishi_identity::pseudonym`), digests of questions to rules become sealed ones, and whom the pseudonyms stand for
//! is kept beside the log. [`App::unveil`] is the way back, for streams that are loaded. An id that nobody thought of when
//! an event was given a new field is veiled all the same, and joined with nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_identity::{BallotId, Capacity, Elector, PersonId, Purpose, RoleGrant, Salt, Subject};
use yishi_record::commitment;
use yishi_storage::{CommunityRow, EntryDraft, RollPlace, Row, Scope, Unit};

use crate::entry_kind::HouseEvent;
use crate::{App, AppError, AppResult, OpContext};

/// Salts and pseudonyms kept in memory; one more, and all are forgotten and read again as needed. A town's villages together.
const MOST: usize = 200_000;

/// Acts in office that carry no act of their own saying so.
const IN_OFFICE: [HouseEvent; 12] = [
    HouseEvent::RosterImported,
    HouseEvent::RosterChanged,
    HouseEvent::PersonErased,
    HouseEvent::AccountPasswordReset,
    HouseEvent::AccountDisabled,
    HouseEvent::AccountEnabled,
    HouseEvent::ShelfAdded,
    HouseEvent::CommentAnswered,
    HouseEvent::CommentHidden,
    HouseEvent::NoticePosted,
    HouseEvent::NoticeTakenDown,
    HouseEvent::BallotVotesOpened,
];

/// The digests of a question to a rule, and of its answer, in an entry.
const CALL: [&str; 3] = ["input", "read", "output"];

/// What is known of salts and pseudonyms without asking the database.
#[derive(Debug, Default)]
pub(crate) struct Veils {
    /// By community and subject.
    salts: Mutex<BTreeMap<(String, String), Salt>>,
    /// Whom a pseudonym stands for, by community and pseudonym: what is durable only.
    subjects: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

impl Veils {
    fn salt(&self, scope: &Scope, subject: &str) -> Option<Salt> {
        let salts = self.salts.lock().unwrap_or_else(PoisonError::into_inner);
        salts.get(&key(scope, subject)).copied()
    }

    fn keep_salts(&self, scope: &Scope, found: &[(String, [u8; 32])]) {
        let mut salts = self.salts.lock().unwrap_or_else(PoisonError::into_inner);
        if salts.len() + found.len() > MOST {
            salts.clear();
        }
        salts.extend(found.iter().map(|(subject, salt)| (key(scope, subject), Salt::from_bytes(*salt))));
    }

    /// Puts own ids in the place of the pseudonyms that are known, and gives the others.
    fn unveil(&self, scope: &Scope, bodies: &mut [Value]) -> BTreeSet<String> {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let known = subjects.get(scope.community());
        let mut unknown = BTreeSet::new();
        for body in bodies {
            each_id(body, &mut Vec::new(), &mut |_, text, subject| {
                let own = known.and_then(|known| known.get(text).cloned());
                if own.is_none() && subject.is_pseudonym() {
                    unknown.insert(text.to_owned());
                }
                own
            });
        }
        unknown
    }

    /// Leaves those out that are known: they are kept already.
    fn retain_new(&self, scope: &Scope, named: &mut BTreeMap<String, String>) {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = subjects.get(scope.community()) {
            named.retain(|pseudonym, subject| known.get(pseudonym) != Some(subject));
        }
    }

    fn keep_subjects(&self, scope: &Scope, found: BTreeMap<String, String>) {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if subjects.values().map(BTreeMap::len).sum::<usize>() + found.len() > MOST {
            subjects.clear();
        }
        subjects.entry(scope.community().to_owned()).or_default().extend(found);
    }

    /// Forgets everything: somebody was erased, in memory too.
    pub(crate) fn forget(&self) {
        self.salts.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.subjects.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn key(scope: &Scope, id: &str) -> (String, String) {
    (scope.community().to_owned(), id.to_owned())
}

/// What the purposes of the ids in one entry depend on.
struct Setting<'a> {
    kind: &'a str,
    stream: &'a str,
    community: &'a str,
    /// The act is one in office.
    in_office: bool,
    /// The person of whoever acts. Another person named as the one who acts is somebody an office holder writes for.
    own: Option<PersonId>,
}

impl Setting<'_> {
    /// The pseudonym of somebody who stands under these names of fields.
    fn pseudonym(&self, path: &[&str], subject: Subject, salt: &Salt) -> Subject {
        let writes_for = matches!(subject, Subject::Person(person) if Some(person) != self.own);
        let purpose = Purpose::of_field(self.kind, path, self.in_office && !writes_for);
        subject.under(salt, purpose, purpose.context(self.community, self.stream))
    }
}

impl App {
    /// Takes everybody's own id out of a unit's entries, and adds the rows that say who is meant.
    pub(crate) async fn veil(&self, ctx: &OpContext, unit: &mut Unit) -> AppResult<()> {
        let Some(scope) = unit.scope.clone() else { return Ok(()) };
        if unit.entries.is_empty() {
            return Ok(());
        }
        let (mut wanted, mut streams) = (BTreeSet::new(), BTreeSet::new());
        for entry in &mut unit.entries {
            if names_somebody(&entry.stream) {
                return Err(AppError::internal("a stream is called after somebody"));
            }
            if entry.body.get("gates").is_some() {
                streams.insert(entry.stream.clone());
            }
            wanted.extend(Subject::read(&entry.actor).map(|subject| subject.to_string()));
            each_id(&mut entry.body, &mut Vec::new(), &mut |_, text, _| {
                wanted.insert(text.to_owned());
                None
            });
        }
        let fresh = unit
            .rows
            .iter()
            .any(|row| matches!(row, Row::PutCommunity(CommunityRow { id, .. }) if id == scope.community()));
        wanted.extend(streams.iter().cloned());
        let (salts, made) = self.salts_of(&scope, wanted, &streams, fresh).await?;
        if !made.is_empty() {
            unit.rows.push(Row::PutSalts(made));
        }
        let mut named = BTreeMap::new();
        for entry in &mut unit.entries {
            veil_entry(ctx, &scope, entry, &salts, &mut named)?;
        }
        self.veils.retain_new(&scope, &mut named);
        if !named.is_empty() {
            unit.rows.push(Row::PutPseudonyms(named.into_iter().collect()));
        }
        Ok(())
    }

    /// Puts everybody's own id back into the bodies of loaded entries. Whoever was erased stays under the pseudonym.
    pub(crate) async fn unveil(&self, scope: &Scope, bodies: &mut [Value]) -> AppResult<()> {
        let unknown = self.veils.unveil(scope, bodies);
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<String> = unknown.into_iter().collect();
        let found: BTreeMap<String, String> =
            self.store.subjects(scope, &unknown).await?.into_iter().collect();
        for body in bodies {
            each_id(body, &mut Vec::new(), &mut |_, text, _| found.get(text).cloned());
        }
        self.veils.keep_subjects(scope, found);
        Ok(())
    }

    /// Reads the salt of a stream that is about to be added to, if it is there and not known.
    pub(crate) async fn salt_ahead(&self, scope: &Scope, stream: &str) -> AppResult<()> {
        if self.veils.salt(scope, stream).is_none() {
            let found = self.store.salts(scope, &[stream.to_owned()]).await?;
            self.veils.keep_salts(scope, &found);
        }
        Ok(())
    }

    /// A salt for one document or one text.
    pub(crate) fn fresh_salt(&self) -> [u8; commitment::SALT_BYTES] {
        let mut salt = [0; commitment::SALT_BYTES];
        self.entropy.fill(&mut salt);
        salt
    }

    /// The roll of a ballot, with what the log calls each voter in it.
    pub(crate) async fn roll_places(
        &self,
        scope: &Scope,
        ballot: BallotId,
        voters: impl IntoIterator<Item = Elector>,
    ) -> AppResult<Vec<RollPlace>> {
        let voters: Vec<Elector> = voters.into_iter().collect();
        let wanted = voters.iter().map(ToString::to_string).collect();
        let (salts, _) = self.salts_of(scope, wanted, &BTreeSet::new(), false).await?;
        let context = ballot.to_string();
        let place = |voter: Elector| {
            let subject = match voter {
                Elector::Person(id) => Subject::Person(id),
                Elector::Household(id) => Subject::Household(id),
            };
            let voter = voter.to_string();
            let salt = salt_of(&salts, &voter)?;
            let pseudonym = subject.under(salt, Purpose::Vote, &context).to_string();
            Ok(RollPlace { voter, pseudonym })
        };
        voters.into_iter().map(place).collect()
    }

    /// What the log calls an account that enters something in office.
    pub(crate) async fn officer(&self, ctx: &OpContext, scope: &Scope) -> AppResult<String> {
        let Some(account) = ctx.actor.account else { return Ok("system".to_owned()) };
        let own = account.to_string();
        let (salts, _) = self.salts_of(scope, BTreeSet::from([own.clone()]), &BTreeSet::new(), false).await?;
        let salt = salt_of(&salts, &own)?;
        Ok(Subject::Account(account).under(salt, Purpose::Office, scope.community()).to_string())
    }

    /// The salts of these subjects, made where there is none yet. Given back, to be written with the unit, are those made for
    /// a community that is only being written, and those of streams that the unit adds to: of two units that add to one
    /// stream at once only one is written.
    async fn salts_of(
        &self,
        scope: &Scope,
        wanted: BTreeSet<String>,
        streams: &BTreeSet<String>,
        fresh: bool,
    ) -> AppResult<(BTreeMap<String, Salt>, Vec<(String, [u8; 32])>)> {
        let mut salts = BTreeMap::new();
        let mut missing = Vec::new();
        for subject in wanted {
            match self.veils.salt(scope, &subject) {
                Some(salt) => drop(salts.insert(subject, salt)),
                None => missing.push(subject),
            }
        }
        let mut made = Vec::new();
        if !missing.is_empty() {
            let mut found = if fresh { Vec::new() } else { self.store.salts(scope, &missing).await? };
            if found.len() < missing.len() {
                let stored: BTreeSet<&str> = found.iter().map(|(subject, _)| subject.as_str()).collect();
                let lacking = missing.iter().filter(|subject| !stored.contains(subject.as_str()));
                let fresh_salts = lacking.map(|subject| (subject.clone(), self.fresh_salt()));
                let (along, apart): (Vec<_>, Vec<_>) =
                    fresh_salts.partition(|(subject, _)| fresh || streams.contains(subject));
                made = along;
                if !apart.is_empty() {
                    // Of two requests that make a salt at once the first is kept, and both use that one.
                    self.store.commit(Unit::of(scope.clone()).row(Row::PutSalts(apart))).await?;
                    found = self.store.salts(scope, &missing).await?;
                }
            }
            if !fresh {
                self.veils.keep_salts(scope, &found);
            }
            found.extend(made.iter().cloned());
            salts.extend(found.into_iter().map(|(subject, salt)| (subject, Salt::from_bytes(salt))));
        }
        Ok((salts, made))
    }
}

/// Veils one entry, and notes whom its pseudonyms stand for.
fn veil_entry(
    ctx: &OpContext,
    scope: &Scope,
    entry: &mut EntryDraft,
    salts: &BTreeMap<String, Salt>,
    named: &mut BTreeMap<String, String>,
) -> AppResult<()> {
    let (kind, stream) = (entry.kind.clone(), entry.stream.clone());
    let community = scope.community();
    let own = community.parse().ok().and_then(|community| ctx.actor.person_in(community));
    let in_office = in_office(ctx, &kind, &entry.body);
    let setting = Setting { kind: &kind, stream: &stream, community, in_office, own };
    let mut lacking = false;
    let mut rename = |path: &[String], own: &str, subject: Subject| {
        if subject.is_pseudonym() {
            return None;
        }
        let Some(salt) = salts.get(own) else {
            lacking = true;
            return None;
        };
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let pseudonym = setting.pseudonym(&path, subject, salt).to_string();
        named.insert(pseudonym.clone(), own.to_owned());
        Some(pseudonym)
    };
    each_id(&mut entry.body, &mut Vec::new(), &mut rename);
    if let Some(actor) = Subject::read(&entry.actor)
        && let Some(pseudonym) = rename(&["act", "by", "account"].map(str::to_owned), &entry.actor, actor)
    {
        entry.actor = pseudonym;
    }
    if lacking {
        return Err(AppError::internal("somebody named in an entry has no salt"));
    }
    seal_calls(&mut entry.body, salts.get(&stream))
}

/// Whether an entry is about an act in office: what its act says, and without one what the kind or the account says.
fn in_office(ctx: &OpContext, kind: &str, body: &Value) -> bool {
    match body.pointer("/act/by/capacity") {
        Some(capacity) => serde_json::from_value(capacity.clone())
            .is_ok_and(|capacity| !matches!(capacity, Capacity::Resident | Capacity::Anyone)),
        None => {
            IN_OFFICE.iter().any(|known| known.code() == kind)
                || ctx.actor.roles.iter().any(|role| !matches!(role, RoleGrant::Member { .. }))
        }
    }
}

/// What is asked of a rule, and what it answers, may be about a household or a person, and be found by trying: the record
/// keeps the digests sealed. Whoever has the salt can open them.
fn seal_calls(body: &mut Value, salt: Option<&Salt>) -> AppResult<()> {
    let Some(calls) = body.get_mut("gates").and_then(Value::as_array_mut) else { return Ok(()) };
    let salt = salt.ok_or_else(|| AppError::internal("a stream has no salt"))?;
    for call in calls {
        for name in CALL {
            let Some(digest) = call.get_mut(name) else { continue };
            let bare: Digest = serde_json::from_value(digest.clone()).map_err(AppError::internal)?;
            *digest = commitment::sealed(salt.as_bytes(), &bare).to_string().into();
        }
    }
    Ok(())
}

fn salt_of<'a>(salts: &'a BTreeMap<String, Salt>, subject: &str) -> AppResult<&'a Salt> {
    salts.get(subject).ok_or_else(|| AppError::internal("a salt was not kept"))
}

fn names_somebody(stream: &str) -> bool {
    ["per_", "hh_", "acc_"].iter().any(|prefix| stream.starts_with(prefix))
}

/// What is done with an id: the names of the fields it stands under, from the outside in; the id; whom it names. What comes
/// back takes its place.
type Change<'c> = dyn FnMut(&[String], &str, Subject) -> Option<String> + 'c;

/// Shows every id of somebody in a value, names of fields included.
fn each_id(value: &mut Value, path: &mut Vec<String>, change: &mut Change<'_>) {
    match value {
        Value::String(text) => {
            if let Some(new) = Subject::read(text).and_then(|subject| change(path, text, subject)) {
                *text = new;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_id(item, path, change)),
        Value::Object(fields) => {
            let mut renamed = Vec::new();
            for name in fields.keys() {
                let new = Subject::read(name).and_then(|subject| change(path, name, subject));
                renamed.extend(new.map(|new| (name.clone(), new)));
            }
            for (old, new) in renamed {
                if let Some(item) = fields.remove(&old) {
                    fields.insert(new, item);
                }
            }
            for (name, item) in fields {
                path.push(name.clone());
                each_id(item, path, change);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use yishi_identity::{AccountId, Actor, CommunityId};

    use super::*;

    const UUID: &str = "0197a0b2-0000-7000-8000-0000000000";

    fn id(prefix: &str, number: u32) -> String {
        format!("{prefix}{UUID}{number:02}")
    }

    fn clerk() -> OpContext {
        let account: AccountId = id("acc_", 1).parse().expect("an id");
        let community: CommunityId = id("com_", 0).parse().expect("an id");
        let roles = vec![RoleGrant::Staff { community }];
        let actor = Actor { account: Some(account), roles, seats: Vec::new() };
        OpContext::new(actor, "2026-03-01T01:00:00Z".parse().expect("a time"), "req")
    }

    /// Veils entries under salts of one byte each, and gives them with whom their pseudonyms stand for.
    fn veiled(entries: Vec<(&str, &str, Value)>) -> (Vec<EntryDraft>, BTreeMap<String, String>) {
        let ctx = clerk();
        let scope = Scope::issued(id("com_", 0));
        let salts = (1..20)
            .flat_map(|n| ["per_", "hh_", "acc_", "mtg_"].map(|prefix| id(prefix, n)))
            .zip(1_u8..)
            .map(|(subject, byte)| (subject, Salt::from_bytes([byte; 32])))
            .collect();
        let mut named = BTreeMap::new();
        let drafts = entries.into_iter().map(|(stream, kind, body)| {
            let mut draft = EntryDraft {
                stream: stream.to_owned(),
                version: 1,
                kind: kind.to_owned(),
                actor: id("acc_", 1),
                at: ctx.now,
                body,
            };
            veil_entry(&ctx, &scope, &mut draft, &salts, &mut named).expect("is veiled");
            draft
        });
        (drafts.collect(), named)
    }

    fn by(capacity: &str) -> Value {
        json!({"by": {"account": id("acc_", 1), "person": id("per_", 1), "capacity": capacity}})
    }

    #[test]
    fn no_own_id_is_left_wherever_it_stands() {
        let body = json!({
            "act": by("staff"), "electors": {id("hh_", 2): id("per_", 2)}, "nobody-thought-of-this": [[{"x": id("acc_", 3)}]],
            "matter": id("mat_", 4), "text": "per_ 和别人",
        });
        let mtg = id("mtg_", 1);
        let (entries, named) = veiled(vec![(&mtg, "meeting.arrived", body)]);
        let text = entries[0].body.to_string();
        for own in named.values() {
            assert!(!text.contains(own.as_str()), "{own} in {text}");
        }
        assert_eq!(named.len(), 5);
        assert!(text.contains(&id("mat_", 4)), "what is nobody stays as it is");
        assert!(Subject::read(&entries[0].actor).is_some_and(|actor| actor.is_pseudonym()));
        assert_eq!(entries[0].body["act"]["by"]["account"], entries[0].actor, "one act, one name");
    }

    #[test]
    fn one_person_cannot_be_joined_across_purposes() {
        let (one, two) = (id("mtg_", 1), id("mtg_", 2));
        let person = id("per_", 1);
        let comment = id("cmt_", 1);
        let (entries, named) = veiled(vec![
            (&one, "meeting.arrived", json!({"electors": {person.clone(): person}, "act": by("staff")})),
            (&two, "meeting.arrived", json!({"electors": {person.clone(): person}, "act": by("staff")})),
            (&one, "meeting.recused", json!({"elector": person, "act": by("staff")})),
            (&one, "meeting.ballot-closed", json!({"hand": {"tellers": [person]}, "act": by("staff")})),
            ("bodies", "bodies.elected", json!({"seats": [{"person": person}]})),
            (&comment, "comment.made", json!({"comment": comment})),
            ("mat_1", "matter.suggested", json!({"act": by("resident")})),
            ("mat_2", "matter.suggested", json!({"act": by("resident")})),
        ]);
        let called: BTreeSet<&String> =
            named.iter().filter(|(_, own)| **own == person).map(|(pseudonym, _)| pseudonym).collect();
        // Present at two meetings, recused, teller, in a seat, two suggestions, and twice somebody a clerk wrote an act for.
        assert_eq!(called.len(), 9, "{called:?}");
        let actors: BTreeSet<&str> = entries.iter().map(|entry| entry.actor.as_str()).collect();
        // In office one for all; as commentator and suggestor another each time.
        assert_eq!(actors.len(), 4, "{actors:?}");
        assert_eq!(entries[0].actor, entries[3].actor);
        // The recusal and the vote's opening must still fit together for whoever verifies.
        let (again, _) = veiled(vec![(&one, "meeting.ballot-opened", json!({"recused": [person]}))]);
        assert_eq!(again[0].body["recused"][0], entries[2].body["elector"]);
    }

    #[test]
    fn what_a_rule_was_asked_is_sealed() {
        let bare = Digest::of(b"a household and its score");
        let call = json!({"component": bare, "input": bare, "read": bare, "output": bare, "fuel": 3});
        let mtg = id("mtg_", 1);
        let (entries, _) = veiled(vec![(&mtg, "case.handled", json!({"gates": [call]}))]);
        let sealed = &entries[0].body["gates"][0];
        assert_eq!(sealed["component"], bare.to_string());
        for name in CALL {
            assert_ne!(sealed[name], bare.to_string(), "{name}");
        }
    }
}
