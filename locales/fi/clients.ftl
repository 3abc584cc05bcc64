# Mitä toisen sovellus saa
allow = Salli
refuse = Kiellä
consent-title = { $application } pyytää pääsyä
consent-lead = Se ei ole organisaation { $organisation } sovellus. Valitse, saako se mitä pyytää.
consent-gets = Se saa
consent-who = Tiedon, että se olet sinä, aina kun kirjaudut
consent-profile = Nimesi ja kielesi
consent-email = Sähköpostiosoitteesi
consent-scope = Oikeuden ”{ $scope }”
consent-resource = Toimia puolestasi palvelussa { $resource }
consent-offline = Jatkaa, kun olet kirjautunut ulos
consent-goes-to = Jatkat osoitteeseen
consent-known-since = Rekisteröity
consent-policy = Tietosuojaseloste
consent-tos = Käyttöehdot
consent-later = Voit ottaa tämän pois milloin tahansa kohdassa Oma kirjautuminen.

# Laitteet
device-title = Yhdistä laite
device-lead = Kirjoita koodi, jonka laite näyttää.
device-lead-compare = Tarkista, että edessäsi oleva laite näyttää tämän saman koodin, ja jatka sitten.
device-code-label = Laitteen koodi
device-code-hint = Kahdeksan kirjainta, esimerkiksi BCDF-GHJK. Viivalla ja kirjainkoolla ei ole väliä.
device-code-no-match = Mikään laite ei odota tällä koodilla. Tarkista joka kirjain tai aloita laitteella alusta.
device-beware = Lähettikö joku sinulle koodin tai linkin tälle sivulle?
device-beware-text = Sulje silloin tämä sivu. Se päästäisi lähettäjän sisään sinuna.
device-question-title = Saako { $application } toimia laitteella puolestasi?
device-question-lead = Salli vain, jos aloitit tämän itse ja laite on edessäsi.
device-shows = Laite näyttää
device-asked-from = Se pyysi verkosta
device-same-network = verkko, jossa olet nyt
device-other-network = toinen verkko kuin se, jossa olet nyt
device-calls-itself = Se kutsuu itseään
device-asked-at = Aika
device-question-beware = Valitse silloin Kiellä. Se päästäisi lähettäjän sisään sinuna.
device-allowed-title = Laite on yhdistetty
device-allowed-text = Palaa sen luo: { $application } jatkaa siellä itsestään. Voit sulkea tämän sivun.
device-refused-title = Laite sai kiellon
device-refused-text = { $application } ei saa laitteella mitään. Jos joku lähetti sinulle koodin, kerro siitä palvelun ylläpidolle.

error-device-expired-title = Tämä koodi on vanhentunut
error-device-expired-text = Laite odottaa kymmenen minuuttia. Aloita laitteella alusta ja kirjoita uusi koodi.
error-device-answered-title = Tämä laite on jo saanut vastauksen
error-device-answered-text = Koodi toimii kerran. Palaa laitteen luo; jos se ei jatka, aloita siellä alusta.

# Toisten sovellukset omassa kirjautumisessa
account-applications = Sovellukset
account-applications-allowed = Sovellukset, joilla on pääsy
account-applications-text = Sovellukset, jotka eivät kuulu organisaatiolle { $organisation }, ja mitä sallit niille.
account-applications-given = sallittu { $date }
account-applications-open = Avaa
account-applications-remove = Poista pääsy
account-applications-none = Et ole sallinut millekään sovellukselle mitään.
account-applications-removed = Pääsy on poistettu. Sinulta kysytään uudelleen, kun seuraavan kerran kirjaudut sovellukseen.
