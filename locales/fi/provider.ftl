sign-out-title = Kirjaudutaanko ulos: { $organisation }?
sign-out-text = Samalla kirjaudut ulos sovelluksista, jotka avasit sen kautta. Tallentamattomat muutokset niissä voivat kadota.
signed-out-title = Olet kirjautunut ulos
signed-out-text = Olet kirjautunut ulos palvelusta { $organisation } ja sovelluksista, jotka avasit sen kautta. Jos muutkin käyttävät tätä tietokonetta, sulje myös selain.
form-post-title = Olet kirjautunut sisään
form-post-text = Sivu jatkaa itsestään. Jos niin ei käy, valitse Jatka.
