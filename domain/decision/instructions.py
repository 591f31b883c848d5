"""Instructions for claiming a revised decision (oikaisuvaatimusohje), attached to every decision (KuntaL 141 §)."""

from domain.law.appeal import Regime
from domain.municipality.events import Language, Settings

INSTRUCTION_TEXTS = {
    Language.FI: (
        "Tähän päätökseen tyytymätön voi tehdä kirjallisen oikaisuvaatimuksen. Sen saa tehdä asianosainen ja kunnan jäsen. "
        "Oikaisuvaatimus tehdään {days} päivän kuluessa päätöksen tiedoksisaannista; tiedoksisaantipäivää ei lueta aikaan. "
        "Jos viimeinen päivä on pyhäpäivä, itsenäisyyspäivä, vapunpäivä, joulu- tai juhannusaatto tai arkilauantai, aika "
        "jatkuu seuraavaan arkipäivään. Oikaisuvaatimus osoitetaan: {body}, {address}. Siinä ilmoitetaan päätös, "
        "millaista oikaisua vaaditaan ja millä perusteilla. Kirjaamo on avoinna klo {closes} saakka."
    ),
    Language.SV: (
        "Den som är missnöjd med beslutet kan begära skriftlig omprövning. Det får en part och en kommunmedlem göra. "
        "Begäran ska göras inom {days} dagar från delfåendet; dagen för delfåendet räknas inte med. Om den sista dagen är en "
        "helgdag, självständighetsdagen, första maj, jul- eller midsommarafton eller en helgfri lördag, fortsätter tiden till "
        "nästa vardag. Begäran riktas till: {body}, {address}. I den anges beslutet, hurdan rättelse som yrkas och på vilka "
        "grunder. Registratorskontoret är öppet till kl. {closes}."
    ),
    Language.EN: (
        "Whoever is dissatisfied with this decision may file a written claim for a revised decision; a party and a member of "
        "the municipality may do so. It is filed within {days} days of being notified of the decision, the day of notice not "
        "counted. If the last day is a holiday, Independence Day, May Day, Christmas Eve, Midsummer Eve or a Saturday, the "
        "time goes on to the next working day. It is addressed to: {body}, {address}, and names the decision, the change "
        "demanded and the grounds. The registry is open until {closes}."
    ),
}


def instructions(settings: Settings, regime: Regime, language: Language) -> str:
    """The instructions in one language, as the municipality's settings complete them."""
    return INSTRUCTION_TEXTS[language].format(
        days=regime.days,
        body=settings.claim_body,
        address=settings.claim_address,
        closes=f"{settings.registry_closes:%-H.%M}",
    )
