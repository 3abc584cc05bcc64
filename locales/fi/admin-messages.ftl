# Mitä ihmisille kerrotaan siitä, mitä heidän yrityksensä käyttäjähallinnoija teki
message-administrator-subject = Käyttöoikeutesi yrityksessä { $company } on muuttunut
message-administrator-welcome-subject = Ota kirjautuminen käyttöön: { $company }
message-administrator-welcome-note = Linkki toimii kerran, 7 päivän ajan. Jos et odottanut tätä viestiä, älä tee mitään.
message-administrator-welcome =
    Hei { $name },

    { $administrator } lisäsi sinut yrityksen { $company } käyttäjäksi. Aloita ottamalla kirjautuminen käyttöön: valitset salasanan, otat käyttöön toisen vaiheen ja tallennat palautuskoodin.
message-administrator-asked-subject = { $company } on kutsunut sinut
message-administrator-asked =
    Hei { $name },

    { $administrator } kutsuu sinut yrityksen { $company } käyttäjäksi. Hyväksy tai kieltäydy kohdassa Oma kirjautuminen osoitteessa { $address }/account. Ennen kuin hyväksyt, { $company } ei näe sinusta mitään eikä sinulla ole sinne pääsyä.
message-administrator-added =
    Hei { $name },

    { $administrator } lisäsi sinut yrityksen { $company } käyttäjäksi. Kirjaudut kuten ennenkin.
message-administrator-locked =
    Hei { $name },

    { $administrator } lukitsi käyttöoikeutesi yritykseen { $company }. Jos et tiedä syytä, kysy sieltä.
message-administrator-unlocked =
    Hei { $name },

    { $administrator } avasi käyttöoikeutesi yritykseen { $company }.
message-administrator-removed =
    Hei { $name },

    { $administrator } poisti käyttöoikeutesi yritykseen { $company }. Jos et tiedä syytä, kysy sieltä.
message-administrator-taken-back =
    Hei { $name },

    { $administrator } palautti käyttöoikeutesi yritykseen { $company }.
message-administrator-roles =
    Hei { $name },

    { $administrator } muutti roolejasi yrityksessä { $company }.
message-administrator-rights =
    Hei { $name },

    { $administrator } muutti sitä, mitä saat tehdä yrityksen { $company } sovelluksissa.
message-administrator-name =
    Hei { $name },

    { $administrator } yrityksestä { $company } korjasi nimesi. Nimi on sama kaikissa sovelluksissa.
message-administrator-sessions =
    Hei { $name },

    { $administrator } yrityksestä { $company } kirjasi sinut ulos. Kirjaudu uudelleen, kun tarvitset.
message-administrator-factor =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti toisen vaiheesi ja palautuskoodisi ja päätti kaikki istuntosi. Otat toisen vaiheen uudelleen käyttöön, kun seuraavan kerran kirjaudut osoitteessa { $address }.
message-administrator-employee-added =
    Hei { $name },

    { $administrator } lisäsi sinut yrityksen { $company } työntekijäluetteloon.
message-administrator-employee-removed =
    Hei { $name },

    { $administrator } poisti sinut yrityksen { $company } työntekijäluettelosta.
message-administrator-passkey-removed =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti kirjautumisestasi pääsyavaimen tai suojausavaimen ja päätti kaikki istuntosi. Muut kirjautumistapasi pysyvät ennallaan.
message-administrator-authenticator-removed =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti kirjautumisestasi todennussovelluksen ja päätti kaikki istuntosi. Muut kirjautumistapasi pysyvät ennallaan.
message-administrator-recovery-code-removed =
    Hei { $name },

    { $administrator } yrityksestä { $company } poisti palautuskoodisi ja päätti kaikki istuntosi. Luo uusi osoitteessa { $address }/account.
