message-passkey-added-subject = Kirjautumiseesi on lisätty pääsyavain
message-passkey-added-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on lisätty pääsyavain tai suojausavain "{ $factor }". Se on voimassa kaikissa sovelluksissa.

message-passkey-removed-subject = Kirjautumisestasi on poistettu pääsyavain
message-passkey-removed-text =
    Hei { $name },

    pääsyavain tai suojausavain "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation }. Sillä ei enää pääse mihinkään.

message-passkey-copied-subject = Pääsyavaimesi on ehkä kopioitu
message-passkey-copied-text =
    Hei { $name },

    pääsyavainta tai suojausavainta "{ $factor }" käytettiin palvelussa { $organisation }, eikä sen laskuri kasvanut. Avain voi olla viallinen, tai siitä voi olla kopio.

    Jos näin käy uudelleen, kirjaudu osoitteessa { $address }/account, poista avain ja lisää uusi.

message-authenticator-removed-subject = Kirjautumisestasi on poistettu todennussovellus
message-authenticator-removed-text =
    Hei { $name },

    todennussovellus "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation }. Sen koodeilla ei enää pääse mihinkään.

message-recovery-code-made-subject = Sinulla on uusi palautuskoodi
message-recovery-code-made-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on luotu uusi palautuskoodi. Vanha ei enää toimi.

message-recovery-code-saved-subject = Kirjautumisesi palautuskoodi on tallennettu
message-recovery-code-saved-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on luotu palautuskoodi, ja se on merkitty tallennetuksi. Sillä voi korvata toisen vaiheen kerran.

message-recovery-code-removed-subject = Palautuskoodisi on poistettu
message-recovery-code-removed-text =
    Hei { $name },

    palautuskoodisi palvelussa { $organisation } on poistettu. Se ei enää toimi. Luo uusi osoitteessa { $address }/account.
