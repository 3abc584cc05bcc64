-- The factors of every person, a row for each thing that is set up: every statement that asks for them asks here. A
-- migration that adds a factor puts a view with one more line in the place of this one.

CREATE VIEW person_factors AS
  SELECT person_id, 'password' AS factor, 0 AS used_at FROM passwords
  UNION ALL
  SELECT person_id, 'totp', COALESCE(last_used_at, 0) FROM authenticators
  UNION ALL
  SELECT person_id, 'passkey', COALESCE(last_used_at, 0) FROM passkeys
  UNION ALL
  SELECT person_id, 'recovery_code', 0 FROM recovery_codes WHERE used_at IS NULL;

-- A sign-in on its way keeps what was chosen in it, by the words of the factors.
UPDATE sign_ins SET state = REPLACE(REPLACE(REPLACE(state,
  '"chosen":{"set_up":"authenticator"}', '"chosen":{"set_up":"totp"}'),
  '"chosen":{"use":"authenticator"}', '"chosen":{"use":"totp"}'),
  '"chosen":"recovery_code"', '"chosen":{"use":"recovery_code"}')
WHERE ended_at IS NULL;
