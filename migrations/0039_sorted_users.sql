-- The list of a company's users by role and by last sign-in, each order with an index. When a person last signed in
-- stands beside each of their companies, but not of one that waits for them: it knows nothing about them.

ALTER TABLE users ADD COLUMN last_sign_in_at BIGINT;
UPDATE users SET last_sign_in_at = (SELECT people.last_sign_in_at FROM people WHERE people.id = users.person_id)
WHERE typed_email IS NULL AND has_signed_in;

CREATE INDEX users_by_last_sign_in ON users (company_id, (COALESCE(last_sign_in_at, 0)), sort_key, person_id);
CREATE INDEX users_by_rank ON users
  (company_id,
   (CASE WHEN is_main_user THEN 0 WHEN is_user_administrator THEN 1 WHEN profile IS NOT NULL THEN 2 ELSE 3 END),
   sort_key, person_id);
