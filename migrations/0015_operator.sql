-- Hashes of passwords that people brought along from elsewhere: how each is computed (JSON), until its first
-- sign-in replaces it by one of ours. Strangers are compared in the same forms; see proofs::passwords.

ALTER TABLE passwords ADD COLUMN scheme TEXT;
CREATE INDEX passwords_by_scheme ON passwords (scheme) WHERE scheme IS NOT NULL;
