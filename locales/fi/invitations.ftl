# Kutsut puhelinsovellukseen: hallinta, puhelin, viestit.

close = Sulje
admin-standing-invited = Kutsuttu
admin-tomorrow-within = huomenna

invitation-card = Kirjautuminen
invitation-card-text = { $name } voi kirjautua puhelinsovelluksella: puhelimessa ja sen lukemalla QR-koodilla selaimessa.
invitation-card-open = { $name } on kutsuttu. Kutsun voimassaolo päättyy { $time }.
invitation-invite = Kutsu käyttäjä kirjautumaan puhelinsovelluksella
invitation-see = Katso kutsua
invitation-former = Edellinen kutsu
invitation-identity = Henkilöllisyys
invitation-identity-none = Ei vielä varmistettu. Vahvistat sen, kun lähetät kutsun.
invitation-identity-by = Varmistanut { $name } { $date }: { $how }.
invitation-identity-document = henkilöllisyystodistus nähty
invitation-identity-known = tuntee henkilökohtaisesti
invitation-identity-directory = yrityksen hakemiston tiedoista
invitation-identity-video-call = videopuhelussa

invitation-ask-title = Kutsu { $name } kirjautumaan puhelinsovelluksella
invitation-ask-lead = Tarkista ensin nämä. Jos jokin on väärin, sulje tämä ja korjaa käyttäjän tiedot.
invitation-phone = Puhelin
invitation-lacks-phone = Tekstiviestille ei ole numeroa.
invitation-lacks-phone-text = Annat vahvistuskoodin itse: { $name } saa sen sinulta. Jos haluat, että koodi lähetetään, sulje tämä ja aseta ensin puhelin.
invitation-verified-box = Olen varmistanut henkilöllisyyden: { $name }
invitation-verified-hint = Nimesi ja ajankohta tallennetaan.
invitation-how = Miten
invitation-mail-english = { $name } saa englanninkielisen sähköpostin, jossa on 16 merkin rekisteröitymiskoodi. Koodi on voimassa 24 tuntia.
invitation-mail-both = { $name } saa sähköpostin englanniksi ja sen alla omalla kielellään ({ $language }). Viestissä on 16 merkin rekisteröitymiskoodi. Koodi on voimassa 24 tuntia.
invitation-send = Lähetä kutsu
invitation-error-not-verified = Varmista ensin henkilöllisyys ({ $name }) ja merkitse ruutu.
invitation-error-how = Valitse, miten varmistit henkilöllisyyden ({ $name }).

invitation-blocked-title = Kutsu on ensin vapautettava: { $name }
invitation-blocked-text = Nämä tiedot ovat muuttuneet ensimmäisen kutsun jälkeen: { $name }
invitation-blocked-change = { $is }, aiemmin { $was }
invitation-blocked-ask = Pyydä kutsun vapautusta: { $operator }.
invitation-blocked-why = Juuri näitä vaihtaisi se, joka haluaa kaapata kirjautumisen. Mitään ei ole lähetetty: { $name }.

invitation-title = Kutsu: { $name }
invitation-until = Voimassaolo päättyy { $time }
invitation-ended-done = Käytetty: puhelinsovellus on käytössä.
invitation-ended-cancelled = Peruutettu
invitation-ended-replaced = Uudempi kutsu on lähetetty
invitation-ended-expired = Ei käytetty ajoissa
invitation-done-sent = Kutsu on lähetetty.
invitation-done-cancelled = Kutsu on peruutettu. Sen koodi ei enää toimi.
invitation-refused-early = Vahvistuskoodin voi luoda, kun rekisteröitymiskoodi on annettu, ja siihen asti kunnes kutsuttu on vahvistettu.
invitation-sent-by = { $time }, { $inviter }
invitation-sent-to = Osoitteeseen { $email }
invitation-step-sent = Kutsu lähetetty
invitation-step-opened = Sähköposti avattu
invitation-step-enter = Odottaa rekisteröitymiskoodia
invitation-enter-text = Koodi on sähköpostissa. { $name } antaa sen puhelinsovelluksessa.
invitation-step-entered = Rekisteröitymiskoodi annettu
invitation-elsewhere = Annettu myös toisessa selaimessa ja hylätty siellä: { $where }
invitation-step-verify = Odottaa vahvistuskoodia
invitation-verify-later = { $name } kirjoittaa kuusi numeroa tekstiviestistä
invitation-step-verified = Vahvistettu
invitation-verified-sms = Tekstiviestin koodilla
invitation-verified-administrator = Käyttäjähallinnoijan antamalla koodilla
invitation-sms-sent = { $time }: tekstiviesti lähetetty numeroon { $phone }
invitation-sms-leaves = { $time }: tekstiviesti numeroon { $phone } on lähdössä
invitation-sms-waits = { $time }: tekstiviesti numeroon { $phone } odottaa, koska tekstiviestipalvelu ei vastaa
invitation-sms-given-up = { $time }: tekstiviestiä numeroon { $phone } ei voitu toimittaa
invitation-sms-no-phone = Tekstiviestille ei ole numeroa. Anna koodi itse.
invitation-sms-no-gateway = Täältä ei voi lähettää tekstiviestejä. Anna koodi itse.
invitation-sms-country = Numeroon { $phone } ei voi lähettää tekstiviestiä. Anna koodi itse.
invitation-sms-limit = { $time }: numeroon { $phone } ei lähetetty tekstiviestiä, koska niitä pyydettiin liikaa. Anna koodi itse.
invitation-sms-left = { $left ->
    [0] Tekstiviestiä ei voi enää lähettää.
    [one] Sen voi lähettää vielä kerran.
   *[other] Sen voi lähettää vielä { $left } kertaa.
}
invitation-no-code = Eikö kutsuttu saanut vahvistuskoodia?
invitation-code-made = { $time }: annettava koodi, { $administrator }, voimassaolo päättyy { $until }
invitation-step-make = Odottaa salasanaa
invitation-step-made = Salasana luotu
invitation-link-sent = { $time }: sähköposti, jossa on linkki salasanan luomiseen, on lähetetty
invitation-step-do = Puhelinsovellus käyttöön
invitation-do-text = { $name } ottaa käyttöön toisen vaiheen ja PIN-koodin
invitation-step-done = Puhelinsovellus otettu käyttöön
invitation-step-cancelled = Peruutettu
invitation-step-replaced = Uudempi kutsu on lähetetty
invitation-step-expired = Ei käytetty ajoissa
invitation-cancelled-by-itself = { $time }, koska lähettäjä ei voi enää kutsua, käyttäjä ei enää pääse yritykseen tai hänen sähköpostinsa on muuttunut
invitation-cancelled-by-log-out = { $time }, koska { $name } kirjattiin ulos kaikista laitteista
invitation-expired-next = Kysy, tuliko sähköposti perille ({ $name }), ja lähetä uusi.
invitation-cancelled-next = Jos kutsu tarvitaan sittenkin ({ $name }), lähetä uusi.
invitation-changed-note = Onko nimi, sähköposti tai puhelin muuttunut ensimmäisen kutsun jälkeen? Silloin palvelun ylläpidon on vapautettava uusi kutsu.
invitation-send-new = Lähetä uusi kutsu
invitation-cancel = Peruuta kutsu

invitation-code-title = Anna koodi itse: { $name }
invitation-code-lead = Kerro se puhelussa tai kasvokkain. Älä lähetä sitä numeroon, joka ei toiminut.
invitation-code-label = Vahvistuskoodi
invitation-code-copy = Kopioi koodi
invitation-code-works = Voimassa
invitation-code-until = Päättyy { $time } (12 tuntia)
invitation-code-invitation = Kutsu
invitation-code-open-until = Voimassaolo päättyy { $time }
invitation-code-save = Ota koodi talteen, ennen kuin lähdet tältä sivulta.
invitation-code-once = Sitä ei näytetä uudelleen, mutta voit luoda uuden.
invitation-code-saved = Olen ottanut koodin talteen

sign-up-have-code = Minulla on rekisteröitymiskoodi
sign-up-have-code-text = 16 merkkiä, yrityksesi kutsusähköpostissa.
sign-up-no-invitation = Eikö kutsua ole vielä tullut? Pyydä se yrityksesi käyttäjähallinnasta vastaavalta. Se on voimassa 24 tuntia.
sign-up-title = Anna rekisteröitymiskoodi
sign-up-lead = Se on kutsussa, jonka sait sähköpostiin. Isoilla ja pienillä kirjaimilla ei ole eroa.
sign-up-label = Rekisteröitymiskoodi, 16 merkkiä
sign-up-hint = 16 merkkiä. Voit liittää koko koodin.
sign-up-count = { $count }/16. Voit liittää koko koodin.
sign-up-error-length = Rekisteröitymiskoodissa on 16 kirjainta ja numeroa. Tarkista se sähköpostista.
sign-up-error-code = Tämä ei ole minkään kutsun rekisteröitymiskoodi. Tarkista se sähköpostista.

sign-up-digits-title = Anna tekstiviestin koodi
sign-up-digits-title-no-sms = Anna vahvistuskoodi
sign-up-digits-lead = Lähetimme kuusi numeroa numeroon
sign-up-digits-lead-no-sms = Sinulle ei voitu lähettää tekstiviestiä. Pyydä kuuden numeron vahvistuskoodi: { $inviter }, { $company }.
sign-up-digits-help = Jos koodia ei tule, pyydä se: { $inviter }, { $company }. Voit poistua tältä sivulta ja palata samalla rekisteröitymiskoodilla.
sign-up-error-digits = { $tries ->
    [0] Tämä koodi ei täsmää. Sitä ei voi enää yrittää: pyydä uusi.
    [one] Tämä koodi ei täsmää. Sinulla on yksi yritys jäljellä.
   *[other] Tämä koodi ei täsmää. Sinulla on { $tries } yritystä jäljellä.
}
sign-up-error-digits-empty = Kirjoita kuusi numeroa.
sign-up-error-digits-over = Nyt ei ole koodia, jota voisi yrittää: se on liian vanha, tai sitä on yritetty liian monta kertaa. Pyydä uusi.
sign-up-error-digits-closed = Liian monta väärää koodia. Pyydä apua henkilöltä, joka kutsui sinut.
sign-up-sms-left = { $left ->
    [0] Eikö tekstiviestiä tullut? Uusia ei voi enää lähettää.
    [one] Eikö tekstiviestiä tullut? Voit lähettää vielä yhden.
   *[other] Eikö tekstiviestiä tullut? Voit lähettää vielä { $left }.
}
sign-up-resend = Lähetä uudelleen
sign-up-told-sms = Uusi koodi on matkalla. Edellinen ei enää toimi.
sign-up-inviter = Kutsuja: { $inviter }

sign-up-mail-title = Katso sähköpostisi
sign-up-mail-text = Lähetimme linkin osoitteeseen { $email }. Avaa se, luo salasana ja ota toinen vaihe käyttöön.
sign-up-mail-elsewhere = Jos avaat sen muussa selaimessa, kirjoita siellä nämä numerot. Ne toimivat 10 minuuttia.
sign-up-mail-back = Palaa sitten tälle sivulle.
sign-up-mail-done = Olen luonut salasanan
sign-up-mail-again = Lähetä sähköposti uudelleen
sign-up-told-link = Sähköposti on lähetetty uudelleen. Edellisen viestin linkki ei enää toimi.
sign-up-told-no-link = Sähköpostia ei lähetetty uudelleen: se on lähetetty tänään jo tarpeeksi monta kertaa.
sign-up-profile-title = Kirjaudu profiilillasi
sign-up-profile-text = Kirjaudu sähköpostilla, salasanalla ja toisella vaiheella. Sen jälkeen luot sovelluksen PIN-koodin.
sign-up-with-profile = Kirjaudu profiilillani

sign-up-link-title = Luo salasana
sign-up-link-lead = Näin otat kirjautumisen käyttöön. Siihen kuluu muutama minuutti.
sign-up-link-lead-elsewhere = Avaat linkin eri selaimessa kuin puhelinsovelluksen. Kirjoita kuusi numeroa, jotka sovellus näyttää puhelimessasi.
sign-up-link-hint = Ne ovat sivulla ”Katso sähköpostisi”. Jos ne ovat yli 10 minuuttia vanhat, avaa sivu uudelleen.
sign-up-link-error-over = Nämä numerot ovat liian vanhat, tai niitä on yritetty liian monta kertaa. Avaa sivu puhelimessasi uudelleen: se näyttää uudet.
sign-up-link-pin = Puhelinsovelluksen PIN-koodi

error-sign-up-link-title = Tämä linkki ei enää toimi
error-sign-up-link-text = Kutsun linkki toimii kerran, kutsun voimassaoloaikana ja vain siihen asti, kun sinulla on salasana. Jos sinulla on jo salasana, kirjaudu puhelimellasi. Muuten kysy henkilöltä, joka kutsui sinut.
error-sign-up-unknown-title = Anna rekisteröitymiskoodi uudelleen
error-sign-up-unknown-text = Tämä selain ei tunne kutsua. Avaa puhelinsovellus ja valitse ”Minulla on rekisteröitymiskoodi”. Jos koodi on annettu eri selaimessa, jatka siellä.
error-sign-up-expired-title = Kutsua ei käytetty ajoissa
error-sign-up-expired-text = Kutsu on voimassa 24 tuntia. Pyydä uusi: { $company }.
error-sign-up-cancelled-title = Tämä kutsu on peruutettu
error-sign-up-cancelled-text = Sen koodi ei enää toimi. Pyydä uusi: { $company }.
error-sign-up-replaced-title = Sinulle on lähetetty uudempi kutsu
error-sign-up-replaced-text = Tämä koodi ei enää toimi. Käytä uusimmassa viestissä olevaa koodia. Lähettäjä: { $company }.
error-sign-up-used-title = Tämä kutsu on käytetty
error-sign-up-used-text = Puhelinsovellus otettiin sillä käyttöön. Jos se olit sinä, kirjaudu profiilillasi. Jos et, ilmoita siitä heti: { $company }.
error-sign-up-elsewhere-title = Tämä koodi on annettu eri selaimessa
error-sign-up-elsewhere-text = Kutsu toimii vain yhdessä selaimessa, ja sen lähettäjälle on kerrottu tästä yrityksestä. Jos annoit koodin itse, jatka siellä. Jos et, pyydä peruuttamaan kutsu ja lähettämään uusi: { $company }.
error-sign-up-other-person-title = Tämän puhelimen sovellus on jonkun muun
error-sign-up-other-person-text = Joku muu käyttää puhelinsovellusta tässä. Hänen on ensin kirjauduttava ulos, tai voit käyttää omaa puhelintasi. Rekisteröitymiskoodiasi ei ole käytetty.

message-invitation-subject = { $inviter } kutsuu sinut: { $company }
message-invitation-text =
    Hei { $name },

    { $inviter }, { $company }, kutsuu sinut kirjautumaan puhelimellasi. Käyttöönottoon kuluu noin viisi minuuttia.
message-invitation-code = Rekisteröitymiskoodisi
message-invitation-lives = Voimassa 24 tuntia. Voimassaolo päättyy { $until }
message-invitation-step-1 = Avaa puhelimellasi { $address }/app. Se ei maksa mitään.
message-invitation-step-2 = Valitse ”Minulla on rekisteröitymiskoodi” ja anna yllä oleva koodi.
message-invitation-step-3 = Anna kuusi numeroa, jotka saat tekstiviestillä, ja seuraa sovelluksen ohjeita.
message-invitation-link = Avaa puhelinsovellus
message-invitation-note = Kukaan ei kysy sinulta tätä koodia puhelimessa tai sähköpostilla, ei edes { $inviter }. Jos et odottanut tätä kutsua, voit jättää sen: koodi lakkaa toimimasta itsestään.
message-sign-up-sms = { $code } on vahvistuskoodisi rekisteröitymiseen palvelussa { $organisation }. Se toimii 10 minuuttia. Älä anna sitä kenellekään.
message-sign-up-link-subject = Luo salasana
message-sign-up-link-text =
    Hei { $name },

    puhelimesi koodi oli oikea. Luo nyt kirjautumisesi salasana palvelussa { $organisation }, mieluiten samalla puhelimella.
message-sign-up-link-link = Luo salasana
message-sign-up-link-note = Linkki toimii kerran. Sen voimassaolo päättyy { $until }. Muussa selaimessa kuin puhelinsovelluksessa se pyytää puhelimesi näyttämät kuusi numeroa. Jos et ole ottamassa kirjautumista käyttöön, kerro siitä yritykseesi: puhelimesi voi olla jonkun muun käsissä.

message-inviter-link = Katso kutsua
message-inviter-elsewhere-subject = Rekisteröitymiskoodi annettiin kahdesti: { $invitee }
message-inviter-elsewhere-text =
    Hei { $name },

    rekisteröitymiskoodi, jonka lähetit ({ $invitee }, { $company }), annettiin toisessa selaimessa ja hylättiin siellä. Kyse voi olla kutsutun toisesta puhelimesta. Kyse voi olla myös jostakusta, joka lukee kutsutun sähköpostia.

    Kysy asiaa: { $invitee }. Jos se ei ollut kutsuttu itse, peruuta kutsu.
message-inviter-waits-subject = Kutsuasi ei ole vielä käytetty: { $invitee }
message-inviter-waits-text =
    Hei { $name },

    kutsusi ({ $invitee }, { $company }) voimassaolo päättyy { $until }, eikä sitä ole vielä käytetty. Kysy, tuliko sähköposti perille.
message-inviter-expired-subject = Kutsuasi ei käytetty ajoissa: { $invitee }
message-inviter-expired-text =
    Hei { $name },

    kutsuasi ({ $invitee }, { $company }) ei käytetty sen voimassaoloaikana, eikä sen koodi enää toimi. Voit lähettää uuden.
message-administrator-code-subject = Sinulle on luotu vahvistuskoodi
message-administrator-code =
    Hei { $name },

    { $administrator }, { $company }, otti nähtäväksi vahvistuskoodin annettavaksi sinulle kutsuasi varten. Jos et ole pyytänyt sitä, älä käytä rekisteröitymiskoodiasi ja kerro siitä yritykseesi.

event-invitation-sent = Kutsuttu puhelinsovellukseen
event-invitation-cancelled = Kutsu peruutettu
event-invitation-code-made = Vahvistuskoodi näytetty käyttäjähallinnoijalle
event-invitation-entered = Rekisteröitymiskoodi annettu
event-invitation-tried-elsewhere = Rekisteröitymiskoodi annettu toisessa selaimessa
event-invitation-sms-sent = Vahvistuskoodi lähetetty tekstiviestillä
event-invitation-not-verified = Kutsun väärä vahvistuskoodi
event-invitation-verified = Kutsun vahvistuskoodi oli oikea
event-invitation-done = Puhelinsovellus otettu käyttöön kutsulla
event-invitation-expired = Kutsua ei käytetty ajoissa
event-invitation-released = Muuttuneet tiedot vapautettu kutsua varten
event-invitation-guessing = Paljon vääriä rekisteröitymiskoodeja
