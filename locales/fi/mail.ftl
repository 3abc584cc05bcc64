# Jokaisessa viestissä, ja viesti, jolla lähetystä kokeillaan
mail-footer = Lähettäjä: Salpa, { $organisation } · { $address }
mail-time = Aika
mail-network = Verkko
mail-browser = Selain
mail-test-subject = { $organisation }: testiviesti
mail-test-text = Tämä on kirjautumispalvelun testiviesti osoitteesta { $address }. Se tuli perille, joten sähköposti toimii. Sinun ei tarvitse tehdä mitään.
sms-test-text = { $organisation }: kirjautumispalvelun testiviesti. Sinun ei tarvitse tehdä mitään.
