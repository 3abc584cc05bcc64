# Kutsut, joiden tiedot ovat muuttuneet ensimmäisen jälkeen: vapautuksen pyytäminen ja ylläpidon sivu.

invitation-ask-release = Pyydä vapautusta
invitation-blocked-asked = { $name } on pyytänyt vapautusta { $time }.
invitation-blocked-told = Saat sähköpostin heti, kun asia on ratkaistu.

admin-releases = Vapautukset
releases-lead = Kutsut, joissa nimi, sähköposti tai puhelin on muuttunut ensimmäisen kutsun jälkeen. Mitään ei lähetetä ennen kuin vapautat kutsun.
releases-none = Mikään kutsu ei odota vapautusta
releases-none-text = Käyttäjähallinnoija pyytää vapautusta, kun henkilön tiedot ovat muuttuneet ensimmäisen kutsun jälkeen.
releases-proposed = Odottaa toista vahvistajaa
release-asked-by = { $name } pyysi { $time }, { $place }
release-by-command = palvelun ylläpidon komento

release-title = Vapauta kutsu: { $name }
release-lead = Näillä tiedoilla henkilön voi kutsua uudelleen.
release-asked = Pyytäjä
release-when = Milloin
release-where = Mistä
release-compared = Aiemmat ja nykyiset tiedot
release-was-first = Ensimmäinen kutsu { $date }
release-was-released = Vapautettu { $date }
release-is = Nyt
release-changed = Muuttunut
release-warning = Kysy ensin yritykseltä sinulle tuttua reittiä.
release-warning-text = Älä käytä muuttunutta puhelinta tai sähköpostia. Juuri näitä vaihtaisi se, joka haluaa kaapata kirjautumisen yrityksen sisältä.
release-do = Vapauta
release-propose = Ehdota vapautusta
release-confirm = Vahvista ja vapauta
release-decline = Hylkää
release-propose-text = Vapautukseen tarvitaan kaksi henkilöä. Sinun jälkeesi tämän yrityksen muu käyttäjähallinnoija vahvistaa sen.
release-proposed-by = { $name } ehdotti vapautusta { $at }. Vahvistus on annettava viimeistään { $until }. Jos tiedot muuttuvat, ehdotus raukeaa.
release-proposed-before = Olet ehdottanut tätä vapautusta. Tämän yrityksen muu käyttäjähallinnoija vahvistaa sen.
release-own-request = Tämä koskee sinua, tai olet itse pyytänyt vapautusta. Tämän yrityksen muu käyttäjähallinnoija ratkaisee asian.
release-needless = Tiedot ovat taas samat kuin ensimmäisessä kutsussa. Vapautusta ei tarvita.
release-done-released = Kutsu on vapautettu. Yritys voi nyt lähettää sen.
release-done-proposed = Vapautusta on ehdotettu. Tämän yrityksen muu käyttäjähallinnoija vahvistaa sen.
release-done-declined = Vapautus on hylätty. Yritykselle on kerrottu siitä.
release-refused-changed = Tiedot muuttuivat sillä välin, ja mahdollinen ehdotus raukesi. Katso ne uudelleen.

step-up-release = Vahvista, että kyseessä olet sinä. Sen jälkeen voit vapauttaa kutsun.

message-inviter-released-subject = Voit nyt lähettää kutsun: { $invitee }
message-inviter-released-text =
    Hei { $name },

    { $organisation } on vapauttanut muuttuneet tiedot: { $invitee }, { $company }. Voit nyt lähettää kutsun.
message-inviter-declined-subject = Kutsua ei vapautettu: { $invitee }
message-inviter-declined-text =
    Hei { $name },

    { $organisation } ei ole vapauttanut muuttuneita tietoja: { $invitee }, { $company }. Jos tiedot ovat oikein, kysy palvelusta { $organisation }, miten jatkat.

event-invitation-release-asked = Kutsun vapautusta pyydetty
event-invitation-release-proposed = Kutsun vapautusta ehdotettu
event-invitation-release-declined = Kutsun vapautus hylätty
event-company-operator-chosen = Nimetty palvelun ylläpidon yritykseksi
event-company-operator-ended = Ei enää palvelun ylläpidon yritys
