# Mitä toisen sovellus saa
allow = Salli
refuse = Kiellä
consent-title = { $application } pyytää pääsyä
consent-lead = Se ei ole organisaation { $organisation } sovellus. Valitse, annatko sille pääsyn.
consent-gets = Sovellus saa
consent-who = Tiedon siitä, kuka olet, aina kun kirjaudut
consent-profile = Nimesi ja kielesi
consent-email = Sähköpostiosoitteesi
consent-scope = Oikeuden ”{ $scope }”
consent-resource = Toimia puolestasi palvelussa { $resource }
consent-offline = Käyttää pääsyään myös, kun olet kirjautunut ulos
consent-goes-to = Jatkat osoitteeseen
consent-known-since = Rekisteröity
consent-policy = Tietosuojaseloste
consent-tos = Käyttöehdot
consent-later = Voit poistaa pääsyn milloin tahansa kohdassa Oma kirjautuminen.

# Laitteet
device-title = Yhdistä laite
device-lead = Kirjoita koodi, jonka laite näyttää.
device-lead-compare = Tarkista, että edessäsi oleva laite näyttää tämän saman koodin, ja jatka sitten.
device-code-label = Laitteen koodi
device-code-hint = Kahdeksan kirjainta, esimerkiksi BCDF-GHJK. Viivalla ja kirjainkoolla ei ole väliä.
device-code-no-match = Mikään laite ei odota tätä koodia. Tarkista jokainen kirjain tai aloita laitteella alusta.
device-beware = Lähettikö joku sinulle koodin tai linkin tälle sivulle?
device-beware-text = Sulje silloin tämä sivu. Muuten päästäisit lähettäjän sisään sinuna.
device-question-title = Saako { $application } toimia laitteella puolestasi?
device-question-lead = Salli vain, jos aloitit tämän itse ja laite on edessäsi.
device-shows = Laite näyttää
device-asked-from = Pyyntö tuli verkosta
device-same-network = sama verkko, jossa olet nyt
device-other-network = eri verkko kuin se, jossa olet nyt
device-calls-itself = Laitteen oma nimi
device-asked-at = Aika
device-question-beware = Valitse silloin Kiellä. Muuten päästäisit lähettäjän sisään sinuna.
device-allowed-title = Laite on yhdistetty
device-allowed-text = Palaa laitteelle: { $application } jatkaa siellä itsestään. Voit sulkea tämän sivun.
device-refused-title = Laite hylättiin
device-refused-text = { $application } ei saa laitteella pääsyä. Jos joku lähetti sinulle koodin, kerro siitä palvelun ylläpidolle.

error-device-expired-title = Tämä koodi on vanhentunut
error-device-expired-text = Laite odottaa kymmenen minuuttia. Aloita laitteella alusta ja kirjoita uusi koodi.
error-device-answered-title = Tämä laite on jo saanut vastauksen
error-device-answered-text = Koodi toimii kerran. Palaa laitteelle; jos se ei jatka, aloita siellä alusta.

# Toisten sovellukset kohdassa Oma kirjautuminen
account-applications = Sovellukset
account-applications-allowed = Sovellukset, joilla on pääsy
account-applications-text = Sovellukset, jotka eivät kuulu organisaatiolle { $organisation }, ja pääsy, jonka annoit niille.
account-applications-given = sallittu { $date }
account-applications-open = Avaa
account-applications-remove = Poista pääsy
account-applications-none = Et ole antanut pääsyä millekään sovellukselle.
account-applications-removed = Pääsy on poistettu. Sinulta kysytään uudelleen, kun seuraavan kerran kirjaudut sovellukseen.
