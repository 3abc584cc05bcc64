message-second-step-subject = Kirjautumisesi toinen vaihe on otettu käyttöön
message-second-step-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on yhdistetty todennussovellus. Se on voimassa kaikissa sovelluksissa.

message-recovery-code-subject = Palautuskoodiasi on käytetty
message-recovery-code-text =
    Hei { $name },

    palautuskoodiasi palvelussa { $organisation } on käytetty. Se ei enää toimi.

message-second-step-reset-subject = Toinen vaiheesi on poistettu
message-second-step-reset-text =
    Hei { $name },

    palvelun { $organisation } ylläpito on poistanut toisen vaiheesi ja palautuskoodisi ja päättänyt kaikki istuntosi. Otat toisen vaiheen uudelleen käyttöön, kun seuraavan kerran kirjaudut osoitteessa { $address }.

message-password-set-subject = Salasanasi on vaihdettu
message-password-set-text =
    Hei { $name },

    palvelun { $organisation } ylläpito on asettanut sinulle uuden salasanan ja päättänyt kaikki istuntosi. Salasana on voimassa kaikissa sovelluksissa.

message-password-changed-subject = Sinulla on uusi salasana
message-password-changed-text =
    Hei { $name },

    salasanasi palvelussa { $organisation } on vaihdettu kohdassa Oma kirjautuminen. Uusi salasana on voimassa kaikissa sovelluksissa, ja kaikki muut istuntosi ovat päättyneet.

message-password-reset-subject = Sinulle on asetettu uusi salasana
message-password-reset-text =
    Hei { $name },

    unohtuneen salasanasi tilalle palvelussa { $organisation } on asetettu uusi. Se on voimassa kaikissa sovelluksissa, ja kaikki muut istuntosi ovat päättyneet.

message-email-changed-subject = Kirjautumissähköpostisi on vaihdettu
message-email-changed-text =
    Hei { $name },

    kirjautumissähköpostisi palvelussa { $organisation } on vaihdettu. Tästä lähtien kirjaudut uudella osoitteella kaikkiin sovelluksiin. Tämä viesti lähetetään myös edelliseen osoitteeseen.

message-communication-email-subject = Viestintäsähköpostisi on vaihdettu
message-communication-email-text =
    Hei { $name },

    viestintäsähköpostisi palvelussa { $organisation } on vaihdettu. Koodit ja ilmoitukset lähetetään tästä lähtien sinne.

message-phone-subject = Viestintäpuhelimesi on vaihdettu
message-phone-text =
    Hei { $name },

    viestintäpuhelimesi palvelussa { $organisation } on vaihdettu. Koodit lähetetään tästä lähtien sinne.

message-phone-sms = { $organisation }: koodeja ei enää lähetetä tähän puhelimeen. Jos et vaihtanut sitä itse, katso sähköpostisi.
message-phone-code = { $code } on koodisi, jolla vahvistat tämän puhelimen palvelussa { $organisation }. Se toimii 10 minuuttia. Älä anna sitä kenellekään.

message-stopped-subject = Pysäytimme sen, mitä et tehnyt itse
message-stopped-text =
    Hei { $name },

    joku, joka lukee palvelun { $organisation } viestejäsi, ilmoitti, ettet tehnyt jotakin itse. Kaikki istuntosi ovat päättyneet, eikä salasanasi enää toimi.

    Aseta uusi: avaa { $address }/account, kirjoita sähköpostiosoitteesi ja valitse "Unohditko salasanasi?".
message-stopped-second-step-text =
    Hei { $name },

    joku, joka lukee palvelun { $organisation } viestejäsi, ilmoitti, ettet tehnyt jotakin itse. Kaikki istuntosi ovat päättyneet, salasanasi ei enää toimi, ja toinen vaiheesi on taas entinen.

    Aseta uusi salasana: avaa { $address }/account, kirjoita sähköpostiosoitteesi ja valitse "Unohditko salasanasi?". Vahvistat toisella vaiheellasi. Jos sitä ei enää ole, pyydä yrityksesi käyttäjähallinnoijaa nollaamaan se.
message-stopped-recovery-code-text =
    Hei { $name },

    joku, joka lukee palvelun { $organisation } viestejäsi, ilmoitti, ettet tehnyt jotakin itse. Kaikki istuntosi ovat päättyneet, salasanasi ei enää toimi, eikä sinulla ole enää toista vaihetta.

    Aseta uusi salasana: avaa { $address }/account, kirjoita sähköpostiosoitteesi ja valitse "Unohditko salasanasi?". Vahvistat aiemmalla palautuskoodillasi. Jos sitä ei ole, pyydä yrityksesi käyttäjähallinnoijaa nollaamaan toinen vaiheesi.
message-stopped-vouched-text =
    Hei { $name },

    joku, joka lukee palvelun { $organisation } viestejäsi, ilmoitti, ettet tehnyt jotakin itse. Kaikki istuntosi ovat päättyneet, eivätkä salasanasi ja toinen vaiheesi enää toimi.

    Koska joku muu voi lukea sähköpostiasi, pelkkä sinne lähetetty linkki ei riitä uuden salasanan asettamiseen. Pyydä yrityksesi käyttäjähallinnoijaa nollaamaan toinen vaiheesi. Vaihda ensin sähköpostisi salasana.
message-stopped-as-before-text =
    Hei { $name },

    joku, joka lukee sähköpostia entisessä osoitteessasi, ilmoitti, ettet vaihtanut sähköpostiosoitettasi palvelussa { $organisation } itse. Entinen osoite on taas voimassa, ja kaikki istuntosi ovat päättyneet. Salasanasi ja toinen vaiheesi pysyvät ennallaan.

    Jos vaihdoit osoitteen itse, kirjaudu osoitteessa { $address }/account ja vaihda se uudelleen.

message-not-me-lead = Olitko se sinä?
message-not-me-text = Silloin sinun ei tarvitse tehdä mitään. Jos et, pysäytä se nyt.
message-not-me-note = Sivu kertoo, mitä tapahtuu. Mikään ei muutu, ennen kuin painat sen painiketta. Linkki toimii 7 päivää. Tai kirjoita selaimeesi { $host } ja avaa Oma kirjautuminen ja sieltä Istunnot.

message-confirm-email-subject = Vahvista sähköpostisi
message-confirm-email-text =
    Hei { $name },

    vahvista tämä osoite kirjautumisellesi palvelussa { $organisation }.
message-confirm-email-link = Vahvista tämä osoite
message-confirm-email-note = Linkki toimii kerran, 24 tunnin ajan. Jos et pyytänyt sitä, älä tee mitään: mikään ei muutu.

message-reset-link-subject = Vaihda unohtunut salasana
message-reset-link-text =
    Hei { $name },

    joku verkossa { $network } pyysi uutta salasanaa kirjautumiseesi palvelussa { $organisation }. Jos se olit sinä, valitse uusi.
message-reset-link-link = Valitse uusi salasana
message-reset-link-note = Linkki toimii kerran, 30 minuutin ajan, missä tahansa selaimessa. Jos se et ollut sinä, älä tee mitään: mikään ei muutu.
