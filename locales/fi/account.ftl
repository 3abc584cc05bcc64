account-title = Oma kirjautuminen
account-two-factor-on = Kaksivaiheinen kirjautuminen on käytössä. Se koskee kaikkia palveluita.
account-two-factor-off = Kaksivaiheinen kirjautuminen ei ole käytössä.
account-ways = Kirjautumistavat
account-ways-text = Näillä osoitat, kuka olet. Samat tavat toimivat kaikissa palveluissa.
account-changed = Vaihdettu { $date }
account-added = lisätty { $date }
account-used = käytetty { $time }
account-not-set-up = Ei käytössä
account-sessions = Istunnot
account-sessions-text = Täällä olet nyt kirjautuneena. Päätä istunnot, joita et tunnista.
account-this-session = Tämä istunto
account-new-network = Uusi verkko
account-since = alkaen { $time }
account-browser-on = { $browser }, { $system }
account-browser-unknown = Tuntematon selain
account-end-session = Päätä istunto
account-end-others = Päätä kaikki muut istunnot
account-recovery = Palautuskoodi
account-recovery-text = Tällä pääset sisään, jos puhelimesi katoaa.
account-recovery-made = Luotu { $date }, käyttämättä
account-recovery-once = Koodi toimii kerran. Käytön jälkeen saat uuden.
account-recovery-none = Ei palautuskoodia
account-recovery-none-text = Saat koodin, kun otat käyttöön toisen vaiheen.
account-recent = Viimeisimmät kirjautumiset
account-recent-text = Viimeaikaiset tapahtumat. Jos et tunnista jotakin niistä, kerro siitä käyttäjähallitsijallesi.
account-recent-none = Ei vielä tapahtumia.
account-result-signed-in = Kirjautuminen onnistui
account-result-signed-out = Uloskirjautuminen
account-result-refused-wait = Hylätty: liian monta yritystä
account-result-refused-access = Hylätty: ei oikeutta palveluun
account-result-recovery-used = Kirjautuminen palautuskoodilla
account-result-second-step = Toinen vaihe otettu käyttöön
account-status-ended = Istunto on päätetty.
account-status-others-ended = { $count ->
    [0] Muita istuntoja ei ollut.
    [one] Yksi muu istunto on päätetty.
   *[other] { $count } muuta istuntoa on päätetty.
}
account-result-passkey-added = Pääsyavain lisätty
account-result-passkey-removed = Pääsyavain poistettu
account-result-passkey-copied = Pääsyavaimen laskuri ei kasvanut
account-result-authenticator-added = Todennussovellus liitetty
account-result-authenticator-removed = Todennussovellus poistettu
account-result-recovery-made = Uusi palautuskoodi tehty
