-- Invitations to the phone app (FLOWS.md 8). The sign-up code is found by its first characters, the selector; the others
-- are kept as a slow hash.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  inviter_id TEXT,                     -- the person who sent it; null where a program did
  inviter_name TEXT NOT NULL,          -- as the mail names the sender
  identity_check TEXT NOT NULL,        -- document, known, video_call
  given_name TEXT NOT NULL,            -- from here on, the data as they were when it was sent
  family_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT,                          -- null: there is no number for an SMS
  selector TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  state TEXT NOT NULL,                 -- sent, entered, verified, made; done, cancelled, replaced, expired
  browser_hash BYTEA,                  -- the browser in which the sign-up code was entered
  sms_sent BIGINT NOT NULL DEFAULT 0,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  remind_at BIGINT,                    -- when its inviter is told that it waits; null once that is done or needless
  ended_at BIGINT
);
-- No two open invitations share a selector, so that a try compares one hash.
CREATE UNIQUE INDEX invitations_by_open_selector ON invitations (selector) WHERE ended_at IS NULL;
CREATE INDEX invitations_by_selector ON invitations (selector, id);
CREATE INDEX invitations_by_person ON invitations (person_id, id);
CREATE INDEX invitations_by_company ON invitations (company_id, id);
CREATE INDEX invitations_by_expiry ON invitations (expires_at) WHERE ended_at IS NULL;
CREATE INDEX invitations_by_reminder ON invitations (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX invitations_by_end ON invitations (ended_at) WHERE ended_at IS NOT NULL;

-- The steps of an invitation, as its inviter sees them.
CREATE TABLE invitation_steps (
  invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  step TEXT NOT NULL,
  at BIGINT NOT NULL,
  detail TEXT,                         -- the message of an SMS, or the name of the person who acted
  network TEXT,
  user_agent TEXT,
  PRIMARY KEY (invitation_id, id)
);

-- The six digits of an invitation: by SMS, by the administrator, and on the screen of the phone. Counters of failures
-- outlive them.
CREATE TABLE invitation_codes (
  invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  origin TEXT NOT NULL,                -- sms, administrator, screen
  code_hash BYTEA NOT NULL,            -- keyed: six digits are too few for a plain hash
  tries BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (invitation_id, origin)
);

-- The data of the first invitation of a person, or as the operator released them later. An invitation with others waits
-- for the operator.
CREATE TABLE first_invitations (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT,
  at BIGINT NOT NULL,
  released_at BIGINT
);

-- The link to make a password that belongs to an invitation.
ALTER TABLE password_resets ADD COLUMN invitation_id TEXT;

-- Whether a new person whom the directory of a token adds is invited to the phone app at once.
ALTER TABLE scim_tokens ADD COLUMN invites BOOLEAN NOT NULL DEFAULT FALSE;

-- A temporary access pass is such a link that is typed. The company that gave it, and the administrator; of a program
-- there is none.
ALTER TABLE password_resets ADD COLUMN pass_company_id TEXT;
ALTER TABLE password_resets ADD COLUMN pass_giver_id TEXT;

-- Until when an invitation of the user waits, for lists.
ALTER TABLE users ADD COLUMN invited_until BIGINT;
CREATE INDEX users_who_are_invited ON users (company_id, sort_key, person_id) WHERE invited_until IS NOT NULL;

DROP VIEW members;
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
         users.typed_email IS NOT NULL AS is_waited_for,
         users.invited_until
  FROM users JOIN people ON people.id = users.person_id;
