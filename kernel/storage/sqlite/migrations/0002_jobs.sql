-- 0002 jobs. Which process is at which job, and until when it may be taken to be: a lease, not a lock, so that a job whose
-- runner died is taken up by another once its time is over.
CREATE TABLE jobs (
    job      TEXT NOT NULL PRIMARY KEY,
    owner    TEXT,
    until    INTEGER,
    due      INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error    TEXT,
    CHECK ((owner IS NULL) = (until IS NULL))
) STRICT, WITHOUT ROWID;
