-- A directory of a company: a provider of identities for its people alone. A person who is one of them no more is not
-- known by it, and does not have it as a factor.

ALTER TABLE identity_providers ADD COLUMN company_id TEXT REFERENCES companies (id);
CREATE INDEX identity_providers_by_company ON identity_providers (company_id);

DROP VIEW person_factors;
CREATE VIEW person_factors AS
  SELECT person_id, 'password' AS factor, 0 AS used_at FROM passwords
  UNION ALL
  SELECT person_id, 'phone', COALESCE(last_used_at, 0) FROM phones
  UNION ALL
  SELECT person_id, 'totp', COALESCE(last_used_at, 0) FROM authenticators
  UNION ALL
  SELECT person_id, 'passkey', COALESCE(last_used_at, 0) FROM passkeys
  UNION ALL
  SELECT person_id, 'identity', COALESCE(last_used_at, 0) FROM linked_identities
  WHERE NOT EXISTS (
    SELECT 1 FROM identity_providers
    WHERE identity_providers.id = linked_identities.source AND identity_providers.company_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM users
                      WHERE users.company_id = identity_providers.company_id
                        AND users.person_id = linked_identities.person_id AND users.state = 'active')
      AND (NOT EXISTS (SELECT 1 FROM employees
                       WHERE employees.company_id = identity_providers.company_id
                         AND employees.person_id = linked_identities.person_id)
           OR EXISTS (SELECT 1 FROM users
                      WHERE users.company_id = identity_providers.company_id
                        AND users.person_id = linked_identities.person_id AND users.state = 'locked')))
  UNION ALL
  SELECT person_id, 'recovery_code', 0 FROM recovery_codes WHERE used_at IS NULL;
