# Kirjautuminen pääsyavaimella
without-typing = Tai kirjaudu kirjoittamatta
passkey = Pääsyavain
passkey-text = Sormenjälki, kasvot tai suojausavain
passkey-title = Käytä pääsyavainta tai suojausavainta
passkey-lead = Selain pyytää sormenjälkeä, kasvoja tai laitteen tai avaimen PIN-koodia.
passkey-use = Käytä pääsyavainta
passkey-wished = { $application } pyytää pääsyavainta.
passkey-not-at-hand = Eikö pääsyavainta ole saatavilla?
passkey-go-without = Jatka ilman pääsyavainta
passkey-no-browser = Tämä selain ei osaa käyttää pääsyavaimia. Ota JavaScript käyttöön tai käytä muuta selainta tai muuta tapaa.
passkey-cancelled = Pääsyavainta ei käytetty. Yritä uudelleen, kun olet valmis.
passkey-error-over = Tämä kesti liian kauan, tai tähän on jo vastattu. Yritä uudelleen.
passkey-error-not-verified = Laite ei tarkistanut, kuka olet. Käytä laitetta, jossa on sormenjälki, kasvojentunnistus tai PIN-koodi.
passkey-error-unknown = Tämä pääsyavain ei kuulu tähän kirjautumiseen. Valitse muu avain tai muu tapa.
passkey-error-changed = Tämä pääsyavain on muuttunut, eikä sitä voi enää käyttää. Valitse muu tapa. Poista avain sitten kohdassa Oma kirjautuminen ja lisää se uudelleen.
passkey-error-failed = Pääsyavainta ei voitu käyttää. Yritä uudelleen tai valitse muu tapa.
passkey-error-taken = Tämä pääsyavain on jo lisätty. Käytä muuta laitetta tai suojausavainta.
passkey-error-changed-system = Tämän puhelimen järjestelmää on muutettu, ja yrityksesi hyväksyy vain puhelimet, joissa on valmistajan järjestelmä. Käytä toista puhelinta tai turva-avainta.
passkey-error-not-attested = Yrityksesi hyväksyy vain tiettyjen valmistajien avaimia. Käytä jotakin niistä.
passkey-error-too-many = Sinulla on jo enimmäismäärä pääsyavaimia. Poista ensin yksi.
another-way = Kokeile muuta tapaa

# Käyttöönotto
add-passkey = Lisää pääsyavain
add-passkey-title = Lisää pääsyavain tai suojausavain
add-passkey-lead = Selain kysyy, mihin avain tallennetaan: tähän laitteeseen, puhelimeen vai USB-avaimeen.
