# Hyväksyntä puhelimella: selaimen sivu
approval-title = Hyväksy puhelimellasi
approval-lead = Lähetimme pyynnön puhelinsovellukseesi. Tämä sivu jatkaa itsestään.
approval-lead-not-asked = Lähetä pyyntö puhelinsovellukseesi ja hyväksy se siellä.
approval-lead-over = Pyyntöön ei vastattu ajoissa. Lähetä uusi, kun puhelin on käsillä.
approval-lead-mismatched = Puhelimeen kirjoitettiin toinen numero, joten pyyntö päättyi. Lähetä uusi.
approval-lead-held-back = Kolmea peräkkäistä pyyntöä ei hyväksytty, joten lisää ei lähetetä. Kirjaudu toisella tavalla: sen jälkeen pyyntöjä lähetetään taas.
approval-type-this = Kirjoita tämä numero puhelimeesi
approval-step-1 = Avaa pyyntö sovelluksessa Salpa.
approval-step-2 = Kirjoita { $number }.
approval-step-3 = Napauta { approval-approve }.
approval-waiting = Odotetaan puhelintasi
approval-waits-until = Pyyntö odottaa klo { $time } asti.
approval-left = Pyyntö odottaa vielä { $time }.
approval-have-approved = Olen hyväksynyt
approval-not-yet = Puhelimesi ei ole vielä vastannut.
approval-where = Eikö ilmoitusta tullut? Avaa Salpa puhelimessasi: pyyntö on ylimpänä.
approval-send-again = Lähetä uudelleen
approval-send-again-in = Lähetä uudelleen: { $time }
approval-another-way = Käytä toista tapaa
approval-ask = Lähetä pyyntö
approval-other-asks = Toinen kirjautumisesi odottaa puhelintasi.
error-refused-on-phone-title = Kirjautuminen pysäytettiin puhelimella
error-refused-on-phone-text = Siellä vastattiin, ettei kirjautuja ole puhelimen omistaja, joten kirjautuminen päättyi. Jos et itse hylännyt sitä, kerro asiasta yrityksesi käyttäjähallinnasta vastaavalle ja anna virhetunniste. Kirjaudu aloittamalla uudelleen sovelluksesta.

# Hyväksyntä puhelimella: sovellus
approval-waits-for-you = Odottaa sinua
approval-time-left = { $time } jäljellä
approval-question = Oletko kirjautumassa?
approval-question-password = Oletko vaihtamassa unohtunutta salasanaa?
approval-password-warning = Numeron näyttäjä saa asettaa sinulle uuden salasanan. Hyväksy vain, jos painoit itse juuri äsken kohtaa Unohditko salasanan.
request-question = Asioitko juuri nyt: { $application }?
request-message = Viesti
request-check = Hyväksy vain, jos asioit juuri nyt tässä palvelussa ({ $application }) ja viesti täsmää.
request-approved = Hyväksytty. Jatka palvelussa { $application }.
request-refused = Hylätty
request-refused-text = Sovellus { $application } sai tiedon. Se ei saa mitään.
request-over-text = Pyyntöön ei vastattu ajoissa. { $application } voi pyytää uudelleen.
request-not-here = Kirjaudu ensin selaimessa
request-not-here-text = Sinulta pyydetään vielä jotakin ennen kuin { $application } on käytettävissäsi. Kirjaudu siihen selaimessa ja anna sen pyytää uudelleen.
approval-address = Osoite
approval-place = Paikka
approval-network = Verkko
approval-new-network = Uusi verkko
approval-browser = Selain
approval-time = Aika
approval-today = Tänään { $time }
approval-number = Kirjoita verkkosivulla näkyvä numero
approval-number-hint = { $digits ->
    [one] Vielä yksi numero, sitten voit hyväksyä.
   *[other] Vielä { $digits } numeroa, sitten voit hyväksyä.
}
approval-number-ready = Hyväksy, jos kaikki yllä on omaasi.
approval-approve = Hyväksy
approval-not-me = Tämä en ollut minä
approval-number-wrong = Numero ei täsmää. Kirjoita verkkosivulla näkyvä numero. Voit yrittää vielä kerran.
approval-number-ended = Numero ei täsmää, joten pyyntö päättyi. Pyydä uusi verkkosivulla.
approval-over = Tämä pyyntö on päättynyt
approval-over-text = Siihen on vastattu tai sen minuutti kului. Jos olet kirjautumassa, pyydä uusi verkkosivulla.
approval-approved = Hyväksytty. Jatka selaimessa.
approval-none = Mikään ei odota sinua.
approval-close = Sulje
approval-stopped = Kirjautuminen pysäytettiin
approval-stopped-text = Pyyntö on hylätty ja kirjautumisyritys päätetty. Käyttäjähallinnasta vastaava näkee sen historiassa.
approval-happened = Mitä tapahtui
approval-next = Mitä teet seuraavaksi
approval-change-password = Vaihda salasanasi
approval-change-password-text = Joku muu saattaa tietää sen.
approval-check-history = Tarkista viimeisimmät kirjautumisesi
approval-check-history-text = Etsi paikkoja, joita et tunne.
approval-end-sessions = Päätä kaikki verkkoistunnot
approval-end-sessions-text = Tämä puhelin pysyy kirjautuneena.
approval-sessions-ended = Kaikki verkkoistunnot on päätetty.
approval-call = Soita käyttäjähallinnasta vastaavalle
approval-done = Valmis
message-refused-subject = Kirjautuminen hylättiin puhelimessasi
message-refused-text =
    Hei { $name },

    kirjautuminen palveluun { $organisation } hylättiin puhelimessasi, koska se ei ollut sinun, ja se on päätetty. Se eteni puhelimeesi asti, joten joku saattaa tietää salasanasi.

    Vaihda salasanasi osoitteessa { $address }/account/password ja etsi tuntemattomia kirjautumisia osoitteesta { $address }/account/history.
