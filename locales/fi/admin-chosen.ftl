# Acts on several chosen users, and the order of the list
chosen-nobody = Valitse ensin ainakin yksi käyttäjä.
chosen-choose = Valitse { $name }
chosen-all = Valitse kaikki tältä sivulta
chosen-none = Poista valinnat
chosen-with = Valituille käyttäjille
chosen-profile = Anna valmisprofiili
chosen-remind = Lähetä ensimmäinen viesti uudelleen
chosen-lock = Lukitse
chosen-remove = Poista
chosen-profile-title = { $count ->
    [one] Anna valmisprofiili { $count } käyttäjälle
   *[other] Anna valmisprofiili { $count } käyttäjälle
}
chosen-remind-title = { $count ->
    [one] Lähetä ensimmäinen viesti uudelleen { $count } käyttäjälle
   *[other] Lähetä ensimmäinen viesti uudelleen { $count } käyttäjälle
}
chosen-lock-title = { $count ->
    [one] Lukitse { $count } käyttäjä
   *[other] Lukitse { $count } käyttäjää
}
chosen-remove-title = { $count ->
    [one] Poista { $count } käyttäjä
   *[other] Poista { $count } käyttäjää
}
chosen-remind-text = Viestin saavat vain käyttäjät, jotka eivät ole vielä ottaneet kirjautumista käyttöön tai eivät ole vielä hyväksyneet. Aiemman viestin linkki ei enää toimi.
chosen-lock-text = He eivät pääse yritykseen { $company } seuraavasta sivusta alkaen. Jos se on heidän perusyrityksensä, kaikki istunnot päättyvät heti.
chosen-profile-none = Valmisprofiileja, joissa on käyttöoikeuksia, ei ole. Voit luoda sellaisen kohdassa Sovellukset.
chosen-error-profile = Valitse annettava valmisprofiili.
chosen-basic = { $name } ei voi tämän jälkeen kirjautua mihinkään: tämä on hänen perusyrityksensä.
chosen-profile-button = { $count ->
    [one] Anna { $count } käyttäjälle
   *[other] Anna { $count } käyttäjälle
}
chosen-remind-button = { $count ->
    [one] Lähetä { $count } käyttäjälle
   *[other] Lähetä { $count } käyttäjälle
}
chosen-lock-button = { $count ->
    [one] Lukitse { $count } käyttäjä
   *[other] Lukitse { $count } käyttäjää
}
chosen-remove-button = { $count ->
    [one] Poista { $count } käyttäjä
   *[other] Poista { $count } käyttäjää
}
chosen-profile-done = { $count ->
    [one] Profiili annettiin { $count } käyttäjälle, ja hänelle on kerrottu.
   *[other] Profiili annettiin { $count } käyttäjälle, ja heille on kerrottu.
}
chosen-remind-done = { $count ->
    [one] Viesti lähetettiin { $count } käyttäjälle.
   *[other] Viesti lähetettiin { $count } käyttäjälle.
}
chosen-lock-done = { $count ->
    [one] { $count } käyttäjä on lukittu, ja hänelle on kerrottu.
   *[other] { $count } käyttäjää on lukittu, ja heille on kerrottu.
}
chosen-remove-done = { $count ->
    [one] { $count } käyttäjä on poistettu, ja hänelle on kerrottu.
   *[other] { $count } käyttäjää on poistettu, ja heille on kerrottu.
}
chosen-rest = { $count ->
    [one] { $count } käyttäjän kohdalla mikään ei muuttunut, katso alta.
   *[other] { $count } käyttäjän kohdalla mikään ei muuttunut, katso alta.
}
chosen-done = Tehty
chosen-unchanged = Ei tehtävää
chosen-refused = Ei tehty
chosen-remind-unchanged = On jo ottanut kirjautumisen käyttöön tai ei pääse yritykseen.
chosen-lock-unchanged = Oli jo lukittu.
chosen-remove-unchanged = Oli jo poistettu.
chosen-refused-too-often = Hänelle on tänään lähetetty jo 5 viestiä. Yritä uudelleen huomenna.
admin-order = Järjestys
admin-order-name = Nimi, A–Ö
admin-order-name-down = Nimi, Ö–A
admin-order-role = Rooli, käyttäjähallinnoijat ensin
admin-order-standing = Tila
admin-order-last = Viimeksi kirjautunut, vanhin ensin
admin-order-last-down = Viimeksi kirjautunut, uusin ensin
