-- Which company a person chose, in a sign-in and for the rest of its session.

ALTER TABLE sign_ins ADD COLUMN company_id TEXT;
ALTER TABLE sessions ADD COLUMN company_id TEXT;

-- Users of a time before there was an index to find them by, until housekeeping has been there.
CREATE INDEX users_without_sort_key ON users (person_id) WHERE sort_key IS NULL;
