-- What an application wants beyond the plain: JSON, see provider::applications::Profile.

ALTER TABLE applications ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
