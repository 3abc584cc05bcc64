# Sähköposti
email-title = Kirjaudu sisään
email-label = Sähköposti
sign-in-error-email-empty = Kirjoita sähköpostiosoitteesi, niin pääset jatkamaan.
sign-in-error-email-shape = Sähköpostiosoite on vajaa. Tarkista se: osoite on muotoa nimi@yritys.example.
error-email-local-part = Ennen @-merkkiä voi olla kirjaimia a–z, numeroita ja merkkejä kuten . + - _, sillä kaikki sähköpostipalvelimet eivät tunne muita.

# Salasana
password-title = Anna salasana
password-title-known = Jatka kirjautumalla
password-lead-known = Anna salasanasi, niin pääset jatkamaan siitä, mihin jäit.
password-label = Salasana
password-show = Näytä
password-hide = Piilota
password-not-you = Etkö se ole sinä?
password-someone-else = Kirjaudu toisena henkilönä
sign-in-error-password-empty = Kirjoita salasanasi, niin pääset kirjautumaan.
sign-in-error-password-no-match = Sähköposti ja salasana eivät vastaa toisiaan. Tarkista molemmat ja yritä uudelleen.

# Odotus
wait-title = Liian monta yritystä.
wait-text = Voit yrittää uudelleen { $time } kuluttua.
wait-button = Käytettävissä: { $time }
wait-left = Voit yrittää uudelleen { $time } kuluttua.
wait-over = Voit nyt yrittää uudelleen.
sign-in-error-closed = Vääriä yrityksiä oli liikaa, joten tämä kirjautumistapa on suljettu. Pyydä palvelun ylläpitoa avaamaan se uudelleen.

# Todennussovelluksen koodi
code-title = Anna todennussovelluksen koodi
code-lead = Avaa sovellus puhelimessasi ja kirjoita numerot, jotka se nyt näyttää.
code-label = Koodi
sign-in-error-code-empty = Kirjoita todennussovelluksen näyttämät numerot.
sign-in-error-code-no-match = Koodi ei täsmää. Kirjoita se koodi, jonka sovellus näyttää nyt.
sign-in-error-code-used = Koodi on jo käytetty. Odota, että sovellus näyttää seuraavan, ja kirjoita se.

# Palautuskoodi
recovery-entry-title = Käytä palautuskoodia
recovery-entry-lead = Koodi toimii kerran. Sen jälkeen otat toisen vaiheen uudelleen käyttöön ja saat uuden palautuskoodin.
recovery-entry-label = Palautuskoodi
recovery-entry-hint = 20 kirjainta ja numeroa. Välilyönneillä, viivoilla ja kirjainkoolla ei ole väliä.
sign-in-error-recovery-empty = Kirjoita palautuskoodi, niin pääset jatkamaan.
sign-in-error-recovery-no-match = Palautuskoodi ei täsmää. Tarkista jokainen kirjain ja numero ja yritä uudelleen.
sign-in-error-recovery-second = Tämä on palautuskoodisi, mutta se tarvitaan vasta myöhemmin. Palaa ja valitse linkki sähköpostiin: sen jälkeen koodia kysytään. Koodia ei ole vielä käytetty.

# Toisen vaiheen käyttöönotto
step-of-three = Kohta { $step }/3
choose-title = Valitse kirjautumisen toinen vaihe
choose-lead = Tarvitset kirjautumiseen toisen vaiheen. Otat sen käyttöön kerran, ja se toimii kaikissa sovelluksissa.
choose-easiest = Helpoin
choose-next = Seuraavaksi otat sen käyttöön. Voit lisätä muita tapoja myöhemmin.
sign-in-error-method-unchosen = Valitse jokin tavoista, niin pääset jatkamaan.
connect-title = Yhdistä todennussovellus
connect-lead = Voit käyttää mitä tahansa sovellusta, joka luo kuusinumeroisia koodeja. Tarvitset sitä aina, kun toista vaihetta kysytään.
connect-qr = QR-koodi, jonka luet todennussovelluksella
connect-open-app = Avaa tämän puhelimen sovelluksessa
connect-step-1 = Hae sovelluskaupasta todennussovellus, jos sinulla ei vielä ole sellaista.
connect-step-2 = Lisää sovelluksessa uusi tili ja lue tämä koodi.
connect-step-3 = Kirjoita sovelluksen näyttämät kuusi numeroa.
connect-other = Valitse muu tapa
connect-cannot-scan = En voi lukea koodia
connect-secret-text = Valitse sovelluksessa avaimen syöttäminen ja kirjoita tämä avain. Välilyönneillä ei ole väliä.
recovery-title = Tallenna palautuskoodi
recovery-lead = Tällä pääset sisään, jos puhelimesi katoaa. Koodi näytetään vain kerran, joten tallenna se ennen kuin jatkat.
recovery-places-title = Hyviä paikkoja säilyttää koodi
recovery-places-text = Salasanojen hallintaohjelma tai paperi, jota säilytät passin kanssa. Ei sähköposti.
recovery-saved = Olen tallentanut koodin turvalliseen paikkaan
recovery-finish = Viimeistele ja kirjaudu
sign-in-error-saved-unticked = Tallenna koodi ja merkitse sitten ruutu.

# Ehdot
terms-title = Hyväksy käyttöehdot
terms-lead = { $organisation } pyytää sinua hyväksymään käyttöehdot ennen kuin jatkat. Kysymme uudelleen vain, kun ehdot muuttuvat.
terms-version = Versio
terms-read = Lue ehdot (uusi välilehti)
terms-accept = Hyväksyn käyttöehdot
sign-in-error-terms-unticked = Merkitse ruutu, niin hyväksyt käyttöehdot ja pääset jatkamaan.

# Loppu
signed-in-title = Olet kirjautunut sisään
signed-in-opens = { $application } avautuu nyt.
finished-title = Tämä kirjautuminen on päättynyt
finished-text = Kukin kirjautuminen toimii kerran. Aloita siitä sovelluksesta, jota haluat käyttää.
finished-text-application = Kukin kirjautuminen toimii kerran. Jatka avaamalla { $application }.
