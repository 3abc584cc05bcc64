-- An application that asks a person's phones for an approval by itself (OpenID Connect CIBA), until it was answered and
-- redeemed.
CREATE TABLE backchannel_requests (
  id TEXT PRIMARY KEY,                  -- the phone signs it
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  auth_req_id_hash BYTEA NOT NULL UNIQUE,
  person_id TEXT REFERENCES people (id), -- NULL: no phone is asked, which the application does not learn
  asked TEXT NOT NULL,                  -- JSON: scope, resources, acr
  question TEXT NOT NULL,               -- JSON: what the phone shows and signs
  network TEXT NOT NULL,                -- of the application
  state TEXT NOT NULL,                  -- waiting, allowed, refused, redeemed
  grant_id TEXT REFERENCES grants (id) ON DELETE CASCADE, -- of one that is allowed or redeemed
  notification BYTEA,                   -- sealed: how the application is told of the answer; NULL where it polls
  due_at BIGINT,                        -- when it is to be told next
  attempts BIGINT NOT NULL DEFAULT 0,
  interval_seconds BIGINT NOT NULL,
  polled_at BIGINT,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX backchannel_requests_by_application ON backchannel_requests (application_id, person_id, id);
CREATE INDEX backchannel_requests_by_person ON backchannel_requests (person_id, state);
CREATE INDEX backchannel_requests_by_grant ON backchannel_requests (grant_id);
CREATE INDEX backchannel_requests_due ON backchannel_requests (due_at) WHERE due_at IS NOT NULL;
