-- 0003 password change. A password that somebody else chose is known to somebody else: the account's owner is asked
-- for one of their own before anything else. Accounts made before this chose theirs under the old rules and keep them.

ALTER TABLE accounts ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0
    CHECK (must_change_password IN (0, 1));
