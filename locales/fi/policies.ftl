# Miksi toinen vaihe kysytään nyt
asked-new-network = Toista vaihetta kysytään, koska tämä verkko on uusi.
asked-new-browser = Toista vaihetta kysytään, koska tämä selain on uusi.
asked-many-failures = Toista vaihetta kysytään, koska sähköpostillasi on yritetty kirjautua useita kertoja onnistumatta.
asked-long-absence = Toista vaihetta kysytään, koska edellisestä kirjautumisestasi on pitkä aika.
asked-impossible-travel = Toista vaihetta kysytään, koska kirjauduit hetki sitten kaukana täältä.

# Muistetut selaimet
remember-browser = { $days ->
    [one] Muista tämä selain yhden päivän ajan
   *[other] Muista tämä selain { $days } päivän ajan
}
remember-browser-text = Vain omalla tietokoneellasi tai puhelimellasi. Toista vaihetta kysytään silti, kun jokin on uutta, ja ennen arkaluonteisia toimia.
account-remembered = Muistetut selaimet
account-remembered-text = Selaimet, joissa toista vaihetta ei kysytä joka kerta. Unohda ne, joita et käytä.
account-remembered-none = Muistettuja selaimia ei ole.
account-remembered-since = Alkaen { $date }
account-remembered-until = { $date } asti
account-remembered-used = viimeksi käytetty { $date }
account-remembered-this = Tämä selain
account-remembered-forget = Unohda
account-remembered-forget-all = Unohda kaikki selaimet
account-status-forgotten = { $count ->
    [0] Muistettuja selaimia ei ollut.
    [one] Selain on unohdettu. Seuraavalla kirjautumiskerralla siinä kysytään toista vaihetta.
   *[other] { $count } selainta on unohdettu. Seuraavalla kirjautumiskerralla niissä kysytään toista vaihetta.
}

# Käytäntö ei hyväksy yhtään tavoista
error-methods-title = Kirjautumistapojasi ei hyväksytä täällä
error-methods-text = Kirjautumisesi onnistui, mutta sovelluksen { $application } tai yrityksesi käytäntö hyväksyy vain muita kirjautumistapoja. Kysy käyttäjähallinnoijaltasi, mikä niistä otetaan käyttöön, ja lähetä hänelle virhetunniste.
