-- An index for each filter of a company's list of users: all who are not removed, and each standing by itself. Whether
-- a person has ever signed in stands beside the company, because no index reaches across two tables.

ALTER TABLE users ADD COLUMN has_signed_in BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET has_signed_in = TRUE
WHERE EXISTS (SELECT 1 FROM people WHERE people.id = users.person_id AND people.last_sign_in_at IS NOT NULL);

DROP INDEX users_by_state;
CREATE INDEX users_by_standing ON users
  (company_id, (CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END), sort_key, person_id);
CREATE INDEX users_who_are_there ON users (company_id, sort_key, person_id) WHERE state <> 'removed';
