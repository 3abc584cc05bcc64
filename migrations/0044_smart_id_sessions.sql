-- Sign-in by Smart-ID: the session at Smart-ID behind a question to a provider.

CREATE TABLE smart_id_sessions (
  question_id TEXT PRIMARY KEY REFERENCES identity_questions (id) ON DELETE CASCADE,
  way TEXT NOT NULL,                   -- this_device, another_device
  state TEXT NOT NULL,                 -- waiting, confirmed, ended
  word TEXT NOT NULL,                  -- silent while it waits and Smart-ID does not answer; the end once it has ended
  session_hash BYTEA NOT NULL UNIQUE,  -- no session answers two questions
  secrets BYTEA NOT NULL,              -- sealed JSON: identifier, token, secret, challenge, texts, address of return
  verifier BYTEA,                      -- sealed: the value that the app sent back with the browser of its own device
  answer BYTEA,                        -- sealed JSON: signature, certificate, and what was shown
  started_at BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX smart_id_sessions_by_expiry ON smart_id_sessions (expires_at);
