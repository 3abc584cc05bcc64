-- A passkey that opens the app of a phone and answers its questions, in the place of the PIN.
ALTER TABLE phones ADD COLUMN passkey_id TEXT REFERENCES passkeys (id) ON DELETE SET NULL;
CREATE INDEX phones_by_passkey ON phones (passkey_id);

-- Whether the phone answered by its passkey, and not by its PIN.
ALTER TABLE approvals ADD COLUMN by_passkey BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE qr_sign_ins ADD COLUMN by_passkey BOOLEAN NOT NULL DEFAULT FALSE;
