"""Examples: Muonio's round of 2022 with its people, and what has happened before a story begins.

Every prefix really puts its commands. Functions are steps for any case; names in capitals are whole prefixes of the
main case, Soukan yksityistie, each one step longer than the one before.
"""

from decimal import Decimal
from typing import Any

from domain.case import commands as c
from domain.case.events import Account, Attachment, Contact
from domain.criteria.compiler import compile_rule_set
from domain.criteria.ruleset import RuleSet
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import Actor, Role
from domain.municipality.commands import AdoptRuleSet, AdoptSettings
from domain.municipality.events import Settings
from domain.personal import Personal
from domain.round.commands import Calculate, OpenRound
from tests.stories.days import day, instant
from tests.stories.documents import by_length
from tests.stories.world import MUNICIPALITY, Step, put, settle

# People: an opaque id and the roles they hold -------------------------------------------------------------------------


def person(user_id: str, *roles: Role) -> Actor:
    """Somebody with these roles in the story's municipality."""
    return Actor(user_id, MUNICIPALITY, frozenset(roles))


OUTI = person("outi", Role.APPLICANT)
AINO = person("aino", Role.CUSTOMER_SERVICE)
REIJO = person("reijo", Role.REGISTRY)
HANNA = person("hanna", Role.HANDLER)
HEIKKI = person("heikki", Role.HANDLER)
ELINA = person("elina", Role.APPROVER)
MAIJA = person("maija", Role.PAYMENTS)
JOUNI = person("jouni", Role.MANAGER)
ARJA = person("arja", Role.ARCHIVIST)
PAULA = person("paula", Role.ADMINISTRATOR)

# What the municipality adopted ---------------------------------------------------------------------------------------

SETTINGS = Settings(
    name="Muonio",
    prefix="MUODno",
    case_number="{prefix}-{year}-{running}",
    claim_body="Muonion elinvoimalautakunta",
    claim_address="Puthaanrannantie 15, 99300 Muonio",
    officeholder_limit=Decimal("50000.00"),
    delegation="hallintosääntö 24 §",
)

CRITERIA = compile_rule_set(by_length())

OPENS, CLOSES = "1.6.2022 klo 9.00", "30.6.2022 klo 15.00"

# What an applicant sends ---------------------------------------------------------------------------------------------

CONTACT = Contact(name=Personal("Outi Osakas"), address=Personal("Soukantie 1, 99300 Muonio"))
ACCOUNT = Account(iban=Personal("FI2112345600000785"), holder=Personal("Soukan tiekunta"))
NEW_ACCOUNT = Account(iban=Personal("FI1410093000123458"), holder=Personal("Soukan tiekunta"))


def attachment(kind: str) -> Attachment:
    """A document of this kind."""
    return Attachment(kind=kind, sha256="5" * 64, name=f"{kind}.pdf", media_type="application/pdf", size=1234)


FORM: dict[str, Any] = {
    "road_name": "Soukan yksityistie",
    "association": "Soukan tiekunta",
    "usage_unit": "Y2004-11427",
    "village": "Muotkavaara",
    "length_m": 10450,
    "permanent_households": 12,
    "costs_eur": "12000.00",
}


def application(*, form: dict[str, Any] | None = None, **changes: Any) -> c.Submit:
    """An application for a private-road grant; `form` holds the answers that differ."""
    content = {
        "process": "private-road-grant",
        "round": "2022",
        "organisation": "Soukan tiekunta",
        "contact": CONTACT,
        "account": ACCOUNT,
        "form": {**FORM, **(form or {})},
        "attachments": (attachment("minutes"),),
    }
    return c.Submit(**{**content, **changes})


def on_paper(arrived: str, reason: str = "Tuli postissa.", **changes: Any) -> c.Submit:
    """An application that came on paper, entered later by customer service."""
    return application(channel="paper", arrived_at=instant(arrived), entered_reason=reason, **changes)


# Steps ---------------------------------------------------------------------------------------------------------------

CHECKLIST = ("road-register", "digiroad", "habitation", "passable")


def opened(
    budget: str = "30000.00", settings: Settings = SETTINGS, criteria: RuleSet = CRITERIA
) -> list[Step]:
    """Settings and criteria are adopted, and the round is opened under them."""
    return [
        put(
            AdoptSettings(settings=settings, adopted_on=day("2.5.2022"), section="§ 41"),
            by=PAULA,
            on="2.5.2022",
        ),
        put(AdoptRuleSet(document=criteria.text), by=PAULA, on="31.5.2022"),
        put(
            OpenRound(
                name="Yksityistieavustukset 2022",
                process=criteria.document.process,
                rule_set=criteria.name,
                rule_set_edition=criteria.edition,
                budget=Decimal(budget),
                budget_line="Yksityistiet 4740",
                opens_at=instant(OPENS),
                closes_at=instant(CLOSES),
            ),
            by=HANNA,
            on="31.5.2022 klo 13.00",
        ),
    ]


def applied(to: str | None = None, on: str = "7.6.2022", **changes: Any) -> list[Step]:
    """An application came through the e-service, and was registered by itself."""
    return [put(application(**changes), by=OUTI, on=on, to=to)]


def taken(to: str | None = None, on: str = "1.7.2022") -> list[Step]:
    """Hanna has the case in hand and has declared that nothing disqualifies her."""
    return [put(c.Assign(), by=HANNA, on=on, to=to), put(c.DeclareImpartiality(), by=HANNA, on=on, to=to)]


def checked(to: str | None = None, on: str = "1.7.2022", failing: str = "") -> list[Step]:
    """Every item of the checklist is looked up; one may fail."""
    return [
        put(c.RecordCheck(item=item, met=item != failing, evidence=f"tosite {item}"), by=HANNA, on=on, to=to)
        for item in CHECKLIST
    ]


def eligible(to: str | None = None, on: str = "1.7.2022") -> list[Step]:
    """The case is taken, checked and found eligible."""
    return [*taken(to, on), *checked(to, on), put(c.Evaluate(outcome="eligible"), by=HANNA, on=on, to=to)]


def rejected(*reasons: str, to: str, on: str = "1.7.2022") -> list[Step]:
    """The case is taken, checked, and to be rejected with these reasons."""
    found = c.Evaluate(outcome="rejected", reasons=reasons)
    return [*taken(to, on), *checked(to, on), put(found, by=HANNA, on=on, to=to)]


CALCULATED_ON, PROPOSED_ON, SIGNED_ON, PUBLISHED_ON = "4.7.2022", "5.7.2022", "6.7.2022", "7.7.2022"

PROPOSAL = d.Propose(round="2022", heading="Yksityistieavustukset 2022")
SIGNATURE = d.Sign(signature=Personal("Elina Elinvoimajohtaja, elinvoimajohtaja"))
CALCULATE, PROPOSE = put(Calculate(), by=HANNA, on=CALCULATED_ON), put(PROPOSAL, by=HANNA, on=PROPOSED_ON)
APPROVE, SIGN = put(d.Approve(), by=ELINA, on=SIGNED_ON), put(SIGNATURE, by=ELINA, on=SIGNED_ON)
PUBLISH = put(d.Publish(more_information=Personal("Hanna, 040 1234567")), by=REIJO, on=PUBLISHED_ON)


def served(to: str | None = None, on: str = PUBLISHED_ON, mode: Mode = Mode.LETTER, **more: Any) -> Step:
    """The decision was served on a party, by letter where nothing else is said."""
    return put(c.Serve(mode=mode, **more), by=REIJO, on=on, to=to)


# Prefixes: the main case, further and further ------------------------------------------------------------------------

ROUND_OPEN = opened()
SUBMITTED = [*ROUND_OPEN, *applied()]
IN_HANDLING = [*SUBMITTED, *taken()]
CHECKED = [*IN_HANDLING, *checked()]
ELIGIBLE = [*SUBMITTED, *eligible()]
CALCULATED = [*ELIGIBLE, CALCULATE]
PROPOSED = [*CALCULATED, PROPOSE]
DECIDED = [*PROPOSED, APPROVE, SIGN]
PUBLISHED = [*DECIDED, PUBLISH]
SERVED = [*PUBLISHED, served()]
"""Published and posted on Thursday 7.7.2022: both last days are Thursday 28.7.2022."""
FINAL = [*SERVED, settle("2.8.2022")]
"""Two working days of grace later, legal force, and the payment has its id."""

PAYMENT = "498-MUODno-2022-1-1"
RELEASED = [*FINAL, put(c.ReleasePayment(payment=PAYMENT), by=MAIJA, on="2.8.2022 klo 13.00")]

BEFORE_THE_BOARD = [*CALCULATED, put(PROPOSAL.model_copy(update={"body": "board"}), by=HANNA, on=PROPOSED_ON)]
ON_THE_AGENDA = [*BEFORE_THE_BOARD, put(d.PutOnTheAgenda(meets_on=day("12.7.2022")), by=REIJO, on="6.7.2022")]
BOARD_DECIDED = [
    *ON_THE_AGENDA,
    put(d.RecordMeeting(section="§ 58", decided_on=day("12.7.2022")), by=REIJO, on="12.7.2022 klo 18.00"),
]

MIXED = [
    *SUBMITTED,
    *applied(to="short", form={"road_name": "Lyhyt tie", "length_m": 400}),
    *applied(to="late", on="1.7.2022 klo 8.00", form={"road_name": "Myöhäinen tie"}),
    *eligible(),
    *rejected(to="short"),
    *rejected(to="late"),
    CALCULATE,
]
"""One to be granted, one to be rejected for its length, and one for coming late."""
