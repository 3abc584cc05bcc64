message-passkey-added-subject = Kirjautumiseesi on lisätty pääsyavain
message-passkey-added-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on lisätty pääsyavain tai suojausavain "{ $factor }" verkosta { $network }. Se on voimassa kaikissa sovelluksissa.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, poista avain, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.

message-passkey-removed-subject = Kirjautumisestasi on poistettu pääsyavain
message-passkey-removed-text =
    Hei { $name },

    pääsyavain tai suojausavain "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation } verkosta { $network }. Sillä ei enää pääse mihinkään.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.

message-passkey-copied-subject = Pääsyavaimesi toimi oudosti
message-passkey-copied-text =
    Hei { $name },

    pääsyavainta tai suojausavainta "{ $factor }" käytettiin palvelussa { $organisation } verkosta { $network }, eikä sen laskuri kasvanut. Syynä voi olla vika avaimessa tai se, että avaimesta on kopio.

    Jos näin käy uudelleen, kirjaudu osoitteessa { $address }/account, poista avain ja lisää toinen. Jos se et ollut sinä, tee niin heti ja kerro asiasta palvelun ylläpidolle.

message-authenticator-removed-subject = Kirjautumisestasi on poistettu todennussovellus
message-authenticator-removed-text =
    Hei { $name },

    todennussovellus "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation } verkosta { $network }. Sen koodeilla ei enää pääse mihinkään.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.

message-recovery-code-made-subject = Sinulla on uusi palautuskoodi
message-recovery-code-made-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on tehty uusi palautuskoodi verkosta { $network }. Vanha ei enää toimi.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, tee vielä uusi koodi, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.
