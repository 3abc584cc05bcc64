# Mitä yritys päättää itse
admin-applications = Sovellukset
admin-policies = Kirjautumiskäytäntö
admin-history = Tapahtumahistoria
admin-look = Yrityksen ilme
admin-status = Palvelun tila

# Sovellukset, niiden oikeudet ja valmisprofiilit
applications-lead = Sovellukset, jotka yritykselle on avattu, ja ketkä niitä saavat käyttää.
applications-people = { $count ->
    [one] Yksi henkilö
   *[other] { $count } henkilöä
}
applications-people-more = Vähintään 1 000 henkilöä
applications-rights = { $count ->
    [one] Yksi oikeus
   *[other] { $count } oikeutta
}
applications-own = Oma
applications-closed = Suljettu
applications-none = Yritykselle ei ole avattu sovelluksia. Palvelun ylläpito avaa ne.
applications-profiles = Valmisprofiilit
applications-profiles-text = Yhdessä annettavat oikeudet. Profiilin nimi näkyy roolina.
applications-profiles-none = Valmisprofiileja ei vielä ole.
applications-profile-new = Luo profiili
applications-profile-change = Muuta profiilia
applications-profile-name = Nimi
applications-profile-name-taken = Tämänniminen profiili on jo olemassa.
applications-profile-name-error = Anna profiilille 1–80 merkin nimi.
applications-profile-empty = Valitse vähintään yksi oikeus.
applications-profile-everybody = Kaikille yrityksille
applications-profile-remove = Poista profiili
applications-use = Sovelluksen käyttö
applications-rights-title = Oikeudet ja kenellä ne ovat
applications-nobody = Ei kenelläkään.
applications-and-more = ja muita
applications-open-title = Suljettu käyttäjiltänne
applications-open = Avaa käyttäjillenne
applications-open-text = Kukaan yrityksestä ei voi nyt käyttää sitä. Annetut oikeudet ovat taas voimassa, kun se avataan.
applications-close = Sulje käyttäjiltänne
applications-close-title = Avoinna käyttäjillenne
applications-close-sure = Kukaan yrityksestä ei pääse siihen seuraavasta sivusta alkaen.
applications-close-yes = Kyllä, sulje se
applications-close-text = Kaikki, joilla on siihen oikeus, voivat käyttää sitä. Sulkeminen säilyttää oikeudet uutta avaamista varten.
applications-end-title = Henkilöiden antama pääsy
applications-end-text = Päättää pääsyn, jonka henkilöt, joiden perusyritys tämä on, ovat antaneet sovellukselle. Sen tunnisteet lakkaavat toimimasta, ja henkilöt kirjautuvat uudelleen.
applications-end = Päätä kaikkien pääsy
applications-end-sure = Kaikkien on kirjauduttava sovellukseen uudelleen.
applications-end-yes = Kyllä, päätä kaikkien pääsy
applications-addresses = Paluuosoitteet
applications-addresses-text = Selaimet palaavat kirjautumisen jälkeen näihin osoitteisiin eivätkä muihin.
applications-addresses-none = Sovellukseen ei kirjauduta.
applications-addresses-change = Muuta osoitteita
applications-addresses-lead = Lisää ensin uusi osoite ja poista vanha, kun kukaan ei enää käytä sitä. Kesken oleva kirjautuminen poistettuun osoitteeseen hylätään. Osoite poistetaan tyhjentämällä sen kenttä.
applications-addresses-wrong = Osoitteen alussa on https:// (http:// vain tällä koneella itsellään), siinä ei ole merkkejä # tai * eikä käyttäjätunnusta, ja sen pituus on enintään 2 048 merkkiä. Sovelluksella, johon kirjaudutaan, on vähintään yksi ja enintään 20 paluuosoitetta.
applications-addresses-not-listed = Sovelluksen sektorilleen julkaisemaa osoiteluetteloa ei saatu haettua, tai siinä ei ole kaikkia paluuosoitteita.
applications-address-redirect-uris = Paluuosoitteet
applications-address-post-logout-redirect-uris = Osoitteet uloskirjautumisen jälkeen
applications-address-home-url = Kotisivu
applications-address-initiate-login-uri = Kirjautumisen aloittava osoite
applications-address-back-channel-logout-uri = Päättyneiden istuntojen ilmoitusosoite
applications-done-addresses = Osoitteita on muutettu.
applications-done-opened = Sovellus on avoinna käyttäjillenne.
applications-done-closed = Sovellus on suljettu käyttäjiltänne.
applications-done-ended = Kaikkien pääsy on päätetty. Henkilöt kirjautuvat uudelleen.
applications-done-profile-made = Profiili on luotu.
applications-done-profile-changed = Profiilia on muutettu. Aiemmin sen saaneet pitävät oikeutensa.
applications-done-profile-removed = Profiili on poistettu. Sen saaneet pitävät oikeutensa.

# Kirjautumiskäytäntö
policy-lead = Kuinka usein toista vaihetta kysytään kussakin sovelluksessa.
policy-required = Pakol­linen
policy-required-text = Kysytään joka kirjautumisella. Jos henkilöllä ei ole toista vaihetta, hän ottaa sen käyttöön ennen kuin jatkaa.
policy-adaptive = Mukau­tuva
policy-adaptive-text = Kysytään, kun jokin on uutta: verkko, selain tai maa. Muuten ei.
policy-optional = Valin­nainen
policy-optional-text = Kysytään vain, jos henkilö on ottanut sen käyttöön.
policy-everywhere = Kaikki sovellukset
policy-people-more = Vähintään 2 000 henkilöä
policy-effect-required = { $count ->
    [0] Kukaan ei vielä käytä sitä.
    [one] Yhdeltä henkilöltä kysytään joka kerta.
   *[other] Kaikilta { $count } henkilöltä kysytään joka kerta.
}
policy-effect-adaptive = Kysytään, kun jokin on uutta.
policy-effect-optional = Käytössä: { $with } henkilöä { $count } henkilöstä.
policy-effect-set-up = { $count ->
    [one] Yhdellä henkilöllä ei ole toista vaihetta, ja hän ottaa sen käyttöön, kun seuraavan kerran kirjautuu tänne.
   *[other] { $count } henkilöllä ei ole toista vaihetta, ja he ottavat sen käyttöön, kun seuraavan kerran kirjautuvat tänne.
}
policy-effect-everybody = { $count ->
    [one] Tämä koskee yhtä henkilöä.
   *[other] Tämä koskee { $count } henkilöä.
}
policy-effect-out = { $count ->
    [one] Yhdellä henkilöllä ei ole hyväksyttyä tapaa, eikä hän voisi kirjautua.
   *[other] { $count } henkilöllä ei ole hyväksyttyä tapaa, eivätkä he voisi kirjautua.
}
policy-effect-none-out = Kaikki voivat edelleen kirjautua.
policy-stricter-text = Tiukempi käytäntö voittaa: sovelluksen tai henkilön perusyrityksen vaatimus pysyy voimassa. Lievempää ei voi valita.
policy-change-title = Muuta käytäntöä
policy-change-text = Muutos on voimassa jokaisen kirjautumisen seuraavasta vaiheesta alkaen ja avoimissa istunnoissa. Käyttäjiltä, joilla on eri perusyritys, ja tilitoimiston pääkäyttäjiltä kysytään, kun he tulevat tähän yritykseen.
policy-not-milder = Sovellus vaatii jo enemmän. Yritys voi vaatia enemmän, ei vähemmän.
policy-locks-out-everybody = Näillä tavoilla kukaan ei voisi kirjautua. Valitse pääsyavaimet, tai salasanat yhdessä todennussovelluksen tai pääsyavainten kanssa.
policy-locks-out-you = Et voisi enää kirjautua: sinulla ei ole mitään näistä tavoista. Ota ensin jokin niistä käyttöön kohdassa Oma kirjautuminen.
policy-locks-out-all = Kenelläkään näistä henkilöistä ei ole hyväksyttyä tapaa. Heidän on ensin otettava jokin käyttöön.
policy-ask-before = Kysy aina ennen
policy-ask-before-text = Vaikka henkilö on jo kirjautunut, kysy uudelleen ennen näitä.
policy-ask-before-add = Lisää
policy-ask-before-how = Kysymisen hoitaa sovellus: se saa kirjautumisen mukana tiedon oikeuksista, joita ennen on kysyttävä.
policy-ask-before-unknown = Yksikään yrityksen sovelluksista ei ole määritellyt omia oikeuksia.
policy-ask-before-save = Tallenna
policy-done-asked = Tallennettu. Sovellukset saavat tiedon, kun niiden tunnisteet seuraavan kerran uudistuvat.
policy-details = Tavat ja kestot
policy-details-text = Mitkä tavat hyväksytään, kuinka kauan kirjautuminen kestää ja mikä on poikkeavaa. Koskee yrityksen henkilöitä kaikissa sovelluksissa.
policy-details-open = Muuta
policy-methods = Hyväksytyt tavat
policy-idle = Minuutit ilman käyttöä, ennen kuin on kirjauduttava uudelleen
policy-lifetime = Minuutit kaikkiaan, ennen kuin on kirjauduttava uudelleen
policy-fresh = Minuutit kirjautumisesta, ennen kuin arkaluonteiset toimet pyytävät kirjautumaan uudelleen
policy-remember = Päivät, jotka henkilö voi pitää selaimen muistettuna
policy-absence = Päivät ilman kirjautumista, jotka ovat pitkä aika
policy-number-hint = Nyt { $now }. { $least }–{ $most }. Tyhjänä { $usual }. Jos sovellus vaatii vähemmän, se on voimassa.
policy-minutes = { $count ->
    [one] 1 minuutti
   *[other] { $count } minuuttia
}
policy-hours = { $count ->
    [one] 1 tunti
   *[other] { $count } tuntia
}
policy-days = { $count ->
    [one] 1 päivä
   *[other] { $count } päivää
}
policy-never = ei lainkaan
policy-of-applications = kuten kukin sovellus sallii
policy-signs = Milloin mukautuva käytäntö kysyy toista vaihetta
policy-signs-hint = Lisäksi silloin, kun sovellus itse sitä pyytää.
policy-sign-new-network = Uusi verkko
policy-sign-new-browser = Uusi selain
policy-sign-many-failures = Useita vääriä yrityksiä viime aikoina
policy-sign-long-absence = Pitkä aika edellisestä kirjautumisesta
policy-sign-impossible-travel = Kirjautuminen niin kaukana edellisestä, ettei matkaa ehdi tehdä
policy-number-error = Jokin luvuista on sallittujen rajojen ulkopuolella. Mitään ei ole tallennettu.
policy-preview = Katso, keitä muutos koskee
policy-who-without = Katso, keillä ei ole toista vaihetta
policy-done-saved = Käytäntö on tallennettu.

# Tapahtumahistoria
history-download = Lataa CSV-tiedostona
history-search = Henkilö tai virhetunniste
history-from = Alkaen
history-until = Päättyen
history-event = Tapahtuma
history-event-any = Kaikki tapahtumat
history-application = Sovellus
history-application-any = Kaikki sovellukset
history-stopped = Pysäytetty tai epäonnistunut
history-clear = Poista rajaukset
history-found = { $count ->
    [one] Yksi tapahtuma
   *[other] { $count } tapahtumaa
}
history-which = Kuka henkilö?
history-none = Mitään ei löytynyt
history-none-text = Mikään yrityksen historiassa ei vastaa hakua ja rajauksia.
history-time = Aika
history-person = Henkilö
history-place = Paikka
history-actor = Kuka teki
history-method = Tapa
history-accepted = { $method } hyväksytty
history-change = Muutos
history-was-is = { $was } → { $is }
history-nothing = ei mitään
history-was = Ennen
history-is = Nyt
history-given = Annettu
history-taken = Poistettu
history-rights = Oikeudet
history-network = Verkko
history-browser = Selain
history-advice = Mitä tehdä
history-id = Merkintä
history-newest = Uusimmat
history-older = Vanhemmat
history-further = Hae kauempaa
history-day = { $day }. { $month }
history-today = Tänään, { $day }
history-yesterday = Eilen, { $day }
history-group-sign-ins = Kirjautumiset
history-group-profiles = Profiilit ja tavat
history-group-administration = Hallinta
history-group-applications = Sovellukset
history-group-messages = Viestit
history-advice-wait = Odotus päättyy itsestään. Jos yrittäjä ei ollut henkilö itse, pyydä häntä vaihtamaan salasanansa.
history-advice-copied = Pyydä henkilöä poistamaan pääsyavain ja lisäämään se uudelleen.
history-advice-not-me = Kysy henkilöltä ja päätä hänen istuntonsa.
history-advice-contact = Tarkista henkilön sähköposti tai puhelin.
history-advice-replayed = Kysy henkilöltä, oliko se hän itse.
history-advice-client = Tarkista sovelluksen salaisuus tai avain.

# Yrityksen ilme
look-lead = Logonne ja yksi väri kirjautumissivuilla ja hallinnassa.
look-light-logo = Logo vaaleilla sivuilla
look-dark-logo = Logo tummilla sivuilla
look-logo-hint = PNG, korkeus vähintään 64 px, koko enintään 64 kt.
look-colour = Korostusväri
look-contrast = Valkoinen teksti erottuu tästä väristä hyvin, { $contrast }
look-lighter = Tummilla sivuilla käytetään vaaleampaa sävyä, { $colour }
look-colour-none = Anna väri, esimerkiksi #23408E.
look-colour-too-light = Valkoinen teksti erottuu tästä väristä huonosti: { $contrast }. Kokeile väriä { $suggestion }.
look-use = Käytä väriä { $colour }
look-logo-too-large = Logo on liian suuri. Koko saa olla enintään 64 kt.
look-logo-no-picture = Logo ei ole kelvollinen PNG-kuva.
look-logo-too-low = Logo on liian matala. Korkeuden on oltava vähintään 64 px.
look-logo-too-high = Logossa on liikaa kuvapisteitä. Koko saa olla enintään 1536 × 512 px.
look-publish = Julkaise
look-try = Näytä esikatselussa
look-remove = Takaisin tavalliseen vihreään
look-draft = Tätä ei ole vielä julkaistu.
look-preview = Esikatselu
look-preview-page = Kirjautumissivu
look-preview-email = Sähköposti
look-preview-dark = Tumma
look-preview-choose = Mitä esikatselu näyttää
look-preview-application = Sovelluksenne
look-preview-subject = Vaihda unohtunut salasana
look-preview-words = Joku pyysi linkkiä salasanan vaihtamiseen.
look-done-published = Ilme on julkaistu.
look-done-removed = Yrityksellä on taas tavallinen ilme.

# Palvelun tila
status-lead = Mitä kirjautumissivun ja Oma kirjautuminen -sivun yläreunassa kerrotaan.
status-add = Ilmoita häiriöstä
status-change = Muuta ilmoitusta
status-announce = Ilmoita
status-save = Tallenna
status-end = Päätä nyt
status-of-operator = { $organisation } ilmoittaa kaikille
status-none = Ilmoituksia ei ole.
status-own = Yrityksenne ilmoittaa
status-own-none = Yrityksenne ei ole ilmoittanut häiriöistä.
status-shown = Näkyvissä nyt
status-planned = Tulossa
status-ended = Päättynyt
status-from-until = { $from } – { $until }
status-english = Englanniksi
status-finnish = Suomeksi
status-text-hint = Tavallista tekstiä yhdellä rivillä, enintään 240 merkkiä. Ensimmäinen virke näytetään lihavoituna. Vain yhdellä kielellä kirjoitettu teksti näytetään kummallakin kielellä.
status-begins = Alkaa
status-ends = Päättyy
status-time-hint = Ajat ovat aikavyöhykkeellä { $zone }. Enintään 90 päivää.
status-error-text = Kirjoita teksti ainakin yhdellä kielellä, yhdelle riville ja enintään 240 merkillä.
status-error-time = Ilmoituksen on päätyttävä alkamisensa jälkeen ja 90 päivän kuluessa.
status-done-added = Häiriöstä on ilmoitettu.
status-done-changed = Ilmoitusta on muutettu.
status-done-ended = Ilmoitus on päättynyt.
applications-profile-not-yours = Sinulla itselläsi ei ole tätä oikeutta, joten et voi antaa profiilia, jossa se on
applications-profile-others = Siinä on myös oikeuksia sovelluksiin, joita ei ole avattu yrityksellesi.
applications-profile-everybody-text = Palvelun ylläpito on tehnyt profiilin kaikille yrityksille. Voit antaa sen, mutta et muuttaa sitä.
