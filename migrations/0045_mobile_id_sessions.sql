-- Sign-in by Mobile-ID: the session at Mobile-ID behind a question to a provider.

CREATE TABLE mobile_id_sessions (
  question_id TEXT PRIMARY KEY REFERENCES identity_questions (id) ON DELETE CASCADE,
  state TEXT NOT NULL,                 -- waiting, confirmed, ended
  word TEXT NOT NULL,                  -- silent while it waits and Mobile-ID does not answer; the end once it has ended
  session_hash BYTEA NOT NULL UNIQUE,  -- no session answers two questions
  secrets BYTEA NOT NULL,              -- sealed JSON: identifier, hash, the personal code that was typed
  answer BYTEA,                        -- sealed JSON: signature and certificate
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX mobile_id_sessions_by_expiry ON mobile_id_sessions (expires_at);
