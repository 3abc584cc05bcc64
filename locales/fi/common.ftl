# Joka sivulla
skip = Siirry sisältöön
help = Ohje
help-and-language = Ohje ja kieli
language = Kieli
back = Takaisin
back-to-application = Palaa sovellukseen { $application }
cancel = Peruuta
continue = Jatka
optional = Valinnainen
confirm = Vahvista
sign-in = Kirjaudu sisään
sign-in-again = Kirjaudu uudelleen
sign-out = Kirjaudu ulos
copy = Kopioi
copy-details = Kopioi tiedot
copied = Kopioitu
print = Tulosta
protected = Kirjautumista suojaa Salpa
open-application = Avaa { $application }
open-account = Avaa Oma kirjautuminen
my-sign-in = Oma kirjautuminen
disruption = Häiriöt

# Oven paneeli
door-signing-in = Olet kirjautumassa sovellukseen
door-setting-up = Otat kirjautumisen käyttöön sovelluksessa
door-signed-in = Olet kirjautunut sovellukseen
door-tried = Yritit kirjautua sovellukseen
door-signing-out = Olet kirjautumassa ulos palvelusta
door-company = Yritys
door-address = Osoite
door-person = Henkilö
door-network = Verkko
door-second-step = Toinen vaihe
door-check-address = Tarkista osoite, ennen kuin kirjaudut.
network-new = ei käytetty aiemmin

# Päivät ja kellonajat
date = { $day }. { $month } { $year }
date-time = { $date } klo { $time }
time = { $hour }.{ $minute }
time-exact = { $time }.{ $second }
month-1 = tammikuuta
month-2 = helmikuuta
month-3 = maaliskuuta
month-4 = huhtikuuta
month-5 = toukokuuta
month-6 = kesäkuuta
month-7 = heinäkuuta
month-8 = elokuuta
month-9 = syyskuuta
month-10 = lokakuuta
month-11 = marraskuuta
month-12 = joulukuuta
