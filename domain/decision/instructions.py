"""Instructions for claiming a revised decision (oikaisuvaatimusohje), attached to every decision (KuntaL 141 §)."""

from domain.law.appeal import Regime
from domain.municipality.events import Language, Settings
from domain.texts.formats import format_time
from domain.texts.translation import texts, translate

INSTRUCTION_TEXT = texts(
    "Whoever is dissatisfied with this decision may file a written claim for a revised decision; a party and a member of "
    "the municipality may do so. It is filed within {days} days of being notified of the decision, the day of notice not "
    "counted. If the last day is a holiday, Independence Day, May Day, Christmas Eve, Midsummer Eve or a Saturday, the "
    "time goes on to the next working day. It is addressed to: {body}, {address}, and names the decision, the change "
    "demanded and the grounds. The registry is open until {closes}."
)


def instructions(settings: Settings, regime: Regime, language: Language) -> str:
    """The instructions in one language, as the municipality's settings complete them."""
    return translate(
        language,
        INSTRUCTION_TEXT,
        days=regime.days,
        body=settings.claim_body,
        address=settings.claim_address,
        closes=format_time(settings.registry_closes, language),
    )
