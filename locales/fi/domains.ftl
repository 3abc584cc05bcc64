# Yrityksen verkkotunnukset, joista kukin on todistettu DNS-tietueella.

admin-domains = Verkkotunnukset
domains-lead = Henkilöt, joiden sähköposti päättyy todistettuun verkkotunnukseen, ohjataan kirjautumisessa yrityksesi hakemistoon.
domain-claimed = Ei vielä todistettu
domain-proved = Todistettu
domain-missing = Todistettu { $until } asti: tietue puuttuu
domain-set-record = Lisää tämä tietue verkkotunnuksen DNS:ään. Sen näkyminen voi kestää tunnin. Jätä se paikalleen: se tarkistetaan joka päivä.
domain-record-type = Tyyppi
domain-record-name = Nimi
domain-record-value = Arvo
domain-copy = Kopioi arvo
domain-check = Tarkista tietue
domain-remove = Poista verkkotunnus
domain-add-title = Lisää verkkotunnus
domain-label = Verkkotunnus, esimerkiksi yritys.example
domain-add = Lisää verkkotunnus
domain-done-claimed = Verkkotunnus on lisätty. Lisää sen tietue ja tarkista se.
domain-done-proved = Verkkotunnus on todistettu.
domain-done-removed = Verkkotunnus on poistettu.
domain-done-use = Tallennettu.
domain-directory-title = Kirjautuminen hakemistolla
domain-directory-none = Yritykselläsi ei vielä ole hakemistoa täällä. Palvelun ylläpito lisää sen.
domain-directory-names = Hakemisto: { $names }
domain-directory-ask = Henkilöt, joiden sähköposti on todistetussa verkkotunnuksessa
domain-use-offered = näkevät hakemiston salasanansa rinnalla
domain-use-first = ohjataan hakemistoon ja voivat valita muun tavan
domain-use-alone = pääsevät sisään vain hakemistolla. Käyttäjähallinnoijille jää tie sisään kahdella omalla kirjautumistavalla.
domain-error-shape = Tämä ei ole verkkotunnus. Kirjoita sähköpostiosoitteiden @-merkin jälkeinen osa.
domain-error-public = Kuka tahansa voi saada sieltä postilaatikon. Lisää vain oman yrityksesi verkkotunnus.
domain-error-many = Yrityksellä voi olla enintään 20 verkkotunnusta. Poista sellainen, jota ette enää tarvitse.
domain-error-other = Toinen yritys on täällä todistanut tämän verkkotunnuksen. Jos se on teidän, kysy tuesta.
domain-error-record = Tällä arvolla ei vielä ole TXT-tietuetta. Vertaa nimeä ja arvoa, odota hetki ja tarkista uudelleen.
domain-error-answer = DNS ei juuri nyt vastaa tästä verkkotunnuksesta. Yritä hetken kuluttua uudelleen.

message-domain-link = Katso verkkotunnukset
message-domain-missing-subject = Verkkotunnuksen { $domain } tietue puuttuu
message-domain-missing-text =
    Hei { $name },

    TXT-tietuetta { $record }, joka todistaa verkkotunnuksen { $domain } kuuluvan yritykselle { $company }, ei enää löytynyt.

    Lisää se uudelleen ennen kuin on { $until }. Muuten henkilöitä, joiden sähköposti on verkkotunnuksessa { $domain }, ei sen jälkeen ohjata hakemistoonne.
message-domain-lapsed-subject = Verkkotunnusta { $domain } ei enää ole todistettu
message-domain-lapsed-text =
    Hei { $name },

    TXT-tietue { $record } puuttui viikon. Verkkotunnusta { $domain } ei enää ole todistettu yritykselle { $company }, eikä henkilöitä, joiden sähköposti on siellä, ohjata hakemistoonne.

    Jos verkkotunnus on teidän, lisää tietue uudelleen ja tarkista se.
