# Tilapäiset pääsykoodit: hallinta, koodin antaminen, viestit.

admin-access-pass = Tilapäinen pääsykoodi
admin-access-pass-about = Sille, joka on menettänyt sekä salasanan että toisen vaiheen. Jos vain toinen vaihe puuttuu, sen nollaaminen riittää.
admin-access-pass-give = Luo pääsykoodi
admin-access-pass-title = Luo tilapäinen pääsykoodi: { $name }
admin-access-pass-text = Koodilla otetaan käyttöön uusi salasana, uusi toinen vaihe ja uusi palautuskoodi, ei mitään muuta. Kun koodi käytetään, aiemmat lakkaavat toimimasta ja kaikki istunnot päättyvät. Käyttäjä saa siitä heti viestin ja voi estää sen.
admin-access-pass-lives = { $minutes ->
    [one] Se toimii kerran, minuutin kuluessa.
   *[other] Se toimii kerran, { $minutes } minuutin kuluessa.
}
admin-access-pass-tell = Kerro koodi käyttäjälle puhelimessa tai kasvokkain. Hän antaa sen osoitteessa { $address }.
admin-access-pass-works = Toimii kerran, { $time } asti
admin-access-pass-copy = Kopioi koodi
admin-access-pass-once = Koodia ei näytetä uudelleen.
admin-access-pass-again = Voit luoda uuden, jolloin tämä lakkaa toimimasta.
admin-access-pass-saved = Olen antanut koodin

access-pass-have = Minulla on tilapäinen pääsykoodi
access-pass-title = Anna tilapäinen pääsykoodi
access-pass-lead = Sait sen käyttäjähallinnoijaltasi. Sillä otat käyttöön uuden salasanan ja uuden toisen vaiheen. Aiemmat lakkaavat toimimasta.
access-pass-label = Tilapäinen pääsykoodi, 12 merkkiä
access-pass-hint = Isoilla ja pienillä kirjaimilla tai välilyönneillä ei ole väliä.
access-pass-error-length = Tilapäisessä pääsykoodissa on 12 kirjainta ja numeroa.
access-pass-error-wrong = Koodi ei toimi. Siinä voi olla kirjoitusvirhe, se on jo käytetty tai liian vanha. Pyydä käyttäjähallinnoijaltasi uusi.

message-access-pass-subject = Sinulle on luotu tilapäinen pääsykoodi
message-administrator-access-pass =
    Hei { $name },

    { $administrator } yrityksestä { $company } loi sinulle tilapäisen pääsykoodin. Sillä voi ottaa käyttöön uuden salasanan ja uuden toisen vaiheen nykyisten tilalle. Jos et ole pyytänyt sitä, estä se nyt.
message-access-pass-used-subject = Tilapäinen pääsykoodisi on käytetty
message-access-pass-used-text =
    Hei { $name },

    tilapäinen pääsykoodisi käytettiin palvelussa { $organisation }. Aiempi salasanasi, toinen vaiheesi ja palautuskoodisi eivät enää toimi, ja kaikki istunnot ovat päättyneet.

event-access-pass-given = Tilapäinen pääsykoodi luotu
event-access-pass-used = Tilapäinen pääsykoodi käytetty
event-access-pass-not-proven = Väärä tilapäinen pääsykoodi
