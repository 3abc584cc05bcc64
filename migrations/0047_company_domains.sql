-- Domains of companies, proved by a record in DNS, and how their people are led to the directory of their company.

CREATE TABLE company_domains (
  company_id TEXT NOT NULL REFERENCES companies (id),
  domain TEXT NOT NULL,                -- A-labels, small letters
  value TEXT NOT NULL,                 -- of the record; public
  state TEXT NOT NULL,                 -- claimed, proved
  claimed_at BIGINT NOT NULL,
  proved_at BIGINT,
  missing_since BIGINT,                -- of a proved one, while its record is not found
  look_at BIGINT NOT NULL,             -- the next look at the record
  PRIMARY KEY (company_id, domain)
);
-- One company proves a domain, however many claim it.
CREATE UNIQUE INDEX company_domains_proved ON company_domains (domain) WHERE state = 'proved';
CREATE INDEX company_domains_to_look_at ON company_domains (look_at) WHERE state = 'proved';


-- offered: beside the usual ways; first: before them, by itself; alone: nothing else lets people in who do not manage it.
ALTER TABLE companies ADD COLUMN directory_use TEXT NOT NULL DEFAULT 'offered';

-- A signed set of a provider's keys: when it was signed, so that no older one takes its place, and when it ends.
ALTER TABLE identity_providers ADD COLUMN key_set_issued_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_providers ADD COLUMN key_set_ends_at BIGINT;

-- The domain of the typed email, by which the facts of a sign-in find the directory that it leads to.
ALTER TABLE sign_ins ADD COLUMN email_domain TEXT;
