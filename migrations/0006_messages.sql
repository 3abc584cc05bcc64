-- The outbox. What stood in the former one was shown and removed after a day, never sent: it goes with it.

DROP TABLE messages;

CREATE TABLE messages (
  id TEXT PRIMARY KEY,                 -- also what the message is called outside: its Message-ID
  channel TEXT NOT NULL,               -- email, sms
  recipient TEXT NOT NULL,
  content BYTEA,                       -- sealed under the master key; null once it is sent or useless
  person_id TEXT,                      -- whom it is for, where it is somebody in the directory
  at BIGINT NOT NULL,
  useful_until BIGINT,                 -- not sent from then on: the code in it has expired
  due_at BIGINT,                       -- when to try next; null once it is sent or given up
  attempts BIGINT NOT NULL,
  unanswered BIGINT NOT NULL,          -- how often it went out without an answer: it may have arrived
  sent_at BIGINT,
  given_up_at BIGINT,
  problem TEXT                         -- why it is not there yet, as the last try found out
);
CREATE INDEX messages_due ON messages (channel, due_at) WHERE due_at IS NOT NULL;

-- How many SMS went out within a window that begins with the first of them, against pumping.
CREATE TABLE sms_counts (
  subject TEXT NOT NULL,               -- a person, a number, a network, a country, or all
  period TEXT NOT NULL,                -- hour, day
  count BIGINT NOT NULL,
  since BIGINT NOT NULL,
  refused_at BIGINT NOT NULL,          -- when the history was last told that it was full
  PRIMARY KEY (subject, period)
);
CREATE INDEX sms_counts_by_time ON sms_counts (since);
