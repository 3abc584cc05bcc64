# Pääkäyttäjän asettama viestintäpuhelin
message-phone-set-subject = Viestintäpuhelimesi on asetettu
message-phone-set-text =
    Hei { $name },

    pääkäyttäjä { $administrator } asetti viestintäpuhelimesi palvelussa { $organisation }. Kirjautumiskoodit lähetetään tästä lähtien sinne. Kolmeen päivään sillä ei palauteta mitään, ellet vahvista sitä omassa kirjautumisessasi.
