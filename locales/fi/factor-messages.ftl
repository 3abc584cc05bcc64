message-passkey-added-subject = Kirjautumiseesi on lisätty pääsyavain
message-passkey-added-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on lisätty pääsyavain tai suojausavain "{ $factor }". Se on voimassa kaikissa sovelluksissa.

message-passkey-removed-subject = Kirjautumisestasi on poistettu pääsyavain
message-passkey-removed-text =
    Hei { $name },

    pääsyavain tai suojausavain "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation }. Sillä ei enää pääse mihinkään.

message-passkey-copied-subject = Pääsyavaimesi toimi oudosti
message-passkey-copied-text =
    Hei { $name },

    pääsyavainta tai suojausavainta "{ $factor }" käytettiin palvelussa { $organisation }, eikä sen laskuri kasvanut. Syynä voi olla vika avaimessa tai se, että avaimesta on kopio.

    Jos näin käy uudelleen, kirjaudu osoitteessa { $address }/account, poista avain ja lisää toinen.

message-authenticator-removed-subject = Kirjautumisestasi on poistettu todennussovellus
message-authenticator-removed-text =
    Hei { $name },

    todennussovellus "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation }. Sen koodeilla ei enää pääse mihinkään.

message-recovery-code-made-subject = Sinulla on uusi palautuskoodi
message-recovery-code-made-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on tehty uusi palautuskoodi. Vanha ei enää toimi.

message-recovery-code-saved-subject = Kirjautumisellesi tallennettiin palautuskoodi
message-recovery-code-saved-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } tehtiin palautuskoodi, ja se ilmoitettiin tallennetuksi. Se korvaa toisen vaiheesi kerran.
