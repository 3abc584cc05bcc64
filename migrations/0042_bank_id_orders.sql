-- Sign-in by BankID of Sweden: the order at BankID behind a question to a provider.

CREATE TABLE bank_id_orders (
  question_id TEXT PRIMARY KEY REFERENCES identity_questions (id) ON DELETE CASCADE,
  way TEXT NOT NULL,                     -- this_device, another_device
  state TEXT NOT NULL,                   -- waiting, confirmed, failed
  hint TEXT NOT NULL,                    -- the last one of BankID
  generation BIGINT NOT NULL,            -- counts up when an order that nobody took up is renewed
  reference_hash BYTEA NOT NULL UNIQUE,  -- no order answers two questions
  secrets BYTEA NOT NULL,                -- sealed JSON: reference, tokens, secret of the code, address of return
  network TEXT NOT NULL,                 -- of the browser
  is_taken_up BOOLEAN NOT NULL,          -- by an app
  has_returned BOOLEAN NOT NULL,         -- the browser, from the app on its own device
  completion BYTEA,                      -- sealed JSON: person, device, signature, state of the certificate, risk
  ordered_at BIGINT NOT NULL,
  collected_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX bank_id_orders_by_expiry ON bank_id_orders (expires_at);
