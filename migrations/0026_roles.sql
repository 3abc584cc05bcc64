-- Each role of a user is a column, so that an index finds those who manage. Roles were a list in JSON.

ALTER TABLE users ADD COLUMN is_user_administrator BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN is_main_user BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN is_employee BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET is_user_administrator = roles LIKE '%"user administrator"%',
                 is_main_user = roles LIKE '%"main user"%',
                 is_employee = roles LIKE '%"employee"%'
WHERE roles <> '[]';
DROP INDEX users_who_manage;
ALTER TABLE users DROP COLUMN roles;

-- The few who manage, among however many there are; and the few companies that wait for a person to accept.
CREATE INDEX users_who_manage ON users (company_id, sort_key, person_id) WHERE is_user_administrator OR is_main_user;
CREATE INDEX users_who_wait ON users (person_id) WHERE state = 'pending';

-- Users as the administrators of their company see them: of somebody who has not accepted, what was typed.
CREATE VIEW members AS
  SELECT users.company_id, users.person_id,
         COALESCE(users.typed_given_name, people.given_name) AS given_name,
         COALESCE(users.typed_family_name, people.family_name) AS family_name,
         COALESCE(users.typed_email, people.email) AS email,
         COALESCE(users.typed_language, people.language) AS language,
         CASE WHEN users.typed_email IS NULL THEN people.state ELSE 'active' END AS profile_state,
         users.is_user_administrator, users.is_main_user, users.is_employee,
         users.profile, users.basic, users.state,
         CASE WHEN users.typed_email IS NULL THEN people.last_sign_in_at END AS last_sign_in_at,
         users.created_at, users.sort_key, users.role_is_accepted,
         users.typed_email IS NOT NULL AS is_waited_for
  FROM users JOIN people ON people.id = users.person_id;

-- A person's failures in browsers that they have signed in with before are found without reading those of others.
CREATE INDEX failures_in_browsers ON failures (substr(subject, 9, 36)) WHERE substr(subject, 1, 8) = 'browser:';
