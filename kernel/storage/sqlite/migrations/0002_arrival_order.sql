-- 0002 arrival order. Votes are kept in the order in which they arrive, not in the order of their voters' ids. Ids are
-- spread like random bytes, so a table in their order has a page rewritten for almost every vote; a table in the order
-- of arrival fills one page after the other, and a commit of fifty votes writes a tenth of the pages.
--
-- That a voter is in a ballot once is decided by the writer, who is alone (the lock file) and keeps the roll of every
-- open ballot in memory; it is checked again whenever a ballot is read back into memory and when it is counted, and a
-- ballot that holds a voter twice is not counted.

ALTER TABLE votes RENAME TO votes_by_voter;
CREATE TABLE votes (
    community       TEXT NOT NULL,
    ballot          TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    voter           TEXT NOT NULL,
    choice          TEXT CHECK (choice IN ('yes', 'no', 'abstain')),
    channel         TEXT NOT NULL CHECK (channel IN ('web', 'desk', 'meeting')),
    idempotency_key TEXT,
    PRIMARY KEY (community, ballot, seq),
    FOREIGN KEY (community, ballot, voter) REFERENCES ballot_rolls (community, ballot, voter)
) STRICT, WITHOUT ROWID;
INSERT INTO votes (community, ballot, seq, voter, choice, channel, idempotency_key)
    SELECT community, ballot, seq, voter, choice, channel, idempotency_key FROM votes_by_voter;
DROP TABLE votes_by_voter;

-- Entries are half a kilobyte each. In a table without row ids the inner pages hold whole rows, six to a page, and the
-- tree is deep; with row ids entries are simply added at the end.
DROP INDEX log_entries_feed;
ALTER TABLE log_entries RENAME TO log_entries_by_key;
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
INSERT INTO log_entries (community, seq, stream, version, kind, bytes, leaf)
    SELECT community, seq, stream, version, kind, bytes, leaf FROM log_entries_by_key ORDER BY community, seq;
DROP TABLE log_entries_by_key;
-- A stream's versions have no gap and no twin. Votes are left out: each ballot's are the rows of "votes", in their order.
CREATE UNIQUE INDEX log_entries_stream ON log_entries (community, stream, version) WHERE kind <> 'ballot.cast';
-- What pages list. Votes are left out: there may be thousands of them and no listing wants them.
CREATE INDEX log_entries_feed ON log_entries (community, seq) WHERE kind <> 'ballot.cast';
