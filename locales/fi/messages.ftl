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

message-second-step-reset-subject = Toinen vaiheesi on poistettu
message-second-step-reset-text =
    Hei { $name },

    palvelun { $organisation } ylläpito on poistanut toisen vaiheesi ja palautuskoodisi ja lopettanut kaikki istuntosi. Kun seuraavan kerran kirjaudut osoitteessa { $address }, otat käyttöön uuden.

    Jos et pyytänyt tätä, kerro asiasta heti ylläpidolle.

message-password-set-subject = Salasanasi on vaihdettu
message-password-set-text =
    Hei { $name },

    palvelun { $organisation } ylläpito on asettanut sinulle uuden salasanan ja lopettanut kaikki istuntosi. Salasana on sama kaikissa sovelluksissa.

    Jos et pyytänyt tätä, kerro asiasta heti ylläpidolle.
