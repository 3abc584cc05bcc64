# Puhelinsovellus.

app-title = Salpa-puhelinsovellus
app-lead = Kirjaudu yrityksesi sovelluksiin puhelimellasi.
app-already-two-step = Olen jo ottanut käyttöön kaksivaiheisen kirjautumisen
app-already-two-step-text = Kirjaudu sähköpostilla, salasanalla ja toisella vaiheella.
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
app-opening = Salpan avaaminen
app-change-pin = Vaihda PIN-koodi
app-leaving = Poistuminen
app-lock = Lukitse
app-lock-text = Avautuu taas PIN-koodilla.
app-log-out = Kirjaudu ulos
app-log-out-text = Vaatii uuden täyden kirjautumisen.
app-everywhere = Kirjaudu ulos kaikista laitteista
app-everywhere-text = Kaikki laitteet suljetaan. Käyttäjähallinnoija avaa sovelluksen sinulle uudelleen.
app-everywhere-title = Kirjaudutaanko ulos kaikista laitteista?
app-everywhere-lead = Tee näin, kun puhelin on kadonnut tai joutunut vieraisiin käsiin.
app-everywhere-phones = Sovelluksesta kirjaudutaan ulos kaikissa puhelimissasi.
app-everywhere-sessions = Sinut kirjataan ulos kaikista selaimista ja sovelluksista.
app-everywhere-again = Kun haluat käyttää sovellusta uudelleen, pyydä yrityksesi käyttäjähallinnoijaa avaamaan se sinulle.
app-left = Olet kirjautunut ulos. Kirjaudu sisään, kun haluat käyttää sovellusta uudelleen.
app-left-everywhere = Olet kirjautunut ulos kaikista laitteista. Pyydä yrityksesi käyttäjähallinnoijaa avaamaan sovellus sinulle uudelleen.

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

app-too-old-title = Tämä puhelin on liian vanha sovellukselle
app-too-old-text = Sovellus tarvitsee Android 12:n tai iOS 16:n tai uudemman. Päivitä puhelimesi järjestelmä tai käytä toista puhelinta.
app-too-old-instead = Selaimessa voit jatkaa ilman sovellusta:

error-phone-app-service-title = Puhelinsovellus ei ole vielä käytössäsi
error-phone-app-service-text = Kirjautumisesi onnistui. Olet yrityksen { $company } työntekijäluettelossa, mutta ilman matka- tai palkkapalvelua, joka avaa puhelinsovelluksen. Pyydä yrityksesi käyttäjähallinnoijaa ottamaan jompikumpi käyttöön.
error-phone-app-nobody-title = Puhelinsovellus ei ole käytössäsi
error-phone-app-nobody-text = Kirjautumisesi onnistui, mutta puhelinsovellus on yritysten käyttäjille ja työntekijöille. Pyydä yrityksesi käyttäjähallinnoijaa lisäämään sinut.
error-phone-app-closed-title = Olet kirjautunut ulos kaikista laitteista
error-phone-app-closed-text = Puhelinsovellus pysyy suljettuna, kunnes yrityksesi käyttäjähallinnoija avaa sen sinulle uudelleen. Pyydä häneltä apua ja kirjaudu sitten täällä.

phones = Puhelimet
phone = Puhelin
account-phones-text = Puhelimet, joissa on Salpa-puhelinsovellus. Kukin avautuu omalla PIN-koodillaan.
account-phones-none = Lisää puhelinsovellus avaamalla puhelimellasi { $address }.
phone-remove-text = Sen sovelluksesta kirjaudutaan ulos, eikä sillä pääse enää mihinkään. Muut selaimesi pyytävät kirjautumaan uudelleen.
phone-facts = { $system } · Salpa { $version }
account-status-phone-removed = Puhelin on poistettu.

message-phone-added-subject = Kirjautumiseesi on lisätty puhelin
message-phone-added-text =
    Hei { $name },

    puhelinsovellus otettiin käyttöön puhelimessa "{ $factor }" kirjautumisellesi palvelussa { $organisation }. Se on voimassa kaikissa sovelluksissa.

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

    avatussa puhelinsovelluksessasi valittiin "Kirjaudu ulos kaikista laitteista" palvelussa { $organisation }. Kaikista puhelimista ja selaimista on kirjauduttu ulos. Kun haluat käyttää puhelinsovellusta uudelleen, pyydä yrityksesi käyttäjähallinnoijaa avaamaan se sinulle.

message-administrator-phone-removed =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti yhden puhelimistasi. Sen puhelinsovelluksesta on kirjauduttu ulos.
message-administrator-everywhere =
    Hei { $name },

    { $administrator } yrityksestä { $company } kirjasi sinut ulos kaikista laitteista. Kun haluat käyttää puhelinsovellusta uudelleen, pyydä häntä avaamaan se sinulle.
message-administrator-phone-app =
    Hei { $name },

    { $administrator } yrityksestä { $company } avasi puhelinsovelluksen sinulle uudelleen. Kirjaudu puhelimellasi osoitteessa { $address }/app.

admin-devices = Laitteet
admin-devices-none = Ei puhelimia
admin-devices-none-text = Tällä profiililla ei ole puhelinsovellusta.
admin-devices-closed = Puhelinsovellus on suljettu
admin-devices-closed-text = { $name } on kirjattu ulos kaikista laitteista. Sovellus avautuu taas, kun avaat sen.
admin-phone-remove = Poista
admin-phone-app-open = Avaa puhelinsovellus
admin-everywhere = Uloskirjaus
admin-everywhere-text = Kirjaa henkilön { $name } ulos Salpasta kaikissa laitteissa. Puhelinsovellus pysyy suljettuna, kunnes avaat sen.
admin-everywhere-button = Kirjaa ulos kaikista laitteista
admin-done-phone = Puhelin on poistettu.
admin-done-everywhere = { $name } on kirjattu ulos kaikista laitteista.
admin-done-phone-app = Puhelinsovellus on taas auki.
admin-phone-remove-title = Poistetaanko { $phone }?
admin-phone-remove-text = Sen puhelinsovelluksesta kirjaudutaan ulos, eikä sillä pääse enää mihinkään. Kaikki istunnot päättyvät: { $name }.
admin-phone-remove-button = Poista puhelin
admin-everywhere-title = Kirjataanko { $name } ulos kaikista laitteista?
