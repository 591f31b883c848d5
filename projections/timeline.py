"""The timeline (asian kulku): what has happened, in plain words for the applicant, in fi, sv and en.

It is curated, not the log: names of events may change, and what an applicant has no use for is left out. A row keeps a
code and its values; the sentences stand here, and those about an outcome in the process, so that a better sentence
needs no rebuild.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from domain.case import events as e
from domain.decision import events as d
from domain.law.appeal import Mode
from domain.messages import HELSINKI, Entered, Event, RecordedEvent
from domain.municipality import events as m
from domain.process import LocalizedText, Outcome, Process, process
from domain.register import events as register
from domain.road import events as road
from domain.round import events as r
from domain.store.database import Database
from domain.user import events as u
from projections.read_model import Batch, ReadModel

timeline = ReadModel(
    "timeline",
    edition=4,
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
    );
    create table case_process (
        municipality text not null default tenant(),
        stream text not null,
        process text not null,
        edition int not null,
        primary key (municipality, stream)
    );
    create table payment (
        municipality text not null default tenant(),
        payment text not null,
        amount numeric(12, 2) not null,
        primary key (municipality, payment)
    )
    """,
)

TIMELINE_SENTENCES = {
    "received": {
        "fi": "Asia saapui kunnalle {arrived}.",
        "sv": "Ärendet kom in till kommunen {arrived}.",
        "en": "The case arrived at the municipality on {arrived}.",
    },
    "received-late": {
        "fi": "Hakemus saapui {arrived}, määräajan jälkeen. Siitä tehdään päätös.",
        "sv": "Ansökan kom in {arrived}, efter tidsfristen. Ett beslut fattas om den.",
        "en": "The application arrived on {arrived}, after the deadline. A decision will be made on it.",
    },
    "renewed": {
        "fi": "Edellisen kierroksen hakemus uusittiin {arrived}. Uutta hakemusta ei tarvita.",
        "sv": "Ansökan från den förra omgången förnyades {arrived}. Ingen ny ansökan behövs.",
        "en": "The application of an earlier round was renewed on {arrived}. No new application is needed.",
    },
    "registered": {
        "fi": "Asia kirjattiin numerolla {number}.",
        "sv": "Ärendet registrerades med nummer {number}.",
        "en": "The case was registered under number {number}.",
    },
    "acknowledged": {
        "fi": "Saapumisesta lähetettiin vahvistus.",
        "sv": "En bekräftelse på ankomsten skickades.",
        "en": "The arrival was acknowledged.",
    },
    "in-handling": {
        "fi": "Asia on käsiteltävänä.",
        "sv": "Ärendet är under behandling.",
        "en": "The case is being handled.",
    },
    "completion-requested": {
        "fi": "Pyysimme täydennystä viimeistään {due}: {what}",
        "sv": "Vi bad om komplettering senast {due}: {what}",
        "en": "We asked for completion by {due}: {what}",
    },
    "completion-extended": {
        "fi": "Täydennykselle annettiin lisäaikaa. Viimeinen päivä on {due}.",
        "sv": "Tiden för komplettering förlängdes. Sista dagen är {due}.",
        "en": "The time to complete was extended. The last day is {due}.",
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
        "fi": "Täydennyksen määräaika päättyi {due}. Asia käsitellään niillä tiedoilla, jotka on saatu.",
        "sv": "Tiden för komplettering gick ut {due}. Ärendet behandlas utifrån de uppgifter som finns.",
        "en": "The time to complete ended on {due}. The case is handled on what there is.",
    },
    "withdrawn": {
        "fi": "Asia peruutettiin.",
        "sv": "Ärendet återkallades.",
        "en": "The case was withdrawn.",
    },
    "account-changed": {
        "fi": "Tilinumero vaihdettiin.",
        "sv": "Kontonumret ändrades.",
        "en": "The account was changed.",
    },
    "served": {
        "fi": "Päätös annettiin tiedoksi {how} {on}. Oikaisuvaatimuksen voi tehdä viimeistään {last}.",
        "sv": "Beslutet delgavs {how} {on}. Omprövning kan begäras senast {last}.",
        "en": "The decision was served {how} on {on}. A revised decision can be claimed until {last}.",
    },
    "served-on-another": {
        "fi": "Päätös annettiin tiedoksi toiselle asianosaiselle {on}.",
        "sv": "Beslutet delgavs en annan part {on}.",
        "en": "The decision was served on another party on {on}.",
    },
    "published": {
        "fi": "Päätös julkaistiin {on}.",
        "sv": "Beslutet publicerades {on}.",
        "en": "The decision was published on {on}.",
    },
    "instructions-wrong": {
        "fi": "Oikaisuvaatimusohje oli virheellinen. Päätös annetaan tiedoksi uudelleen, ja aika alkaa alusta.",
        "sv": "Anvisningen för att begära omprövning var felaktig. Beslutet delges på nytt och tiden börjar om.",
        "en": "The instructions for a claim were wrong. The decision is served again, and the time starts anew.",
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
        "fi": "Päätös otettiin ylemmän toimielimen käsiteltäväksi.",
        "sv": "Beslutet togs upp till behandling i ett högre organ.",
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
        "fi": "Päätös on lainvoimainen {from_day} alkaen.",
        "sv": "Beslutet har vunnit laga kraft från och med {from_day}.",
        "en": "The decision has legal force from {from_day}.",
    },
    "instalment-approved": {
        "fi": "Maksuerä {amount} hyväksyttiin maksettavaksi.",
        "sv": "En delbetalning på {amount} godkändes för utbetalning.",
        "en": "An instalment of {amount} was approved to be paid.",
    },
    "final-account-settled": {
        "fi": "Lopputilitys on tarkastettu. Lopullinen avustus on {amount}.",
        "sv": "Slutredovisningen har granskats. Det slutliga bidraget är {amount}.",
        "en": "The final account has been checked. The final grant is {amount}.",
    },
    "to-be-invoiced": {
        "fi": "Kunta laskuttaa tekemästään työstä {amount}.",
        "sv": "Kommunen fakturerar {amount} för arbetet som den utförde.",
        "en": "The municipality invoices {amount} for the work that it did.",
    },
    "fee-to-be-invoiced": {
        "fi": "Päätöksestä laskutetaan maksu {amount}.",
        "sv": "En avgift på {amount} faktureras för beslutet.",
        "en": "The fee of {amount} for the decision is invoiced.",
    },
    "to-be-recovered": {
        "fi": "Avustusta on maksettu liikaa. Takaisin maksetaan {amount}.",
        "sv": "För mycket bidrag har betalats ut. {amount} ska betalas tillbaka.",
        "en": "Too much of the grant was paid. {amount} is to be paid back.",
    },
    "forwarded-to-invoicing": {
        "fi": "Laskutettava summa, {amount}, siirrettiin laskutukseen.",
        "sv": "Beloppet {amount} överfördes till faktureringen.",
        "en": "The sum of {amount} was handed to invoicing.",
    },
    "payment-released": {
        "fi": "Maksu {amount} on matkalla. Se lähtee kunnan tililtä {due}.",
        "sv": "Betalningen på {amount} är på väg. Den lämnar kommunens konto {due}.",
        "en": "The payment of {amount} is on its way. It leaves the municipality's account on {due}.",
    },
    "payment-refused": {
        "fi": "Maksua ei voitu lähettää annetulle tilille. Tarvitsemme uuden tilinumeron.",
        "sv": "Betalningen kunde inte skickas till det angivna kontot. Vi behöver ett nytt kontonummer.",
        "en": "The payment could not be sent to the account given. We need a new account number.",
    },
    "paid": {
        "fi": "Avustusta maksettiin {amount} {booked}.",
        "sv": "Av bidraget betalades {amount} {booked}.",
        "en": "{amount} of the grant was paid on {booked}.",
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
    "closed": {
        "fi": "Asian käsittely on päättynyt.",
        "sv": "Behandlingen av ärendet är avslutad.",
        "en": "The handling of the case has ended.",
    },
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

DECISION_SENTENCES: dict[str, Callable[[Outcome, Outcome], LocalizedText]] = {
    "accepted": lambda granted, _: granted.checked,
    "not-accepted": lambda _, rejected: rejected.checked,
    "granted": lambda granted, _: granted.decided,
    "rejected": lambda _, rejected: rejected.decided,
}
"""Codes whose sentence is the process's own."""

MODE_PHRASES = {
    Mode.LETTER: {"fi": "kirjeellä", "sv": "per brev", "en": "by letter"},
    Mode.ELECTRONIC: {"fi": "sähköisesti", "sv": "elektroniskt", "en": "electronically"},
    Mode.HANDED: {"fi": "henkilökohtaisesti", "sv": "personligen", "en": "in person"},
    Mode.RECEIPT: {"fi": "saantitodistusta vastaan", "sv": "mot mottagningsbevis", "en": "against a receipt"},
    Mode.SUBSTITUTE: {
        "fi": "sijaistiedoksiantona",
        "sv": "genom mellanhandsdelgivning",
        "en": "by substitute service",
    },
    Mode.PUBLISHED: {"fi": "verkossa", "sv": "på webben", "en": "on the web"},
    Mode.NOTICE: {
        "fi": "julkisella kuulutuksella",
        "sv": "genom offentlig kungörelse",
        "en": "by public notice",
    },
}
"""How a decision was served, in the words of the sentence about it."""

TimelineEntry = tuple[str, dict[str, Any]] | None
TIMELINE_ENTRIES: dict[type[Event], Callable[[Any], TimelineEntry]] = {
    e.Submitted: lambda it: (
        "renewed" if it.channel == "renewal" else "received-late" if it.late else "received",
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
    Entered: lambda it: ("in-handling", {}) if it.stage == "handling" else None,
    e.EligibilityEvaluated: lambda it: ("accepted" if it.outcome == "eligible" else "not-accepted", {}),
    e.Decided: lambda it: (
        "granted" if it.granted else "rejected",
        {"amount": str(it.amount), "section": it.section, "decided": it.decided_on.isoformat()},
    ),
    e.Served: lambda it: (
        "served" if it.party == "applicant" else "served-on-another",
        {
            "how": it.clock.mode.value,
            "on": it.clock.on.isoformat(),
            "last": it.clock.last_day.isoformat(),
        },
    ),
    e.DecisionPublished: lambda it: ("published", {"on": it.clock.on.isoformat()}),
    e.InstructionsFoundWrong: lambda _: ("instructions-wrong", {}),
    e.ClaimReceived: lambda _: ("claim-received", {}),
    e.ClaimWithdrawn: lambda _: ("claim-withdrawn", {}),
    e.ClaimDismissed: lambda _: ("claim-dismissed", {}),
    e.CalledUp: lambda _: ("called-up", {}),
    e.CallUpEnded: lambda _: ("call-up-ended", {}),
    e.AppealPeriodEnded: lambda it: ("appeal-period-ended", {"last": it.last_day.isoformat()}),
    e.LegalForceReached: lambda it: ("legal-force", {"from_day": it.from_day.isoformat()}),
    e.InstalmentApproved: lambda it: ("instalment-approved", {"amount": str(it.amount)}),
    e.FinalAccountSettled: lambda it: ("final-account-settled", {"amount": str(it.final)}),
    e.ToBeInvoiced: lambda it: (
        "fee-to-be-invoiced" if it.why == "fee" else "to-be-invoiced",
        {"amount": str(it.amount)},
    ),
    e.ToBeRecovered: lambda it: ("to-be-recovered", {"amount": str(it.amount)}),
    e.ForwardedToInvoicing: lambda it: ("forwarded-to-invoicing", {"amount": str(it.amount)}),
    e.PaymentReleased: lambda it: ("payment-released", {"due": it.due.isoformat()}),
    e.PaymentRefused: lambda _: ("payment-refused", {}),
    e.PaymentBooked: lambda it: ("paid", {"booked": it.booked_on.isoformat()}),
    e.PaymentReturned: lambda it: ("payment-returned", {"returned": it.returned_on.isoformat()}),
    e.Noted: lambda _: ("noted", {}),
    e.Closed: lambda _: ("closed", {}),
    e.PersonalDataRemoved: lambda _: ("personal-data-removed", {}),
    e.PersonalDataErased: lambda _: ("personal-data-erased", {}),
}
"""Which facts are told, as which sentence, with which of their values; of stages entered, handling alone."""

NOT_IN_TIMELINE: frozenset[type[Event]] = frozenset(
    {
        # An applicant has no use for who does what inside the house.
        e.Assigned, e.ImpartialityDeclared, e.DisqualificationDeclared, e.Checked, e.PartyAdded, e.EvaluationReopened,
        e.FindingRecorded, e.Calculated, e.ProposedForDecision, e.ProposalWithdrawn, e.PaymentOrdered, e.PaymentInstructed,
        # What happens to rounds, decisions and municipalities is told in their cases, where it matters to them.
        d.Proposed, d.ProposalReturned, d.Approved, d.Signed, d.PutOnAgenda, d.DecidedInMeeting, d.MinutesChecked,
        d.Published, d.ClaimFiled, r.RoundOpened, r.Enlisted, r.RoundClosed, r.ValuesFixed,
        r.CalculationRun, m.SettingsAdopted, m.RuleSetAdopted, register.NumberTaken, road.Granted,
        # Who may act in which role is told to administrators and auditors.
        u.UserAdded, u.RolesChanged, u.UserDisabled, u.UserEnabled, u.AdministratorsChanged,
    }
)  # fmt: skip
"""Facts that are not told. Each fact there is stands here or in `TOLD`; a test looks."""


@timeline.on(e.PaymentOrdered)
def ordered(rows: Batch, recorded: RecordedEvent, event: e.PaymentOrdered) -> None:
    """Hidden; but what is told of the payment later says how much it is."""
    rows.insert("payment", payment=event.payment, amount=event.amount)


@timeline.on(*TIMELINE_ENTRIES)
def add_entry(rows: Batch, recorded: RecordedEvent, event: Event) -> None:
    if isinstance(event, e.Submitted):
        _remember_process(rows, recorded, event)
    telling = TIMELINE_ENTRIES[type(event)](event) if recorded.stream.kind == "case" else None
    if telling is None:
        return
    code, told = telling
    rows(
        "insert into entry (stream, version, at, role, code, told) values"
        " (%(stream)s, %(version)s, %(at)s, %(role)s, %(code)s, %(told)s || coalesce("
        "(select jsonb_build_object('amount', amount::text) from payment where payment = %(payment)s), '{}'))",
        stream=str(recorded.stream),
        version=recorded.version,
        at=recorded.recorded_at,
        role=recorded.role.value,
        code=code,
        told=Jsonb(told),
        payment=getattr(event, "payment", None),
    )


def _remember_process(rows: Batch, recorded: RecordedEvent, event: e.Submitted) -> None:
    """Which process the case is of says how its outcome is told."""
    rows(
        "insert into case_process (stream, process, edition) values (%(stream)s, %(process)s, %(edition)s)",
        stream=str(recorded.stream),
        process=event.process,
        edition=event.edition,
    )


def entries(database: Database, municipality: str, stream: str, language: str) -> list[dict[str, Any]]:
    """What has happened, the latest last: when, by which role, and a sentence in the language."""
    found = timeline.query(
        database,
        municipality,
        "select at, role, code, told, process, edition from entry join case_process using (municipality, stream)"
        " where stream = %(stream)s order by version",
        stream=stream,
    )
    return [
        {
            "at": row["at"],
            "role": row["role"],
            "code": row["code"],
            "text": timeline_sentence(
                row["code"], row["told"], language, process(row["process"], row["edition"])
            ),
        }
        for row in found
    ]


def timeline_sentence(code: str, told: dict[str, str], language: str, kind: Process) -> str:
    """The sentence of a code with its values as the language writes them."""
    shown = {name: _written(name, value, language) for name, value in told.items()}
    if (of_outcome := DECISION_SENTENCES.get(code)) is None:
        return TIMELINE_SENTENCES[code][language].format(**shown)
    assert kind.decides is not None, "only a process that decides evaluates"
    return of_outcome(kind.decides.granted, kind.decides.rejected)[language].format(**shown)


def _written(name: str, value: str, language: str) -> str:
    match name:
        case "amount":
            return format_amount(Decimal(value), language)
        case "how":
            return MODE_PHRASES[Mode(value)][language]
        case "number" | "what" | "section":
            return value
    day = date.fromisoformat(value)
    return f"{day.day}.{day.month}.{day.year}"


def format_amount(amount: Decimal, language: str) -> str:
    """`1 842,50 €` with no-break spaces, or `€1,842.50` in English."""
    text = f"{amount:,.2f}"
    return f"€{text}" if language == "en" else text.replace(",", "\u00a0").replace(".", ",") + "\u00a0€"


def _helsinki(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).date().isoformat()
