-- 0001 foundation. Never edited once somebody holds a record: from then on a change is a new file of the next number.
--
-- community first in every key of community rows. Times are UTC microseconds. JSON is opaque text.
-- Dates are ISO text. Ids are text made by the application.

-- Which database this is. What is kept apart from it (the file of signed heads) names it, so that another one, or a new
-- and empty one, is not taken for it.
CREATE TABLE installation (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;
INSERT INTO installation (id) VALUES (randomblob(16));

CREATE TABLE towns (
    id      TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    region  TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE communities (
    id       TEXT NOT NULL PRIMARY KEY,
    version  INTEGER NOT NULL CHECK (version >= 1),
    town     TEXT NOT NULL REFERENCES towns (id),
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('village', 'urban')),
    region   TEXT NOT NULL,
    settings TEXT NOT NULL,
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX communities_by_town ON communities (town, id);

-- The record. An entry is never changed and never removed. Entries are half a kilobyte each: in a table without row ids the
-- inner pages would hold whole rows, six to a page; with row ids entries are simply added at the end.
CREATE TABLE log_entries (
    community TEXT NOT NULL REFERENCES communities (id),
    seq       INTEGER NOT NULL CHECK (seq >= 0),
    stream    TEXT NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1),
    kind      TEXT NOT NULL,
    bytes     BLOB NOT NULL,
    leaf      BLOB NOT NULL CHECK (length(leaf) = 32),
    PRIMARY KEY (community, seq)
) STRICT;
-- A stream's versions have no gap and no twin. Votes are left out: each ballot's are the rows of "votes", in their order.
CREATE UNIQUE INDEX log_entries_stream ON log_entries (community, stream, version) WHERE kind <> 'ballot.cast';
-- What pages list. Votes are left out: there may be thousands of them and no listing wants them.
CREATE INDEX log_entries_feed ON log_entries (community, seq) WHERE kind <> 'ballot.cast';

-- Roots of perfect subtrees of 256^level leaves, so that a proof reads hundreds of hashes, not all.
CREATE TABLE log_tiles (
    community TEXT NOT NULL REFERENCES communities (id),
    level     INTEGER NOT NULL CHECK (level >= 1),
    idx       INTEGER NOT NULL CHECK (idx >= 0),
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (community, level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    community TEXT NOT NULL REFERENCES communities (id),
    size      INTEGER NOT NULL CHECK (size >= 0),
    root      BLOB NOT NULL CHECK (length(root) = 32),
    note      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (community, size)
) STRICT, WITHOUT ROWID;

-- Ballots.
CREATE TABLE ballots (
    community TEXT NOT NULL REFERENCES communities (id),
    ballot    TEXT NOT NULL,
    secrecy   TEXT NOT NULL CHECK (secrecy IN ('open', 'secret')),
    state     TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'settled')),
    deadline  INTEGER,
    roll_size INTEGER NOT NULL CHECK (roll_size >= 0),
    -- How many have voted: the number of its rows in "votes", kept by the writer, so that whoever watches the turnout does
    -- not count them. What a ballot came to is counted from the votes.
    cast_count INTEGER NOT NULL DEFAULT 0 CHECK (cast_count BETWEEN 0 AND roll_size),
    PRIMARY KEY (community, ballot)
) STRICT, WITHOUT ROWID;

-- pseudonym is what the log calls the voter in this ballot. Whoever is erased stands here under it alone.
CREATE TABLE ballot_rolls (
    community TEXT NOT NULL,
    ballot    TEXT NOT NULL,
    voter     TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    PRIMARY KEY (community, ballot, voter),
    FOREIGN KEY (community, ballot) REFERENCES ballots (community, ballot)
) STRICT, WITHOUT ROWID;

-- Votes are kept in the order in which they arrive, not in the order of their voters' ids. Ids are spread like random bytes,
-- so a table in their order has a page rewritten for almost every vote; a table in the order of arrival fills one page after
-- the other, and a commit of fifty votes writes a tenth of the pages.
-- That a voter is in a ballot once is decided by the writer, who is alone (the lock file) and keeps the roll of every open
-- ballot in memory; it is checked again whenever a ballot is read back into memory and when it is counted, and a ballot that
-- holds a voter twice is not counted.
-- choice and nonce (of the commitment in the entry) are absent in secret ballots: no column ever holds voter and choice of
-- a secret vote together.
CREATE TABLE votes (
    community       TEXT NOT NULL,
    ballot          TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    voter           TEXT NOT NULL,
    choice          TEXT CHECK (choice IN ('yes', 'no', 'abstain')),
    nonce           BLOB CHECK (length(nonce) = 16),
    channel         TEXT NOT NULL CHECK (channel IN ('web', 'desk', 'meeting')),
    idempotency_key TEXT,
    PRIMARY KEY (community, ballot, seq),
    FOREIGN KEY (community, ballot, voter) REFERENCES ballot_rolls (community, ballot, voter),
    CHECK ((choice IS NULL) = (nonce IS NULL))
) STRICT, WITHOUT ROWID;

-- The choices of secret ballots, of one length each, sealed with a key that is not in this database.
CREATE TABLE sealed_choices (
    community  TEXT NOT NULL,
    ballot     TEXT NOT NULL,
    random_key BLOB NOT NULL CHECK (length(random_key) = 16),
    sealed     BLOB NOT NULL CHECK (length(sealed) = 32),
    PRIMARY KEY (community, ballot, random_key),
    FOREIGN KEY (community, ballot) REFERENCES ballots (community, ballot)
) STRICT, WITHOUT ROWID;

-- Read models and documents.
CREATE TABLE views (
    community TEXT NOT NULL REFERENCES communities (id),
    kind      TEXT NOT NULL,
    id        TEXT NOT NULL,
    sort      TEXT NOT NULL,
    parent    TEXT,
    version   INTEGER NOT NULL CHECK (version >= 1),
    body      TEXT NOT NULL,
    PRIMARY KEY (community, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX views_by_sort ON views (community, kind, sort, id);
CREATE INDEX views_by_parent ON views (community, kind, parent, sort, id) WHERE parent IS NOT NULL;

-- A document with a salt is not public, and its digest is a commitment to salt and bytes.
CREATE TABLE documents (
    community  TEXT NOT NULL REFERENCES communities (id),
    digest     BLOB NOT NULL CHECK (length(digest) = 32),
    salt       BLOB CHECK (length(salt) = 32),
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (community, digest)
) STRICT;

-- Personal data: everything about people that may be erased is in these tables.
-- What the pseudonyms of the log are made with, and whom they stand for. A salt of a stream seals what the log says of a
-- question to a rule, or of a roll.
CREATE TABLE salts (
    community TEXT NOT NULL REFERENCES communities (id),
    subject   TEXT NOT NULL,
    salt      BLOB NOT NULL CHECK (length(salt) = 32),
    PRIMARY KEY (community, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE pseudonyms (
    community TEXT NOT NULL REFERENCES communities (id),
    pseudonym TEXT NOT NULL,
    subject   TEXT NOT NULL,
    PRIMARY KEY (community, pseudonym)
) STRICT, WITHOUT ROWID;
CREATE INDEX pseudonyms_by_subject ON pseudonyms (community, subject);

CREATE TABLE households (
    community TEXT NOT NULL REFERENCES communities (id),
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1),
    label     TEXT NOT NULL,
    head      TEXT,
    extra     TEXT NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    community      TEXT NOT NULL,
    id             TEXT NOT NULL,
    version        INTEGER NOT NULL CHECK (version >= 1),
    name           TEXT NOT NULL,
    birth_date     TEXT NOT NULL,
    registration   TEXT NOT NULL CHECK (registration IN ('local', 'non-local')),
    household      TEXT NOT NULL,
    resident_since TEXT NOT NULL,
    party_member   INTEGER NOT NULL CHECK (party_member IN (0, 1)),
    sex            TEXT NOT NULL CHECK (sex IN ('female', 'male')),
    phone          TEXT,
    extra          TEXT NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, household) REFERENCES households (community, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX persons_by_household ON persons (community, household, id);

CREATE TABLE comments (
    community TEXT NOT NULL REFERENCES communities (id),
    id        TEXT NOT NULL,
    subject   TEXT NOT NULL,
    author    TEXT NOT NULL,
    text      TEXT NOT NULL,
    salt      BLOB CHECK (length(salt) = 32),
    hidden    INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    created   INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_by_subject ON comments (community, subject, id);

-- Accounts.
CREATE TABLE accounts (
    id            TEXT NOT NULL PRIMARY KEY,
    version       INTEGER NOT NULL CHECK (version >= 1),
    login         TEXT NOT NULL,
    password_hash TEXT,
    -- A password that somebody else chose is known to somebody else: the owner is asked for one of their own first.
    must_change_password INTEGER NOT NULL DEFAULT 0 CHECK (must_change_password IN (0, 1)),
    display_name  TEXT NOT NULL,
    locale        TEXT NOT NULL,
    disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    home_level    TEXT NOT NULL CHECK (home_level IN ('city', 'town', 'community')),
    home          TEXT NOT NULL CHECK ((home_level = 'city') = (home = '')),
    roles         TEXT NOT NULL,
    community     TEXT,
    person        TEXT,
    created       INTEGER NOT NULL,
    extra         TEXT NOT NULL DEFAULT 'null',
    CHECK ((community IS NULL) = (person IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_login ON accounts (login);
CREATE UNIQUE INDEX accounts_person ON accounts (community, person) WHERE person IS NOT NULL;
CREATE INDEX accounts_by_home ON accounts (home_level, home, id);

CREATE TABLE sessions (
    account TEXT NOT NULL REFERENCES accounts (id),
    id      TEXT NOT NULL,
    token   BLOB NOT NULL CHECK (length(token) = 32),
    kind    TEXT NOT NULL CHECK (kind IN ('browser', 'bearer')),
    label   TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_token ON sessions (token);
CREATE INDEX sessions_expires ON sessions (expires);

-- Rule plugins. Components are the same bytes for everybody; what a community keeps is its shelf.
CREATE TABLE components (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE shelf (
    community TEXT NOT NULL REFERENCES communities (id),
    digest    BLOB NOT NULL REFERENCES components (digest),
    name      TEXT NOT NULL,
    version   TEXT NOT NULL,
    kind      TEXT NOT NULL,
    actor     TEXT NOT NULL,
    added     INTEGER NOT NULL,
    report    TEXT NOT NULL,
    PRIMARY KEY (community, digest)
) STRICT, WITHOUT ROWID;

-- place counts the records of one rule, kind and subject in the order they were written: the newest is the one with the
-- highest place, whatever the clock said. A withdrawn record followed from a case that was put right.
CREATE TABLE plugin_records (
    community TEXT NOT NULL REFERENCES communities (id),
    rule      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    place     INTEGER NOT NULL CHECK (place >= 1),
    id        TEXT NOT NULL,
    basis     TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    created   INTEGER NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (community, rule, kind, subject, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX plugin_records_by_id ON plugin_records (community, id);
CREATE INDEX plugin_records_by_basis ON plugin_records (community, basis) WHERE basis IS NOT NULL;

CREATE TABLE points (
    community TEXT NOT NULL REFERENCES communities (id),
    id        TEXT NOT NULL,
    rule      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    amount    INTEGER NOT NULL,
    article   TEXT NOT NULL,
    basis     TEXT,
    created   INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX points_by_subject ON points (community, rule, subject, id);
CREATE INDEX points_by_basis ON points (community, basis, id) WHERE basis IS NOT NULL;

-- Requests and jobs.
CREATE TABLE outbox (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    community TEXT,
    topic     TEXT NOT NULL,
    key       TEXT NOT NULL,
    body      TEXT NOT NULL,
    due       INTEGER NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    error     TEXT
) STRICT;
CREATE INDEX outbox_by_key ON outbox (topic, key, id);
CREATE INDEX outbox_by_due ON outbox (due, id);

CREATE TABLE idempotency (
    owner    TEXT NOT NULL,
    key      TEXT NOT NULL,
    request  BLOB NOT NULL CHECK (length(request) = 32),
    status   INTEGER NOT NULL,
    response BLOB NOT NULL,
    expires  INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_expires ON idempotency (expires);
