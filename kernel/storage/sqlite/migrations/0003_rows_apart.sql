-- 0003 rows apart. Answers and rows of read models are larger than what a page of an index keeps whole: looked up in a table that
-- is its own index, every comparison on the way read the rest of somebody else's row. Keys in an index, rows beside it.
CREATE TABLE views_apart (
    community TEXT NOT NULL REFERENCES communities (id),
    kind      TEXT NOT NULL,
    id        TEXT NOT NULL,
    sort      TEXT NOT NULL,
    parent    TEXT,
    version   INTEGER NOT NULL CHECK (version >= 1),
    body      TEXT NOT NULL,
    PRIMARY KEY (community, kind, id)
) STRICT;
INSERT INTO views_apart (community, kind, id, sort, parent, version, body)
    SELECT community, kind, id, sort, parent, version, body FROM views;
DROP TABLE views;
ALTER TABLE views_apart RENAME TO views;
CREATE INDEX views_by_sort ON views (community, kind, sort, id);
CREATE INDEX views_by_parent ON views (community, kind, parent, sort, id) WHERE parent IS NOT NULL;

CREATE TABLE idempotency_apart (
    owner    TEXT NOT NULL,
    key      TEXT NOT NULL,
    request  BLOB NOT NULL CHECK (length(request) = 32),
    status   INTEGER NOT NULL,
    response BLOB NOT NULL,
    expires  INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
INSERT INTO idempotency_apart (owner, key, request, status, response, expires)
    SELECT owner, key, request, status, response, expires FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE idempotency_apart RENAME TO idempotency;
CREATE INDEX idempotency_expires ON idempotency (expires);
