message-second-step-subject = Kirjautumisesi toinen vaihe on otettu käyttöön
message-second-step-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on liitetty todennussovellus verkosta { $network }. Se on voimassa kaikissa sovelluksissa.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.

message-recovery-code-subject = Palautuskoodiasi on käytetty
message-recovery-code-text =
    Hei { $name },

    palautuskoodiasi palvelussa { $organisation } on käytetty kirjautumiseen verkosta { $network }. Koodi ei enää toimi, ja kaikki muut istuntosi on lopetettu.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, joku tietää myös salasanasi: kerro asiasta heti palvelun ylläpidolle.
