# Miten kutakin kirjautumistapaa nimitetään. Rivit ovat tiedostossa src/proofs/factor.rs.

factor-password = Salasana
factor-password-refused = Väärä salasana

factor-phone = Puhelinsovellus
factor-phone-short = Puhelinsovellus
factor-phone-step = Hyväksy puhelinsovelluksessa
factor-phone-effort = Avaa Salpa puhelimessasi, kirjoita verkkosivun numero ja napauta Hyväksy.
factor-phone-use = Hyväksy puhelinsovelluksessa
factor-phone-set-up = Kaksivaiheinen kirjautuminen on käytössä. Seuraavalla kerralla hyväksyt puhelinsovelluksessa.
factor-phone-refused = Hylätty: väärä PIN-koodi

factor-totp = Todennussovellus
factor-totp-short = Todennussovellus
factor-totp-step = Todennussovelluksen koodi
factor-totp-effort = Kirjoita kuusinumeroinen koodi puhelimesi sovelluksesta.
factor-totp-use = Kirjoita todennussovelluksen koodi
factor-totp-set-up = Kaksivaiheinen kirjautuminen on käytössä. Seuraavalla kerralla kirjoitat koodin todennussovelluksesta.
factor-totp-refused = Väärä todennussovelluksen koodi

factor-passkey = Pääsyavain tai suojausavain
factor-passkey-short = Pääsyavain
factor-passkey-step = Pääsyavain tai suojausavain
factor-passkey-effort = Käytä sormenjälkeä tai kasvoja tai liitä USB-avain.
factor-passkey-use = Käytä pääsyavainta tai suojausavainta
factor-passkey-set-up = Kaksivaiheinen kirjautuminen on käytössä. Seuraavalla kerralla pelkkä pääsyavain riittää.
factor-passkey-refused = Pääsyavain ei kelvannut

factor-recovery-code = Palautuskoodi
factor-recovery-code-use = Käytä palautuskoodia
factor-recovery-code-refused = Väärä palautuskoodi

factor-password-reset = Linkki uuteen salasanaan

factor-confirmation-code = Vahvistuskoodi
factor-confirmation-code-use = Pyydä koodi tekstiviestillä ja sähköpostilla
factor-confirmation-code-refused = Väärä vahvistuskoodi
