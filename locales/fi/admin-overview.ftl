# Overview and company data
admin-overview = Yleiskatsaus
admin-company-data = Yrityksen tiedot
admin-business-id = Y-tunnus
admin-business-id-is = Y-tunnus { $id }
overview-users = { $count ->
    [one] { $count } käyttäjä
   *[other] { $count } käyttäjää
}
overview-users-short = Käyttäjiä
overview-more = { $words } ja enemmän
overview-names = { $names } ja { $count } muuta
overview-factor = Ei toista vaihetta
overview-never-none = Kaikki, jotka voivat kirjautua, ovat kirjautuneet.
overview-pending-none = Kenenkään hyväksyntää ei odoteta.
overview-locked-none = Ketään ei ole lukittu.
overview-factor-none = Kaikilla on toinen vaihe käytössä.
overview-clients = Asiakasyritykset
overview-clients-each = Näytä asiakkaittain
overview-clients-larger = on mukana luvuissa, lisäksi on muita.
overview-clients-none = Ei vielä asiakkaita
overview-clients-none-text = Yritykset, joita tilitoimisto hallinnoi, ja käyttäjät, jotka voivat tarvita apuasi.
overview-never-count = { $count ->
    [one] { $count } ei ole vielä kirjautunut
   *[other] { $count } ei ole vielä kirjautunut
}
overview-pending-count = { $count ->
    [one] { $count } ei ole vielä hyväksynyt
   *[other] { $count } ei ole vielä hyväksynyt
}
overview-locked-count = { $count ->
    [one] { $count } on lukittu
   *[other] { $count } on lukittu
}
overview-factor-count = { $count ->
    [one] { $count } on ilman toista vaihetta
   *[other] { $count } on ilman toista vaihetta
}
overview-no-announcements = Tiedotteita ei ole.
company-data-lead = Nimi näkyy kirjautumissivuilla, viesteissä ja sovelluksissa.
company-contact = Yhteystiedot käyttäjille
company-contact-text = Näytetään, kun sivu ei voi auttaa, esimerkiksi kun käyttäjällä ei ole pääsyä sovellukseen.
company-done-saved = Yrityksen tiedot on tallennettu.
company-error-name = Kirjoita nimi, jossa on enintään 200 merkkiä.
company-error-business-id = Y-tunnuksessa saa olla enintään 40 merkkiä.
company-error-business-id-taken = Toisella yrityksellä on jo tämä Y-tunnus.
company-error-phone = Kirjoita puhelinnumero plusmerkin ja maatunnuksen kanssa.
