# Käyttäjähallinnoijan asettama viestintäpuhelin
message-phone-set-subject = Viestintäpuhelimesi on asetettu
message-phone-set-text =
    Hei { $name },

    käyttäjähallinnoija { $administrator } asetti viestintäpuhelimesi palvelussa { $organisation }. Kirjautumiskoodit lähetetään tästä lähtien siihen. Kolmeen päivään sillä ei voi palauttaa mitään, ellet vahvista sitä kohdassa Oma kirjautuminen.

# Uuden verkon vahvistuskoodi
new-network-title = Kirjaudut uudesta verkosta
new-network-lead = Lähetimme saman kuusinumeroisen koodin puhelimeesi ja sähköpostiisi. Käytä sitä viestiä, joka tulee ensin.
new-network-lead-phone = Lähetimme kuusinumeroisen koodin puhelimeesi.
new-network-lead-email = Lähetimme kuusinumeroisen koodin sähköpostiisi.
new-network-lead-not-sent = Vahvista kuusinumeroisella koodilla, että kyseessä olet sinä. Lähetämme sen tänne:
new-network-lead-over = Tämä koodi ei enää toimi. Lähetä uusi.
new-network-sms-sent = Tekstiviesti lähetetty { $time }
new-network-email-sent = Sähköposti lähetetty { $time }
new-network-sms-late = Tekstiviestiä ei voi juuri nyt lähettää. Käytä sähköpostia.
new-network-email-late = Sähköpostia ei voi juuri nyt lähettää. Käytä tekstiviestiä.
new-network-sms-waits = Tekstiviesti on matkalla
new-network-email-waits = Sähköposti on matkalla
new-network-phone-ends = puhelin, jonka numero päättyy { $digits }
new-network-email-at = sähköposti palvelussa { $domain }
new-network-works-for = Koodi toimii vielä
new-network-works-until = Koodi toimii kello { $time } asti.
new-network-left = Koodi toimii vielä { $time }.
new-network-send = Lähetä koodi
new-network-send-again = Lähetä uusi koodi
new-network-too-many = Koodeja on lähetetty liian monta.
new-network-wrong-contact = Väärä numero tai sähköposti? Käyttäjähallinnoijasi voi korjata numeron.
new-network-who = Kuka on käyttäjähallinnoijani?
new-network-administrator-role = Kysy käyttäjähallinnoijaa täältä:
new-network-error-empty = Kirjoita uusimman viestin kuusi numeroa.
new-network-error-no-match = { $tries ->
    [0] Koodi ei täsmää. Se oli viimeinen yritys: lähetä uusi koodi.
    [one] Koodi ei täsmää. Käytä uusinta viestiä. Sinulla on 1 yritys jäljellä.
   *[other] Koodi ei täsmää. Käytä uusinta viestiä. Sinulla on { $tries } yritystä jäljellä.
}
new-network-error-no-way = Puhelimeesi ei voi juuri nyt lähettää viestiä. Yritä myöhemmin uudelleen tai käytä muuta tapaa.
message-new-network-sms = { $code } on koodisi, jolla kirjaudut palveluun { $organisation }. Se toimii 90 sekuntia. Älä anna sitä kenellekään.
message-new-network-subject = Koodisi kirjautumiseen
message-new-network-text =
    Hei { $name },

    olet kirjautumassa palveluun { $organisation } uudesta verkosta. Kirjoita tämä koodi kirjautumissivulle.
message-new-network-label = Koodisi
message-new-network-lives = Se toimii 90 sekuntia, kerran.
message-new-network-note = Älä anna koodia kenellekään, kuka sitä pyytääkin. Jos et ole kirjautumassa, joku tietää salasanasi: vaihda se.
