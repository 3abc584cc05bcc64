-- Used proofs are kept in the order in which they end. A proof always ends at the same instant, so that it is
-- found by both; and new ones stand beside each other, where their hashes alone would scatter them: a page of
-- the index would be written for each.
CREATE TABLE used_proofs (
  expires_at BIGINT NOT NULL,
  proof_hash BYTEA NOT NULL,           -- of its key and its jti
  PRIMARY KEY (expires_at, proof_hash)
);
INSERT INTO used_proofs (expires_at, proof_hash) SELECT expires_at, proof_hash FROM dpop_proofs;
DROP TABLE dpop_proofs;
ALTER TABLE used_proofs RENAME TO dpop_proofs;
