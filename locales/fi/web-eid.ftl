# Kirjautuminen Viron henkilökortilla kortinlukijassa
web-eid-title = Kirjaudu henkilökortilla
web-eid-lead = Tietokoneessasi on oltava kortinlukija ja Web eID -ohjelmisto. Kortti kysyy PIN 1 -tunnuksen.
web-eid-insert = Aseta henkilökortti lukijaan ja jatka.
web-eid-use = Käytä henkilökorttia
web-eid-waiting = Katso Web eID -ikkunaa. Se kysyy korttia ja PIN 1 -tunnusta.
web-eid-holds = Odotetaan korttia
web-eid-over = Tämän kirjautumisvaiheen aika on kulunut. Aloita alusta, niin saat uuden.
web-eid-again = Aloita alusta
web-eid-missing = Web eID -laajennus ei vastaa. Asenna se tai ota se käyttöön tässä selaimessa ja lataa sivu uudelleen.
web-eid-cancelled = Keskeytit Web eID -ikkunassa. Yritä uudelleen, kun olet valmis.
web-eid-late = Web eID -ikkuna oli auki liian kauan. Yritä uudelleen.
web-eid-program = Laajennus on tässä selaimessa, mutta Web eID -ohjelma puuttuu. Asenna se tietokoneeseen ja yritä uudelleen.
web-eid-version = Web eID -laajennus ja sen ohjelma ovat eri versioita. Päivitä molemmat ja yritä uudelleen.
web-eid-failed = Korttia ei voitu käyttää. Tarkista, että se on lukijassa, ja yritä uudelleen. Jos PIN 1 on lukittu, avaa se ensin PUK-tunnuksella.
web-eid-no-script = Tämä tapa vaatii JavaScriptin, koska selain keskustelee korttisi kanssa. Ota se käyttöön tällä sivulla tai kirjaudu muulla tavalla.
web-eid-install = Henkilökortin ohjelmisto on osoitteessa
web-eid-only-own = Käytä korttiasi vain sivulla, jonka olet itse avannut. Kukaan soittaja ei tarvitse sitä.

error-identity-unchecked-title = Varmennettasi ei voitu tarkistaa
error-identity-unchecked-text = Varmenteesi myöntäjä ei juuri nyt kerro, onko varmenne voimassa, joten ketään ei kirjattu sisään. Yritä hetken kuluttua uudelleen tai kirjaudu muulla tavalla.
error-identity-revoked-title = Varmenteesi ei ole enää voimassa
error-identity-revoked-text = Sen myöntäjä on peruuttanut tai keskeyttänyt sen, joten ketään ei kirjattu sisään. Kirjaudu muulla tavalla ja hanki myöntäjältä uusi varmenne.
error-identity-certificate-title = Varmennettasi ei hyväksytä
error-identity-certificate-text = Se on vanhentunut tai sellainen, jota tämä palvelu ei hyväksy. Käytä toista korttia tai kirjaudu muulla tavalla. Jos sen pitäisi mielestäsi toimia, lähetä virhetunniste tukeen.
