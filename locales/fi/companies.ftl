company-title = Valitse yritys
company-lead = Voit vaihtaa yritystä myöhemmin kohdassa Oma kirjautuminen kirjautumatta uudelleen.
company-unchosen = Valitse yritys, niin pääset jatkamaan.
company-switch-title = Yrityksesi
company-switch-lead = Tästä lähtien avaamasi sovellukset käyttävät tätä yritystä. Jo avatut sovellukset pysyvät ennallaan.
company-switch-none = Sinulla ei ole valittavia yrityksiä.
company-switch-link = Vaihda yritystä
company-switched = Yritys on vaihdettu. Tästä lähtien avaamasi sovellukset käyttävät sitä.

not-admitted-office = Tilitoimistosi
not-admitted-company = Yrityksesi
not-admitted-write-office = Kirjoita tilitoimistolle
not-admitted-ask = Kirjoita: { $name }
not-admitted-mail-has-id = Virhetunniste on viestissä valmiina.
consent-company = Valitsemasi yritys sekä roolisi ja oikeutesi siellä
