"""What the pages offer is what the application accepts: at every stage, for every role, in lists and over HTTP."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from api.v1.commands import CREATION_COMMANDS, command_path
from domain.case import commands as c
from domain.context import Context
from domain.decider import decide_command
from domain.decision import commands as d
from domain.decision.stages import DECISION_STAGES as DECISION
from domain.messages import Actor, Command, Role, StreamId, system_actor
from domain.municipality.commands import AdoptRuleSet
from domain.municipality.stages import MUNICIPALITY_STAGES as MUNICIPALITY
from domain.processes import process, processes
from domain.rejections import Rejection
from domain.round.stages import ROUND_STAGES as ROUND
from domain.stages import Stage
from domain.user.commands import DisableUser, EnableUser
from domain.user.stages import USER_STAGES
from tests.command_examples import ACCOUNT, COMMANDS, body, example
from tests.conftest import ApiClient, ClientFactory
from tests.live_municipality import LiveMunicipality, application

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
PAGES = {
    "case": "/cases/{}",
    "round": "/rounds/{}",
    "decision": "/decisions/{}",
    "municipality": "/municipality",
    "user": "/users/{}",
}

Place = tuple[str, str]


def put(
    municipality: LiveMunicipality, kind: str, key: str, command: Command, role: Role, name: str = ""
) -> None:
    municipality.put(kind, key, command, name or role.value, role)


def internal(municipality: LiveMunicipality, kind: str, key: str, command: Command) -> None:
    stream = StreamId(municipality.code, kind, key)
    municipality.store.handle(stream, command, by=system_actor(municipality.code), command_id=uuid4())


def life(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """Everything that a case, a round and a decision can come to, one stop at each stage."""
    municipality.open()
    yield "municipality", "settings"
    yield "round", "r"
    put(municipality, "case", "c0", application("c0"), Role.APPLICANT, owner)
    yield "case", "c0"  # reception
    municipality.settle()
    yield "case", "c0"  # handling
    put(municipality, "case", "c0", c.Assign(), Role.HANDLER)
    put(municipality, "case", "c0", c.DeclareImpartiality(), Role.HANDLER)
    put(municipality, "case", "c0", c.RequestCompletion(what="the length"), Role.HANDLER)
    yield "case", "c0"  # completion
    put(municipality, "case", "c0", c.CancelCompletion(reason="found it"), Role.HANDLER)
    for item in ("road-register", "digiroad", "habitation", "passable"):
        put(municipality, "case", "c0", c.RecordCheck(item=item, met=True, evidence="seen"), Role.HANDLER)
    put(municipality, "case", "c0", c.Evaluate(outcome="eligible"), Role.HANDLER)
    yield "case", "c0"  # calculation
    yield from decided(municipality)
    yield from contested(municipality)
    yield from paid(municipality, ["c0"])


def decided(municipality: LiveMunicipality) -> Iterator[Place]:
    municipality.at(2022, 7, 1, 8)
    municipality.settle()
    yield "round", "r"  # closed
    put(municipality, "round", "r", COMMANDS["Calculate"](), Role.HANDLER)
    yield "case", "c0"  # proposal
    proposal = d.Propose(round="r", heading="Avustukset")
    put(municipality, "decision", "back", proposal, Role.HANDLER)
    yield "decision", "back"  # proposed
    put(municipality, "decision", "back", d.ReturnProposal(reason="not yet"), Role.APPROVER)
    yield "decision", "back"  # returned
    put(municipality, "decision", "board", proposal.model_copy(update={"body": "board"}), Role.HANDLER)
    yield "decision", "board"  # proposed-to-board
    put(
        municipality,
        "decision",
        "board",
        d.PutOnTheAgenda(meets_on=municipality.store.clock.now().date()),
        Role.REGISTRY,
    )
    yield "decision", "board"  # on-agenda
    yield "case", "c0"  # decision
    meeting = d.RecordMeeting(section="§ 5", decided_on=municipality.store.clock.now().date())
    put(municipality, "decision", "board", meeting, Role.REGISTRY)
    yield "decision", "board"  # minutes
    put(municipality, "decision", "board", d.CheckMinutes(), Role.REGISTRY)
    yield "decision", "board"  # to-publish
    yield "case", "c0"  # service
    put(municipality, "case", "c0", c.Serve(mode="letter"), Role.REGISTRY)
    put(municipality, "decision", "board", d.Publish(), Role.REGISTRY)
    yield "decision", "board"  # published
    yield "case", "c0"  # appeal-period


def contested(municipality: LiveMunicipality) -> Iterator[Place]:
    claim = d.ReceiveClaim.model_validate({"claimant": "Väinö", "demand": "more", "asParty": True})
    put(municipality, "decision", "board", claim, Role.REGISTRY)
    day = municipality.case("c0").last_day + timedelta(days=1)
    municipality.at(day.year, day.month, day.day, 8)
    municipality.settle()
    yield "case", "c0"  # claims
    yield "decision", "board"  # published-without-personal-data
    put(municipality, "decision", "board", d.WithdrawClaim(claim="claim-1", reason="agreed"), Role.REGISTRY)
    yield "case", "c0"  # legal-force
    day += timedelta(days=8)
    municipality.at(day.year, day.month, day.day, 8)
    internal(municipality, "case", "c0", c.ReachLegalForce())
    yield "case", "c0"  # payment-order


def paid(municipality: LiveMunicipality, keys: list[str]) -> Iterator[Place]:
    municipality.settle()
    yield "case", "c0"  # payment-release
    municipality.release(keys)
    yield "case", "c0"  # payment-booking
    payment = municipality.case("c0").payment.id
    internal(municipality, "case", "c0", c.RecordRefusal(payment=payment, reason="no such account"))
    yield "case", "c0"  # payment-account
    account = c.ChangeAccount.model_validate({"account": ACCOUNT, "evidence": "the bank's letter"})
    put(municipality, "case", "c0", account, Role.HANDLER)
    municipality.settle()
    municipality.release(keys)
    payment = municipality.case("c0").payment
    booked = c.BookPayment(payment=payment.id, booked_on=municipality.store.clock.now().date(), reference="b")
    put(municipality, "case", "c0", booked, Role.PAYMENTS)
    yield "case", "c0"  # closed
    municipality.settle()
    yield "case", "c0"  # archived


def on_account(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """A grant that is paid on account, too much of it: an instalment, the final account, and what is recovered."""
    municipality.open()
    adopted = AdoptRuleSet(document=PAID_ON_ACCOUNT)
    put(municipality, "municipality", "settings", adopted, Role.ADMINISTRATOR)
    opened = example("OpenRound").model_copy(update={"rule_set": "on-account", "budget": Decimal(1000)})
    put(municipality, "round", "r2", opened, Role.HANDLER)
    sent = application("c0").model_copy(update={"round": "r2"})
    put(municipality, "case", "c0", sent, Role.APPLICANT, owner)
    municipality.settle()
    municipality.handle(["c0"])
    municipality.at(2022, 7, 1, 8)
    municipality.settle()
    put(municipality, "round", "r2", COMMANDS["Calculate"](), Role.HANDLER)
    put(municipality, "decision", "d", d.Propose(round="r2", heading="Avustukset"), Role.HANDLER)
    put(municipality, "decision", "d", d.Approve(), Role.APPROVER)
    put(municipality, "decision", "d", d.Sign.model_validate({"signature": "A"}), Role.APPROVER)
    put(municipality, "decision", "d", d.Publish(), Role.REGISTRY)
    put(municipality, "case", "c0", c.Serve(mode="letter"), Role.REGISTRY)
    for month in (8, 9):
        municipality.at(2022, month, 1, 8)
        municipality.settle()
    yield "case", "c0"  # on-account
    put(
        municipality,
        "case",
        "c0",
        c.ApproveInstalment(amount=Decimal(100), evidence="invoices"),
        Role.HANDLER,
    )
    municipality.settle()
    municipality.release(["c0"])
    payment = municipality.case("c0").payment
    booked = c.BookPayment(payment=payment.id, booked_on=municipality.store.clock.now().date(), reference="b")
    put(municipality, "case", "c0", booked, Role.PAYMENTS)
    account = c.SettleAccount(inputs={"actual_costs": "100"}, evidence="accounts")
    put(municipality, "case", "c0", account, Role.HANDLER)
    yield "case", "c0"  # invoicing


PAID_ON_ACCOUNT = """\
name: on-account
process: private-road-grant
adopted: {by: Lautakunta, on: 2022-05-31, section: § 58}
inputs:
  costs: {type: money, from: application.costs_eur}
  actual_costs: {type: money, from: final_account}
grant: 50 % * costs
payment: {when: on_account, instalments: 50 %, final: 50 % * actual_costs}
"""


def officeholder(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """The one stage that a board's decision does not pass."""
    municipality.open()
    keys = municipality.apply(1)
    municipality.settle()
    municipality.handle(keys)
    municipality.at(2022, 7, 1, 8)
    municipality.settle()
    put(municipality, "round", "r", COMMANDS["Calculate"](), Role.HANDLER)
    put(municipality, "decision", "d", d.Propose(round="r", heading="Avustukset"), Role.HANDLER)
    put(municipality, "decision", "d", d.Approve(), Role.APPROVER)
    yield "decision", "d"


def notice(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """A process without decision and payment."""
    municipality.open()
    form = {"eventName": "Markkinat", "place": "Tori", "startsOn": "2022-08-01", "endsOn": "2022-08-01", "expected": 50}  # fmt: skip
    sent = c.Submit.model_validate(
        {"process": "event-notice", "contact": {"name": "N", "address": "T"}, "form": form}
    )
    put(municipality, "case", "c0", sent, Role.APPLICANT, owner)
    municipality.settle()
    yield "case", "c0"


def felling(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """A process that is decided without a round, and charges a fee."""
    municipality.open()
    sent = c.Submit.model_validate(
        {
            "process": "felling-notice",
            "contact": {"name": "N", "address": "T"},
            "form": {
                "propertyId": "498-401-12-3",
                "trees": 3,
                "which": "Kuuset.",
                "why": "Lahoja.",
                "felledOn": "2022-12-01",
            },
            "attachments": [
                {
                    "kind": "map",
                    "sha256": "a" * 64,
                    "name": "k.pdf",
                    "mediaType": "application/pdf",
                    "size": 3,
                }
            ],
        }
    )
    put(municipality, "case", "c0", sent, Role.APPLICANT, owner)
    municipality.settle()
    yield "case", "c0"  # handling
    put(municipality, "case", "c0", c.Assign(), Role.HANDLER)
    put(municipality, "case", "c0", c.DeclareImpartiality(), Role.HANDLER)
    for item in ("title", "plan", "minor", "protected"):
        put(municipality, "case", "c0", c.RecordCheck(item=item, met=True, evidence="seen"), Role.HANDLER)
    put(municipality, "case", "c0", c.Evaluate(outcome="eligible"), Role.HANDLER)
    yield "case", "c0"  # proposal
    put(municipality, "decision", "d", d.Propose(cases=("c0",), heading="Puunkaato"), Role.HANDLER)
    put(municipality, "decision", "d", d.Approve(), Role.APPROVER)
    put(municipality, "decision", "d", d.Sign.model_validate({"signature": "A"}), Role.APPROVER)
    put(municipality, "decision", "d", d.Publish(), Role.REGISTRY)
    put(municipality, "case", "c0", c.Serve(mode="letter"), Role.REGISTRY)
    for month in (7, 8):
        municipality.at(2022, month, 20, 8)
        municipality.settle()
    yield "case", "c0"  # invoicing


def staff(municipality: LiveMunicipality, owner: str) -> Iterator[Place]:
    """A user who is added, disabled and enabled again."""
    put(municipality, "user", "u1", example("AddUser"), Role.ADMINISTRATOR)
    yield "user", "u1"  # active
    put(municipality, "user", "u1", DisableUser(), Role.ADMINISTRATOR)
    yield "user", "u1"  # disabled
    put(municipality, "user", "u1", EnableUser(), Role.ADMINISTRATOR)
    yield "user", "u1"  # active


def accepted(municipality: LiveMunicipality, stream: StreamId, name: str, by: Actor) -> bool:
    """Whether this command is accepted from somebody now; a rule beyond the stage's table does not matter here."""

    class Streams(dict[StreamId, Any]):
        def __missing__(self, other: StreamId) -> Any:
            return municipality.store.read(other)[1]

    context = Context(now=municipality.store.clock.now(), by=by, stream=stream, streams=Streams())
    try:
        decide_command(example(name), context)
    except Rejection as rejection:
        at_the_table = rejection.code in ("not-now", "not-allowed") and "command" in rejection.details
        return not (at_the_table or rejection.code == "not-found")
    return True


NOTICES = [notice] if ("event-notice", 1) in processes() else []
FELLINGS = [felling] if ("felling-notice", 1) in processes() else []


@pytest.mark.parametrize("story", [life, on_account, officeholder, staff, *NOTICES, *FELLINGS])
def test_what_is_offered_is_what_is_accepted_at_every_stage_for_every_role(
    municipality: LiveMunicipality, client_for: ClientFactory, story: Any
) -> None:
    people = {role: client_for(role) for role in PEOPLE}
    turn, stages = count(), set()
    for kind, key in story(municipality, people[Role.APPLICANT].user_id):
        stream = StreamId(municipality.code, kind, key)
        version = municipality.store.read(stream)[0]
        names = [
            name for name, each in COMMANDS.items() if each.kind == kind and each not in CREATION_COMMANDS
        ]
        not_offered: list[tuple[str, ApiClient]] = []
        for role, person in people.items():
            page = person.get(PAGES[kind].format(key)).json()
            offered = {each["name"] for each in page.get("allowed", ())}
            begins = offered & {command.__name__ for command in CREATION_COMMANDS}
            assert begins == ({"Propose"} if proposes(story, page, role) else set()), (stream, role)
            offered -= begins
            if "allowed" in page:
                stages.add((kind, page.get("stage", "in-force")))
            by = Actor(person.user_id, municipality.code, frozenset({role}))
            assert offered == {name for name in names if accepted(municipality, stream, name, by)}, (
                stream,
                role,
            )
            not_offered += [(name, person) for name in names if name not in offered]
        refused_by_the_api(not_offered[next(turn) % 7 :: 7], key, version)
        assert municipality.store.read(stream)[0] == version, "nothing was done by the API"
    assert stages_of(story) <= stages, stages_of(story) - stages


def proposes(story: Any, page: Any, role: Role) -> bool:
    """A handler begins the proposal on the page of a case that no round proposes, when its turn has come."""
    return story is felling and role is Role.HANDLER and page.get("stage") == "proposal"


def refused_by_the_api(commands: list[tuple[str, ApiClient]], key: str, version: int) -> None:
    """Put some of what is not offered all the same: one in seven, others at each stop, for all would take a minute."""
    for name, person in commands:
        response = person.post(
            command_path(COMMANDS[name], key),
            json=body(name),
            headers={"If-Match": f'"{version}"', "Idempotency-Key": str(uuid4())},
        )
        assert response.status_code in (403, 404, 422), (name, response.text)
        assert response.json()["code"] in ("not-now", "not-allowed", "not-found"), (name, response.text)


def stages_of(story: Any) -> set[tuple[str, str]]:
    """Every stage there is; each is stopped at in one of the stories."""
    if story is on_account:
        return {("case", stage) for stage in ON_ACCOUNT}
    if story is staff:
        return {("user", stage.name) for stage in USER_STAGES if stage.name != "new"}
    if story is officeholder:
        return {("decision", "approved")}
    if story is notice:
        return {("case", "handling")}
    if story is felling:
        return {("case", "handling"), ("case", "proposal"), ("case", "invoicing")}
    tables: dict[str, Sequence[Stage[Any]]] = {
        "case": process("private-road-grant").stages,
        "round": ROUND,
        "decision": [stage for stage in DECISION if stage.name != "approved"],
        "municipality": MUNICIPALITY,
    }
    found = {(kind, stage.name) for kind, table in tables.items() for stage in table if stage.name != "new"}
    return found - {("case", stage) for stage in ON_ACCOUNT}


ON_ACCOUNT = ("on-account", "invoicing")
