# Puhelinsovellus.

app-title = Salpa-puhelinsovellus
app-lead = Kirjaudu yrityksesi sovelluksiin puhelimellasi.
app-already-two-step = Olen jo ottanut käyttöön kaksivaiheisen kirjautumisen
app-already-two-step-text = Yhdistä tämä puhelin sähköpostillasi ja toisella vaiheella.
app-needs-scripts = Sovellus tekee avaimensa tässä puhelimessa ja tarvitsee siihen skriptejä. Salli skriptit tälle osoitteelle.
app-needs-https = Tämä selain ei säilytä avaimia osoitteelle, jossa ei ole HTTPS-suojausta. Avaa sovellus osoitteessa, jonka alussa on https://.
app-new-version = Sovelluksesta on uusi versio.
app-new-version-take = Päivitä nyt

app-pin-title = Luo PIN-koodi
app-pin-lead = Kuusi numeroa. Niillä avaat Salpan ja vahvistat kirjautumiset tässä puhelimessa.
app-pin-step-1 = Vaihe 1/2. Seuraavaksi kirjoitat sen uudelleen.
app-pin-confirm-title = Vahvista PIN-koodi
app-pin-confirm-lead = Kirjoita samat kuusi numeroa vielä kerran.
app-pin-step-2 = Vaihe 2/2.
app-pin-keys = PIN-näppäimet
app-pin-delete = Poista viimeinen numero
app-pin-count = { $count }/6 numeroa
app-pin-differs = PIN-koodit eivät ole samat. Valitse PIN-koodi uudelleen.
app-pin-trivial-same = Kuusi samaa numeroa arvataan ensimmäisenä. Valitse toinen PIN-koodi.
app-pin-trivial-row = Peräkkäiset numerot arvataan ensimmäisinä. Valitse toinen PIN-koodi.
app-pin-trivial-pattern = Tämä kuvio arvataan pian. Valitse toinen PIN-koodi.
app-pin-trivial-date = Tämä näyttää päivämäärältä, ja syntymäpäivät arvataan pian. Valitse toinen PIN-koodi.
app-pin-failed = Tämä ei onnistunut. Mikään ei muuttunut. Yritä uudelleen.
app-pin-offline = Verkkoyhteyttä ei ole. Mitään ei ole kadonnut: yritä uudelleen, kun yhteys palaa.
app-too-many-phones = Sinulla on jo niin monta puhelinta kuin voi olla. Poista ensin yksi Omasta kirjautumisesta.

app-unlock-title = Anna PIN-koodi
app-pin-wrong = { $tries ->
    [one] Väärä PIN-koodi. Sinulla on yksi yritys jäljellä.
   *[other] Väärä PIN-koodi. Sinulla on { $tries } yritystä jäljellä.
}
app-pin-tries-left = { $tries ->
    [one] Sinulla on yksi yritys jäljellä.
   *[other] Sinulla on { $tries } yritystä jäljellä.
}
app-pin-closed = Väärä PIN-koodi. Annoit väärän PIN-koodin liian monta kertaa. Kirjaudu uudelleen.
app-pin-forgot = Unohditko PIN-koodin?
app-pin-forgot-text = Kukaan ei voi kertoa PIN-koodiasi: sitä ei säilytetä missään. Kirjaudu uudelleen ja luo uusi.
app-sign-in-again = Kirjaudu uudelleen

app-home-title = Etusivu
app-account = Tili
app-company-switch = Vaihda yritystä
app-recent = Viimeisimmät kirjautumiset
app-applications = Sovellukset
app-applications-lead = Ne avautuvat ilman uutta kirjautumista.
app-applications-none = Sinulle ei ole vielä avattu täällä yhtään sovellusta. Kysy yrityksesi käyttäjähallinnoijalta.

app-settings = Asetukset
app-devices = Laitteet, joissa on Salpa
app-this-phone = Tämä puhelin
app-phone-added = Lisätty { $date }
app-phone-used = Käytetty viimeksi { $time }
app-opening = Salpan avaaminen
app-change-pin = Vaihda PIN-koodi
app-leaving = Poistuminen
app-lock = Lukitse
app-lock-text = Avautuu taas PIN-koodilla.
app-lock-text-biometrics = Avautuu taas sormenjäljellä, kasvoilla tai PIN-koodilla.
app-log-out = Kirjaudu ulos
app-log-out-text = Vaatii uuden täyden kirjautumisen.
app-everywhere = Kirjaudu ulos kaikista laitteista
app-everywhere-text = Kaikki laitteet suljetaan. Tarvitset uuden kutsun.
app-everywhere-title = Kirjaudutaanko ulos kaikista laitteista?
app-everywhere-lead = Tee näin, kun puhelin on kadonnut tai joutunut vieraisiin käsiin.
app-everywhere-phones = Sovelluksesta kirjaudutaan ulos kaikissa puhelimissasi.
app-everywhere-sessions = Sinut kirjataan ulos kaikista selaimista ja sovelluksista.
app-everywhere-again = Kun haluat käyttää sovellusta uudelleen, pyydä yrityksesi käyttäjähallinnoijalta uusi kutsu.
app-left = Olet kirjautunut ulos. Kirjaudu sisään, kun haluat käyttää sovellusta uudelleen.
app-left-everywhere = Olet kirjautunut ulos kaikista laitteista. Pyydä yrityksesi käyttäjähallinnoijalta uusi kutsu.

app-on = Päällä
app-off = Pois
app-notifications = Ilmoitukset
app-notifications-allow-title = Salli ilmoitukset
app-notifications-lead = Ilmoitus kertoo, kun pyyntö odottaa sinua, myös silloin kun sovellus on suljettu. Se ei kerro, mitä pyydetään.
app-notifications-without = Kaikki toimii ilman niitäkin: näet odottavat pyynnöt, kun avaat sovelluksen.
app-notifications-allow = Salli ilmoitukset
app-notifications-later = Ei nyt
app-notifications-on = Ilmoitukset ovat päällä.
app-notifications-turn-off = Poista ilmoitukset käytöstä
app-notifications-denied = Salpan ilmoitukset on estetty.
app-notifications-denied-android = Napauta osoitteen vieressä olevaa kuvaketta ja valitse Käyttöoikeudet, Ilmoitukset. Jos Salpa on asennettu: Asetukset, Sovellukset, Salpa, Ilmoitukset.
app-notifications-denied-iphone = Avaa Asetukset, Apit, Salpa, Ilmoitukset ja salli ne.
app-notifications-denied-other = Salli ne tälle osoitteelle selaimesi asetuksissa.
app-notifications-none = Tämä selain ei näytä ilmoituksia.
app-notifications-failed = Ilmoituksia ei saatu päälle. Yritä uudelleen, kun verkkoyhteys toimii.
app-notifications-unreachable = Selaimesi ilmoituspalveluun ei saada täältä yhteyttä. Sovellus toimii ilman sitä.

app-biometrics = Sormenjälki tai kasvot
app-biometrics-lead = Avaa Salpa ja vastaa pyyntöihin sormenjäljellä tai kasvoilla PIN-koodin sijaan.
app-biometrics-passkey = Puhelimesi luo tätä varten pääsyavaimen. Voit kirjautua sillä muuallakin, ja se näkyy kohdassa Oma kirjautuminen. PIN-koodisi toimii edelleen.
app-biometrics-allow = Käytä sormenjälkeä tai kasvoja
app-biometrics-found = Tässä puhelimessa on jo pääsyavaimesi.
app-biometrics-use-own = Käytä tätä pääsyavainta
app-biometrics-on = Sormenjälkesi tai kasvosi avaavat Salpan tässä puhelimessa.
app-biometrics-turn-off = Käytä vain PIN-koodia
app-biometrics-open = Käytä sormenjälkeä tai kasvoja
app-biometrics-not-used = Vahvistus jäi tekemättä. Yritä uudelleen tai näppäile PIN-koodisi.
app-biometrics-refused = Tätä pääsyavainta ei hyväksytty. Näppäile PIN-koodisi.
app-biometrics-cancelled = Pääsyavainta ei luotu. Yritä uudelleen, kun olet valmis.
app-biometrics-failed = Tämä ei onnistunut. Yritä uudelleen tai käytä edelleen PIN-koodia.
app-biometrics-none = Tämä selain ei voi käyttää sormenjälkeä tai kasvoja tässä.

app-home-screen-title = Lisää Salpa Koti-valikkoon
app-home-screen-text = Tässä puhelimessa ilmoituksia voi näyttää vain Koti-valikkoon lisätty sovellus. Tee tämä ennen kirjautumista ja kirjaudu siellä.
app-home-screen-share = Napauta sivun alareunassa Jaa.
app-home-screen-add = Napauta Lisää Koti-valikkoon ja avaa Salpa sieltä.

push-title = Pyyntö odottaa sinua
push-text = Avaa Salpa, niin näet pyynnön ja voit vastata siihen.
push-open = Avaa pyyntö

set-up-phone-title = Yhdistä puhelimesi
set-up-phone-lead = Puhelimessa on oltava Android 12 tai iOS 16 tai uudempi.
set-up-phone-1 = Avaa puhelimellasi { $address }. Lisää se iPhonessa ensin Koti-valikkoon.
set-up-phone-2 = Napauta siellä { set-up-phone-read } ja osoita kameralla tähän.
set-up-phone-3 = Kirjoita numero, jonka tämä sivu sitten näyttää, ja luo PIN-koodi.
set-up-phone-1-done = Salpa on auki puhelimessasi.
set-up-phone-3-number = Kirjoita puhelimeesi { $number } ja luo siellä PIN-koodi.
set-up-phone-3-pin = Luo PIN-koodi.
set-up-phone-look = Luo PIN-koodi Salpassa
set-up-phone-over = Tämä sivu oli auki kymmenen minuuttia. Näytä uusi koodi, kun puhelin on käsilläsi.
set-up-phone-show = Näytä koodi
set-up-phone-open = Ota Salpa käyttöön tässä puhelimessa
set-up-phone-done = Olen luonut PIN-koodin
set-up-phone-not-yet = Puhelimesi ei ole vielä valmis. Luo siellä ensin PIN-koodi.
set-up-phone-cannot-scan = Salli Salpalle kamera puhelimesi asetuksissa tai lue koodi puhelimen omalla kameralla. Jos luet tätä sivua puhelimella, koodia ei tarvita: valitse Ota Salpa käyttöön tässä puhelimessa.
set-up-phone-read = Lue QR-koodi
set-up-phone-read-text = Kirjautumissivu tai Oma kirjautuminen näyttää sen, kun yhdistät puhelimesi.
set-up-phone-scan = Osoita kameralla koodia sivulla, jolla yhdistät puhelimesi.
set-up-phone-foreign = Tällä koodilla ei yhdistetä puhelinta täällä. Osoita kameralla koodia sivulla, jolla yhdistät puhelimesi.
set-up-phone-old = Tämä koodi on liian vanha. Lue koodi, jonka sivu näyttää nyt.
set-up-phone-twice = Tämä koodi on jo luettu. Näytä sivulla uusi koodi.
set-up-phone-again = Salpa on jo käytössä tässä puhelimessa
set-up-phone-again-text = Salpa on jo käytössä tässä puhelimessa. Jos haluat yhdistää sen uudelleen, kirjaudu ensin ulos sen asetuksissa.
set-up-phone-question = Yhdistetäänkö tämä puhelin?
set-up-phone-question-text = Tämä puhelin avaa Salpan ja hyväksyy kirjautumiset tämän henkilön puolesta. Jatka vain, jos se olet sinä ja alla kuvattu sivu on edessäsi.
set-up-phone-number = Kirjoita verkkosivun numero
set-up-phone-continue = Jatka
set-up-phone-ended = Se on käytetty tai sen kymmenen minuuttia kului loppuun. Näytä uusi koodi sivulla, jolla yhdistät puhelimesi.
set-up-phone-made = PIN-koodisi on valmis
set-up-phone-made-text = Verkkosivu jatkaa itsestään, ja niin jatkaa tämä sovelluskin.
set-up-phone-made-here = Palaa sivulle, jolta aloitit: se jatkaa tämän puhelimen kanssa.
set-up-phone-go-on = Jatka
app-phone-number = Annatko puhelinnumerosi?
app-phone-number-text = Silloin koodi tavoittaa sinut myös tekstiviestillä, kun kirjaudut uudesta verkosta. Voit tehdä tämän myöhemminkin kohdassa Oma kirjautuminen.
app-phone-number-give = Anna numero
app-phone-number-skip = Ohita
another-phone = Uusi puhelin
add-phone = Lisää puhelin
account-status-phone-added = Puhelin on lisätty.

app-support = Tukitiedot
app-support-device = Laite
app-support-system = Järjestelmä
app-support-version = Sovelluksen versio
app-support-browser = Selain
app-support-phone = Puhelimen tunniste
app-support-copy = Kopioi tukitiedot

app-offline-title = Verkkoyhteyttä ei ole
app-offline-lead = Sovellus jatkaa itsestään, kun yhteys palaa. Mitään ei ole kadonnut.
app-offline-again = Yritä uudelleen

error-app-too-old-title = Tämä puhelin on liian vanha sovellukselle
error-app-too-old-text = Sovellus tarvitsee Android 12:n tai iOS 16:n tai uudemman. Päivitä puhelimesi järjestelmä tai käytä toista puhelinta. Selaimessa voit kirjautua ilman sovellusta.
error-app-version-too-old-title = Tämä sovelluksen versio ei ole enää käytössä
error-app-version-too-old-text = Uudempaa otetaan juuri käyttöön. Yritä uudelleen muutaman minuutin kuluttua.

error-phone-app-service-title = Puhelinsovellus ei ole vielä käytössäsi
error-phone-app-service-text = Kirjautumisesi onnistui. Olet yrityksen { $company } työntekijäluettelossa, mutta ilman matka- tai palkkapalvelua, joka avaa puhelinsovelluksen. Pyydä yrityksesi käyttäjähallinnoijaa ottamaan jompikumpi käyttöön.
error-phone-app-nobody-title = Puhelinsovellus ei ole käytössäsi
error-phone-app-nobody-text = Kirjautumisesi onnistui, mutta puhelinsovellus on yritysten käyttäjille ja työntekijöille. Pyydä yrityksesi käyttäjähallinnoijaa lisäämään sinut.
error-phone-app-closed-title = Olet kirjautunut ulos kaikista laitteista
error-phone-app-closed-text = Puhelinsovellus pysyy suljettuna, kunnes yrityksesi käyttäjähallinnoija kutsuu sinut uudelleen. Pyydä häneltä kutsu ja kirjoita sen rekisteröitymiskoodi tässä puhelimessa.

phones = Puhelimet
phone = Puhelin
account-phones-text = Puhelimet, joissa on Salpa-puhelinsovellus. Kukin avautuu omalla PIN-koodillaan.
phone-remove-text = Sen sovelluksesta kirjaudutaan ulos, eikä sillä pääse enää mihinkään. Muut selaimesi pyytävät kirjautumaan uudelleen.
phone-facts = { $system } · Salpa { $version }
account-status-phone-removed = Puhelin on poistettu.

message-phone-added-subject = Kirjautumiseesi on lisätty puhelin
message-phone-added-text =
    Hei { $name },

    puhelinsovellus otettiin käyttöön puhelimessa "{ $factor }" kirjautumisellesi palvelussa { $organisation }. Se on voimassa kaikissa sovelluksissa.

message-phone-pin-subject = Puhelimesi PIN-koodi on vaihdettu
message-phone-pin-text =
    Hei { $name },

    puhelimesi "{ $factor }" puhelinsovellukselle palvelussa { $organisation } tehtiin uusi PIN-koodi täyden kirjautumisen jälkeen.

message-phone-removed-subject = Kirjautumisestasi on poistettu puhelin
message-phone-removed-text =
    Hei { $name },

    puhelin "{ $factor }" on poistettu kirjautumisestasi palvelussa { $organisation }. Sen sovelluksella ei enää pääse mihinkään.

message-phone-closed-subject = Puhelinsovellus suljettiin viiden väärän PIN-koodin jälkeen
message-phone-closed-text =
    Hei { $name },

    puhelimessa "{ $factor }" annettiin väärä PIN-koodi viisi kertaa, joten palvelun { $organisation } puhelinsovelluksesta kirjauduttiin siinä ulos. Vain täysi kirjautuminen avaa sen uudelleen.

    Jos se olit sinä, kirjaudu uudelleen ja luo uusi PIN-koodi. Jos puhelin on jollakulla toisella, vaihda salasanasi osoitteessa { $address }/account.

message-logged-out-everywhere-subject = Sinut kirjattiin ulos kaikista laitteista
message-logged-out-everywhere-text =
    Hei { $name },

    avatussa puhelinsovelluksessasi valittiin "Kirjaudu ulos kaikista laitteista" palvelussa { $organisation }. Kaikista puhelimista ja selaimista on kirjauduttu ulos. Kun haluat käyttää puhelinsovellusta uudelleen, pyydä yrityksesi käyttäjähallinnoijalta uusi kutsu.

message-administrator-phone-removed =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti yhden puhelimistasi. Sen puhelinsovelluksesta on kirjauduttu ulos.
message-administrator-everywhere =
    Hei { $name },

    { $administrator } yrityksestä { $company } kirjasi sinut ulos kaikista laitteista. Kun haluat käyttää puhelinsovellusta uudelleen, pyydä häneltä uusi kutsu.

admin-devices = Laitteet
admin-devices-none = Ei puhelimia
admin-devices-none-text = Tällä profiililla ei ole puhelinsovellusta.
admin-devices-closed = Puhelinsovellus on suljettu
admin-devices-closed-text = { $name } on kirjattu ulos kaikista laitteista. Uusi kutsu avaa sen taas.
admin-phone-remove = Poista
admin-phone-app-invite = Kutsu
admin-everywhere = Uloskirjaus
admin-everywhere-text = Kirjaa henkilön { $name } ulos Salpasta kaikissa laitteissa. Puhelinsovellus avautuu uudella kutsulla.
admin-everywhere-button = Kirjaa ulos kaikista laitteista
admin-done-phone = Puhelin on poistettu.
admin-done-everywhere = { $name } on kirjattu ulos kaikista laitteista.
admin-phone-remove-title = Poistetaanko { $phone }?
admin-phone-remove-text = Sen puhelinsovelluksesta kirjaudutaan ulos, eikä sillä pääse enää mihinkään. Kaikki istunnot päättyvät: { $name }.
admin-phone-remove-button = Poista puhelin
admin-everywhere-title = Kirjataanko { $name } ulos kaikista laitteista?
