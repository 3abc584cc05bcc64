-- One statement reads what a decision needs to know about a sign-in, and must find the person without reading the state.

-- The person whose facts count, as the state names them: nobody's identifier for an email that no profile has, and
-- where the person said not to be the one of the session; NULL while the session of the browser may say.
ALTER TABLE sign_ins ADD COLUMN person_id TEXT;

-- What a person has to sign in with, without its secrets, as lists show it: a row for each thing that is set up.
CREATE VIEW person_methods AS
  SELECT person_id, 'password' AS factor, '' AS id, '' AS name, changed_at AS made_at,
         CAST(NULL AS BIGINT) AS used_at, CAST(NULL AS BYTEA) AS credential_id FROM passwords
  UNION ALL
  SELECT person_id, 'totp', id, name, created_at, last_used_at, NULL FROM authenticators
  UNION ALL
  SELECT person_id, 'passkey', id, name, created_at, last_used_at, credential_id FROM passkeys
  UNION ALL
  SELECT person_id, 'recovery_code', '', '', made_at, NULL, NULL FROM recovery_codes WHERE used_at IS NULL;
