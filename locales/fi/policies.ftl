# Miksi toinen vaihe kysytään nyt
asked-new-network = Kysytään, koska tämä verkko on uusi.
asked-new-browser = Kysytään, koska tämä selain on uusi.
asked-many-failures = Kysytään, koska nimissäsi on yritetty kirjautua useita kertoja onnistumatta.
asked-long-absence = Kysytään, koska edellisestä kirjautumisestasi on pitkä aika.
asked-impossible-travel = Kysytään, koska kirjauduit hetki sitten kaukana täältä.

# Muistetut selaimet
remember-browser = { $days ->
    [one] Muista tämä selain yhden päivän ajan
   *[other] Muista tämä selain { $days } päivän ajan
}
remember-browser-text = Vain omalla tietokoneellasi tai puhelimellasi. Toinen vaihe kysytään silti, kun jokin on uutta, ja arkaluonteisissa toimissa.
account-remembered = Muistetut selaimet
account-remembered-text = Näissä toista vaihetta ei kysytä joka kerta. Unohda ne, joita et käytä.
account-remembered-none = Yhtään selainta ei muisteta.
account-remembered-since = Alkaen { $date }
account-remembered-until = { $date } asti
account-remembered-used = viimeksi käytetty { $date }
account-remembered-this = Tämä selain
account-remembered-forget = Unohda
account-remembered-forget-all = Unohda kaikki selaimet
account-status-forgotten = { $count ->
    [0] Yhtään selainta ei muistettu.
    [one] Selain on unohdettu. Seuraava kirjautuminen siinä kysyy toisen vaiheen.
   *[other] { $count } selainta on unohdettu. Seuraavat kirjautumiset niissä kysyvät toisen vaiheen.
}

# Käytäntö ei hyväksy yhtään tavoista
error-methods-title = Yhtäkään kirjautumistavoistasi ei hyväksytä täällä
error-methods-text = Todistuksesi oli oikea, mutta palvelun { $application } tai yrityksesi käytäntö hyväksyy vain muita kirjautumistapoja. Kysy käyttäjähallitsijaltasi, mikä niistä otetaan käyttöön, ja lähetä hänelle virhetunnus.
