-- A company that adds somebody who has a profile already learns nothing about them until they accept: until then the
-- lists show what was typed. A user who waits has the state 'pending', which opens nothing. Typed columns without a
-- value say that the person is known to the company.

ALTER TABLE users ADD COLUMN typed_email TEXT;
ALTER TABLE users ADD COLUMN typed_given_name TEXT;
ALTER TABLE users ADD COLUMN typed_family_name TEXT;
ALTER TABLE users ADD COLUMN typed_language TEXT;
ALTER TABLE employees ADD COLUMN typed_email TEXT;
ALTER TABLE employees ADD COLUMN typed_given_name TEXT;
ALTER TABLE employees ADD COLUMN typed_family_name TEXT;

-- Whether the person has used a role as administrator, which a company gave that is not their basic company. Until
-- then it keeps the administrators of the basic company from nothing. Roles from before count as used.
ALTER TABLE users ADD COLUMN role_is_accepted BOOLEAN NOT NULL DEFAULT TRUE;
