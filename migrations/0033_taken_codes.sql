-- The steps of the last codes of an authenticator app that were taken, so that those alone stay used where the clock of
-- the server was wrong.

ALTER TABLE authenticators ADD COLUMN taken_steps TEXT NOT NULL DEFAULT '[]';
ALTER TABLE removed_authenticators ADD COLUMN taken_steps TEXT NOT NULL DEFAULT '[]';
