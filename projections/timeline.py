"""The timeline (asian kulku): what has happened, in plain words for the applicant, in fi, sv and en.

It is curated, not the log: names of events may change, and what an applicant has no use for is left out. A row keeps a
code and its values; the sentences stand here, so that a better sentence needs no rebuild.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from domain.case import events as e
from domain.database import Database
from domain.messages import HELSINKI, Event, RecordedEvent
from projections.read_model import Batch, ReadModel

timeline = ReadModel(
    "timeline",
    edition=1,
    table="""
    create table entry (
        municipality text not null default tenant(),
        stream text not null,
        version int not null,
        at timestamptz not null,
        role text not null,
        code text not null,
        told jsonb not null,
        primary key (municipality, stream, version)
    )
    """,
)

SENTENCES = {
    "received": {
        "fi": "Hakemus saapui {arrived}.",
        "sv": "Ansökan kom in {arrived}.",
        "en": "The application arrived on {arrived}.",
    },
    "received-late": {
        "fi": "Hakemus saapui {arrived}, määräajan jälkeen. Siitä tehdään päätös.",
        "sv": "Ansökan kom in {arrived}, efter tidsfristen. Ett beslut fattas om den.",
        "en": "The application arrived on {arrived}, after the deadline. A decision will be made on it.",
    },
    "registered": {
        "fi": "Asia kirjattiin numerolla {number}.",
        "sv": "Ärendet registrerades med nummer {number}.",
        "en": "The case was registered under number {number}.",
    },
    "acknowledged": {
        "fi": "Saapuminen vahvistettiin.",
        "sv": "Ankomsten bekräftades.",
        "en": "The arrival was acknowledged.",
    },
    "completion-requested": {
        "fi": "Pyysimme täydentämään hakemusta viimeistään {due}: {what}",
        "sv": "Vi bad att ansökan kompletteras senast {due}: {what}",
        "en": "We asked for completion by {due}: {what}",
    },
    "completion-extended": {
        "fi": "Täydennykselle annettiin lisäaikaa {due} asti.",
        "sv": "Tiden för komplettering förlängdes till {due}.",
        "en": "The time to complete was extended to {due}.",
    },
    "completion-cancelled": {
        "fi": "Täydennystä ei enää tarvita.",
        "sv": "Kompletteringen behövs inte längre.",
        "en": "Completion is no longer needed.",
    },
    "completion-answered": {
        "fi": "Täydennys saapui.",
        "sv": "Kompletteringen kom in.",
        "en": "The completion arrived.",
    },
    "completion-lapsed": {
        "fi": "Täydennyksen määräaika {due} päättyi. Asia käsitellään saatujen tietojen perusteella.",
        "sv": "Tiden för komplettering gick ut {due}. Ärendet behandlas utifrån de uppgifter som finns.",
        "en": "The time to complete ended on {due}. The case is handled on what there is.",
    },
    "withdrawn": {
        "fi": "Hakemus peruutettiin.",
        "sv": "Ansökan återkallades.",
        "en": "The application was withdrawn.",
    },
    "account-changed": {
        "fi": "Tilinumero vaihdettiin.",
        "sv": "Kontonumret ändrades.",
        "en": "The account was changed.",
    },
    "evaluated": {
        "fi": "Hakemus on tarkastettu.",
        "sv": "Ansökan har granskats.",
        "en": "The application has been checked.",
    },
    "proposed": {
        "fi": "Asiasta on tehty päätösehdotus.",
        "sv": "Ett förslag till beslut har gjorts.",
        "en": "A decision has been proposed.",
    },
    "granted": {
        "fi": "Avustusta myönnettiin {amount} ({section}, {decided}).",
        "sv": "Bidrag beviljades {amount} ({section}, {decided}).",
        "en": "A grant of {amount} was awarded ({section}, {decided}).",
    },
    "rejected": {
        "fi": "Hakemus hylättiin ({section}, {decided}). Perustelut ovat päätöksessä.",
        "sv": "Ansökan avslogs ({section}, {decided}). Motiveringen finns i beslutet.",
        "en": "The application was rejected ({section}, {decided}). The reasons are in the decision.",
    },
    "served": {
        "fi": "Päätös annettiin tiedoksi {on}. Oikaisuvaatimuksen voi tehdä viimeistään {last}.",
        "sv": "Beslutet delgavs {on}. Omprövning kan begäras senast {last}.",
        "en": "The decision was served on {on}. A revised decision can be claimed until {last}.",
    },
    "published": {
        "fi": "Päätös julkaistiin {on}.",
        "sv": "Beslutet publicerades {on}.",
        "en": "The decision was published on {on}.",
    },
    "instructions-wrong": {
        "fi": "Oikaisuvaatimusohje oli virheellinen. Päätös annetaan tiedoksi uudelleen, ja aika alkaa alusta.",
        "sv": "Anvisningen om omprövning var felaktig. Beslutet delges på nytt och tiden börjar om.",
        "en": "The instructions were wrong. The decision is served again, and the time starts anew.",
    },
    "claim-received": {
        "fi": "Päätöksestä tehtiin oikaisuvaatimus.",
        "sv": "Omprövning av beslutet begärdes.",
        "en": "A claim for a revised decision was filed.",
    },
    "claim-withdrawn": {
        "fi": "Oikaisuvaatimus peruutettiin.",
        "sv": "Begäran om omprövning återkallades.",
        "en": "The claim for a revised decision was withdrawn.",
    },
    "claim-dismissed": {
        "fi": "Oikaisuvaatimus jätettiin tutkimatta.",
        "sv": "Begäran om omprövning avvisades.",
        "en": "The claim for a revised decision was dismissed without examining it.",
    },
    "called-up": {
        "fi": "Asia otettiin ylemmän toimielimen käsiteltäväksi.",
        "sv": "Ärendet togs upp till behandling i ett högre organ.",
        "en": "A higher body called the matter up.",
    },
    "call-up-ended": {
        "fi": "Ylempi toimielin ei muuttanut päätöstä.",
        "sv": "Det högre organet ändrade inte beslutet.",
        "en": "The higher body did not change the decision.",
    },
    "appeal-period-ended": {
        "fi": "Oikaisuvaatimusaika päättyi {last}.",
        "sv": "Tiden för att begära omprövning gick ut {last}.",
        "en": "The time to claim a revised decision ended on {last}.",
    },
    "legal-force": {
        "fi": "Päätös on lainvoimainen.",
        "sv": "Beslutet har vunnit laga kraft.",
        "en": "The decision has legal force.",
    },
    "payment-released": {
        "fi": "Maksu lähtee {due}.",
        "sv": "Betalningen skickas {due}.",
        "en": "The payment leaves on {due}.",
    },
    "payment-refused": {
        "fi": "Maksua ei voitu lähettää tilille. Otamme yhteyttä.",
        "sv": "Betalningen kunde inte skickas till kontot. Vi tar kontakt.",
        "en": "The payment could not be sent to the account. We will be in touch.",
    },
    "paid": {
        "fi": "Avustus maksettiin {booked}.",
        "sv": "Bidraget betalades {booked}.",
        "en": "The grant was paid on {booked}.",
    },
    "payment-returned": {
        "fi": "Maksu palautui {returned}. Tarvitsemme uuden tilinumeron.",
        "sv": "Betalningen kom tillbaka {returned}. Vi behöver ett nytt kontonummer.",
        "en": "The payment came back on {returned}. We need a new account number.",
    },
    "noted": {
        "fi": "Ilmoitus on merkitty tiedoksi.",
        "sv": "Anmälan har antecknats för kännedom.",
        "en": "The notice has been noted.",
    },
    "closed": {"fi": "Asia on päättynyt.", "sv": "Ärendet är avslutat.", "en": "The case is closed."},
    "personal-data-removed": {
        "fi": "Henkilötiedot poistettiin verkosta.",
        "sv": "Personuppgifterna togs bort från webben.",
        "en": "Personal data was removed from the web.",
    },
    "personal-data-erased": {
        "fi": "Asian henkilötiedot on hävitetty.",
        "sv": "Ärendets personuppgifter har förstörts.",
        "en": "The personal data of the case has been erased.",
    },
}

Telling = tuple[str, dict[str, Any]]
TOLD: dict[type[Event], Callable[[Any], Telling]] = {
    e.Submitted: lambda it: (
        "received-late" if it.late else "received",
        {"arrived": _helsinki(it.arrived_at)},
    ),
    e.Registered: lambda it: ("registered", {"number": it.number}),
    e.Acknowledged: lambda _: ("acknowledged", {}),
    e.CompletionRequested: lambda it: ("completion-requested", {"due": it.due.isoformat(), "what": it.what}),
    e.CompletionExtended: lambda it: ("completion-extended", {"due": it.due.isoformat()}),
    e.CompletionCancelled: lambda _: ("completion-cancelled", {}),
    e.CompletionAnswered: lambda _: ("completion-answered", {}),
    e.CompletionLapsed: lambda it: ("completion-lapsed", {"due": it.due.isoformat()}),
    e.Withdrawn: lambda _: ("withdrawn", {}),
    e.AccountChanged: lambda _: ("account-changed", {}),
    e.EligibilityEvaluated: lambda _: ("evaluated", {}),
    e.ProposedForDecision: lambda _: ("proposed", {}),
    e.Decided: lambda it: (
        "granted" if it.granted else "rejected",
        {"amount": str(it.amount), "section": it.section, "decided": it.decided_on.isoformat()},
    ),
    e.Served: lambda it: ("served", {"on": it.clock.on.isoformat(), "last": it.clock.last_day.isoformat()}),
    e.DecisionPublished: lambda it: ("published", {"on": it.clock.on.isoformat()}),
    e.InstructionsFoundWrong: lambda _: ("instructions-wrong", {}),
    e.ClaimReceived: lambda _: ("claim-received", {}),
    e.ClaimWithdrawn: lambda _: ("claim-withdrawn", {}),
    e.ClaimDismissed: lambda _: ("claim-dismissed", {}),
    e.CalledUp: lambda _: ("called-up", {}),
    e.CallUpEnded: lambda _: ("call-up-ended", {}),
    e.AppealPeriodEnded: lambda it: ("appeal-period-ended", {"last": it.last_day.isoformat()}),
    e.LegalForceReached: lambda _: ("legal-force", {}),
    e.PaymentReleased: lambda it: ("payment-released", {"due": it.due.isoformat()}),
    e.PaymentRefused: lambda _: ("payment-refused", {}),
    e.PaymentBooked: lambda it: ("paid", {"booked": it.booked_on.isoformat()}),
    e.PaymentReturned: lambda it: ("payment-returned", {"returned": it.returned_on.isoformat()}),
    e.Noted: lambda _: ("noted", {}),
    e.Closed: lambda _: ("closed", {}),
    e.PersonalDataRemoved: lambda _: ("personal-data-removed", {}),
    e.PersonalDataErased: lambda _: ("personal-data-erased", {}),
}
"""Which facts are told, as which sentence, with which of their values."""

LEFT_OUT = frozenset({
    e.Assigned,
    e.ImpartialityDeclared,
    e.DisqualificationDeclared,
    e.Checked,
    e.PartyAdded,
    e.EvaluationReopened,
    e.Calculated,
    e.ProposalWithdrawn,
    e.PaymentOrdered,
    e.PaymentInstructed,
})  # fmt: skip
"""Facts of a case that an applicant has no use for."""


@timeline.on(*TOLD)
def tell(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    if recorded.stream.kind != "case":
        return
    code, told = TOLD[type(event)](event)
    rows(
        "insert into entry (stream, version, at, role, code, told) values"
        " (%(stream)s, %(version)s, %(at)s, %(role)s, %(code)s, %(told)s)",
        stream=str(recorded.stream),
        version=recorded.version,
        at=recorded.recorded_at,
        role=recorded.role.value,
        code=code,
        told=Jsonb(told),
    )


def entries(database: Database, municipality: str, stream: str, language: str) -> list[dict[str, Any]]:
    """What has happened, the latest last: when, by which role, and a sentence in the language."""
    found = timeline.query(
        database,
        municipality,
        "select at, role, code, told from entry where stream = %(stream)s order by version",
        stream=stream,
    )
    return [
        {
            "at": row["at"],
            "role": row["role"],
            "code": row["code"],
            "text": sentence(row["code"], row["told"], language),
        }
        for row in found
    ]


def sentence(code: str, told: dict[str, str], language: str) -> str:
    """The sentence of a code with its values as the language writes them."""
    shown = {name: _written(name, value, language) for name, value in told.items()}
    return SENTENCES[code][language].format(**shown)


def _written(name: str, value: str, language: str) -> str:
    match name:
        case "amount":
            return money(Decimal(value), language)
        case "number" | "what" | "section":
            return value
    day = date.fromisoformat(value)
    return f"{day.day}.{day.month}.{day.year}"


def money(amount: Decimal, language: str) -> str:
    """`1 842,50 €` with no-break spaces, or `€1,842.50` in English."""
    text = f"{amount:,.2f}"
    return f"€{text}" if language == "en" else text.replace(",", "\u00a0").replace(".", ",") + "\u00a0€"


def _helsinki(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).date().isoformat()
