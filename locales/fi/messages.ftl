message-second-step-subject = Kirjautumisesi toinen vaihe on otettu käyttöön
message-second-step-text =
    Hei { $name },

    kirjautumiseesi palvelussa { $organisation } on liitetty todennussovellus verkosta { $network }. Se on voimassa kaikissa sovelluksissa.

    Jos teit sen itse, sinun ei tarvitse tehdä mitään. Jos et, kirjaudu osoitteessa { $address }/account, lopeta istunnot, joita et tunnista, ja kerro asiasta palvelun ylläpidolle.
