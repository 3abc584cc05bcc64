company-title = Valitse yritys
company-lead = Voit vaihtaa yritystä myöhemmin omissa kirjautumistiedoissa kirjautumatta uudelleen.
company-unchosen = Valitse yritys, niin pääset eteenpäin.
company-switch-title = Yrityksesi
company-switch-lead = Tästä eteenpäin avaamasi sovellukset avautuvat tälle yritykselle. Jo avoinna olevat pysyvät ennallaan.
company-switch-none = Et ole minkään sinulle avoimen yrityksen käyttäjä.
company-switch-link = Vaihda yritystä
company-switched = Yritys on vaihdettu. Tästä eteenpäin avaamasi sovellukset avautuvat sille.

not-admitted-office = Tilitoimistosi
not-admitted-company = Yrityksesi
not-admitted-write-office = Kirjoita tilitoimistolle
not-admitted-mail-has-id = Viestissä on virhetunniste valmiina.
consent-company = Valitsemasi yritys sekä roolisi ja oikeutesi siellä
