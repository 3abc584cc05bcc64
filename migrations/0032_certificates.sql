-- Refresh tokens that were given for a certificate (RFC 8705): its thumbprint.

ALTER TABLE refresh_tokens ADD COLUMN certificate TEXT;
