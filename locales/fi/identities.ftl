# Kirjautuminen pankilla, kansallisella tunnuksella tai yrityksen omalla kirjautumisella.
factor-identity = Pankki tai kansallinen tunnus
factor-identity-refused = Pankkia tai tunnusta ei hyväksytty

identity-way = Pankki tai kansallinen tunnus
identity-way-text = Suomalaiset pankit, Hightrust.id tai henkilökortti
identity-title = Valitse pankki tai tunnus
identity-lead = Kirjaudut pankkisi omalla sivulla ja palaat sieltä suoraan tänne.
identity-finnish-banks = Suomalaiset pankit
identity-other = Muu sähköinen tunnus
identity-companies = Yrityksesi oma kirjautuminen
identity-slow = Nyt hidas
identity-none = Minulla ei ole näitä
identity-none-text = Yrityksesi voi kutsua sinut. Saat rekisteröitymiskoodin sähköpostilla.
identity-cancelled = Palasit kirjautumatta siellä. Valitse uudelleen tai kirjaudu muulla tavalla.
directory-title = Kirjaudu: { $company }
directory-lead = Yrityksen { $company } ihmiset voivat kirjautua siellä olevalla tilillään.
directory-go = Jatka: { $name }
directory-other-way = Muu kirjautumistapa
directory-or-password = Tai kirjoita salasanasi tähän.
directory-alone = { $company } päästää ihmisensä sisään vain omalla kirjautumisellaan.
identity-unmatched-title = Liitä tämä profiiliisi
identity-unmatched-lead = { $name } on vahvistanut, kuka olet, mutta siihen ei ole vielä liitetty profiilia.
identity-unmatched-text = Kirjaudu kerran sähköpostillasi ja muilla kirjautumistavoillasi. Sen jälkeen { $name } riittää.
identity-unmatched-company = Vain yrityksen { $company } ihmiset voivat liittää sen.
identity-identifier = Henkilötunnus
identity-link = Kirjaudu ja liitä
identity-have-no-profile = Minulla ei ole profiilia
identity-linking = Kirjaudu kerran profiilillasi. Sen jälkeen { $name } on liitetty siihen.

error-identity-over-title = Tätä pankin vastausta ei voi enää käyttää
error-identity-over-text = Se on jo käytetty, tuli liian myöhään tai kuuluu toiseen kirjautumiseen. Mitään ei kirjattu sisään. Yritä uudelleen.
error-identity-answer-title = Pankkisi vastausta ei voitu hyväksyä
error-identity-answer-text = Jokin siinä ei ollut niin kuin pitää, joten ketään ei kirjattu sisään. Yritä uudelleen tai käytä muuta tapaa. Jos se toistuu, lähetä virhetunniste tukeen.
error-identity-down-title = Pankkisi ei vastaa
error-identity-down-text = Palveluun, jolla kirjaudutaan pankilla tai tunnuksella, ei saada nyt yhteyttä. Muut kirjautumistavat toimivat. Yritä hetken kuluttua uudelleen.
error-identity-timed-out-title = Aika pankissasi päättyi
error-identity-timed-out-text = Mitään ei kirjattu sisään. Yritä uudelleen, kun olet valmis.
error-identity-another-person-title = Tämä pankki tai tunnus kuuluu toiseen profiiliin
error-identity-another-person-text = Kirjautuminen koskee toista profiilia tai profiilia, johon sitä ei ole liitetty. Aloita uudelleen kohteesta { $application } omana itsenäsi.
error-identity-left-company-title = Et ole enää täällä tämän yrityksen käyttäjä
error-identity-left-company-text = Kirjauduit yrityksessä, johon sinulla ei enää ole pääsyä tai joka on lukinnut sen, joten sen hakemisto ei enää kirjaa sinua sisään. Käytä muuta kirjautumistapaa tai kysy yrityksen käyttäjähallinnoijalta.
error-identity-directory-alone-title = Yritykselläsi on oma kirjautuminen
error-identity-directory-alone-text = Se päästää ihmisensä sisään vain sillä. Aloita uudelleen sähköpostillasi ja jatka yrityksesi kirjautumiseen.
error-identity-no-profile-title = Sinua ei vielä tunneta täällä
error-identity-no-profile-text = Pankkisi on vahvistanut, kuka olet, mutta mikään yritys ei ole lisännyt sinua. Pyydä käyttöoikeutta yrityksesi käyttäjähallinnoijalta ja kerro virhetunniste.

message-identity-linked-subject = Kirjautumiseesi on liitetty pankki tai tunnus
message-identity-linked-text = { $factor } on liitetty profiiliisi palvelussa { $organisation }. Tästä lähtien kirjaudut sillä.
message-identity-removed-subject = Kirjautumisestasi on poistettu pankki tai tunnus
message-identity-removed-text = { $factor } on poistettu profiilistasi palvelussa { $organisation }. Sillä ei enää kirjauduta.

account-identity = Pankki tai tunnus
account-status-identity-removed = Pankki tai tunnus on poistettu.
identity-remove-text = Sillä ei enää kirjauduta. Voit liittää sen uudelleen kirjautuessasi.
identity-is-last = Se on ainoa tapasi kirjautua. Aseta ensin salasana tai lisää pääsyavain.

app-bank = Kirjaudu pankilla tai tunnuksella
app-no-bank = Eikö suomalaisia pankkitunnuksia?
app-no-bank-lead = Voit silti kirjautua. Valitse, mitä sinulla on.
