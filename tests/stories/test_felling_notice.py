"""A felling notice from end to end: decided by an officeholder without a round, for a fee that is invoiced.

This file and `domain/processes/felling_notice.py` go together: without the two everything else still passes.
"""

from decimal import Decimal
from typing import Any

import pytest

from domain.case import commands as c
from domain.case.events import (
    Closed,
    Decided,
    DecisionPublished,
    EligibilityEvaluated,
    Fee,
    ForwardedToInvoicing,
    LegalForceReached,
    Plan,
    ProposedForDecision,
    Served,
    Submitted,
    ToBeInvoiced,
)
from domain.decision import commands as d
from domain.decision.events import DecisionLine, Proposed
from domain.law.appeal import Mode
from domain.messages import Actor, Role
from domain.municipality.commands import AdoptSettings
from domain.processes.felling_notice import tariff
from domain.rejections import BadContent, Disqualified, FourEyes, Missing, NotAllowed, NotNow, OverLimit
from tests.stories.days import day
from tests.stories.examples import (
    CONTACT,
    ELINA,
    HANNA,
    HEIKKI,
    MAIJA,
    OUTI,
    PAULA,
    REIJO,
    SETTINGS,
    SIGNATURE,
    attachment,
    person,
    served,
    taken,
)
from tests.stories.story import enters, given, like
from tests.stories.world import Step, put, settle, stream

FORM: dict[str, Any] = {
    "property_id": "498-401-12-3",
    "trees": 12,
    "which": "Kaksitoista mäntyä tontin etelärajalla.",
    "why": "Puut varjostavat naapurin pihaa.",
    "felled_on": "2026-06-01",
}
FEE = Fee(
    amount=Decimal("120.00"),
    reason="Puunkaatoilmoituksen käsittely, enintään 50 puuta",
    source="RakL 79 §, rakennusvalvonnan taksa",
)
ACCOUNT_CHANGE = {"account": {"iban": "FI1410093000123458", "holder": "Outi"}, "evidence": "x"}
DELEGATION = {"officeholder_limit": Decimal("100.00")}


def adopted(**changes: Any) -> Step:
    settings = SETTINGS.model_copy(update=changes)
    return put(
        AdoptSettings(settings=settings, adopted_on=day("2.1.2026"), section="§ 4"), by=PAULA, on="2.1.2026"
    )


def notice(**changes: Any) -> c.Submit:
    told = {
        "process": "felling-notice",
        "contact": CONTACT,
        "form": FORM,
        "attachments": (attachment("map"),),
    }
    return c.Submit(**{**told, **changes})


def checked(failing: str = "", by: Actor = HANNA) -> list[Step]:
    return [
        put(c.RecordCheck(item=item, met=item != failing, evidence="Katselmus."), by=by, on="9.3.2026")
        for item in ("title", "plan", "minor", "protected")
    ]


def sent(**changes: Any) -> list[Step]:
    return [adopted(**changes), put(notice(), by=OUTI, on="4.3.2026")]


PERMIT = c.Evaluate(outcome="eligible", note="Vaikutukset jäävät vähäisiksi.")
PROPOSAL = d.Propose(cases=("soukka",), heading="Puunkaato 498-401-12-3")

IN_HANDLING = [*sent(), *taken(on="9.3.2026")]
READY = [*IN_HANDLING, *checked(), put(PERMIT, by=HANNA, on="10.3.2026")]
PROPOSED = [*READY, put(PROPOSAL, by=HANNA, on="11.3.2026")]
APPROVED = [*PROPOSED, put(d.Approve(), by=ELINA, on="12.3.2026")]
DECIDED = [*APPROVED, put(SIGNATURE, by=ELINA, on="12.3.2026")]
SERVED = [*DECIDED, put(d.Publish(), by=REIJO, on="13.3.2026"), served(on="13.3.2026")]
FINAL = [*SERVED, settle("23.4.2026")]


def test_a_notice_is_received_outside_any_round_and_without_an_account() -> None:
    story = given(adopted()).when(notice(), by=OUTI, on="4.3.2026")
    story.then(
        like(Submitted, process="felling-notice", round=None, title="498-401-12-3", account=None, late=False)
    )


@pytest.mark.parametrize(
    "change", [{"trees": 0}, {"trees": 1001}, {"property_id": "Kelotie 4"}, {"road_name": "Soukantie"}]
)
def test_its_form_asks_its_own_questions(change: dict[str, Any]) -> None:
    given(adopted()).when(notice(form={**FORM, **change}), by=OUTI, on="4.3.2026").rejected(BadContent)


def test_the_map_must_be_there() -> None:
    given(adopted()).when(notice(attachments=()), by=OUTI, on="4.3.2026").rejected(
        Missing, attachments=["map"]
    )


@pytest.mark.parametrize(
    ("trees", "euros"), [(1, "60.00"), (10, "60.00"), (11, "120.00"), (50, "120.00"), (51, "240.00"), (1000, "240.00")]
)  # fmt: skip
def test_the_fee_is_by_the_number_of_trees(trees: int, euros: str) -> None:
    assert tariff({"trees": trees}).amount == Decimal(euros)


def test_once_checked_it_waits_for_its_proposal_and_for_no_calculation() -> None:
    story = given([*IN_HANDLING, *checked()]).when(PERMIT, by=HANNA, on="10.3.2026")
    story.then(EligibilityEvaluated, enters("proposal", waits_for=Role.HANDLER))


def test_it_is_not_proposed_before_it_is_checked() -> None:
    given(IN_HANDLING).when(PROPOSAL, by=HANNA, on="9.3.2026").rejected(NotNow, case="MUODno-2026-1")
    given(READY).when(d.Propose(heading="Puunkaadot"), by=HANNA, on="11.3.2026").rejected(Missing)


def test_the_proposal_has_the_provision_the_grounds_and_the_fee() -> None:
    story = given(READY).when(PROPOSAL, by=HANNA, on="11.3.2026")
    story.then(
        like(
            Proposed,
            round=None,
            process="felling-notice",
            lines=(
                DecisionLine(
                    case="soukka",
                    number="MUODno-2026-1",
                    title="498-401-12-3",
                    granted=True,
                    amount=Decimal("0.00"),
                    note="Vaikutukset jäävät vähäisiksi.",
                    size=12,
                    grounds=("Vaikutukset jäävät vähäisiksi.",),
                    fee=FEE,
                ),
            ),
            total=Decimal("0.00"),
            legal_basis="RakL 53 §",
            conditions=(),
            budget_line="",
        ),
        enters("proposed", waits_for=Role.APPROVER),
    )
    story.then_in(stream("case"), ProposedForDecision(decision="grants"), enters("decision"))


def test_another_officeholder_signs_and_the_felling_is_permitted() -> None:
    story = given(APPROVED).when(SIGNATURE, by=ELINA, on="12.3.2026")
    story.then_in(
        stream("case"),
        like(
            Decided,
            granted=True,
            amount=Decimal("0.00"),
            legal_basis="RakL 53 §",
            grounds=("Vaikutukset jäävät vähäisiksi.",),
            plan=Plan(),
            fee=FEE,
        ),
        enters("service", waits_for=Role.REGISTRY),
    )
    assert "30 päivän kuluessa" in story.state().decision.instructions


def test_a_refusal_gives_its_reasons_in_words_and_costs_the_same() -> None:
    refused = c.Evaluate(outcome="rejected", reasons=("other",), note="Puut ovat osa kulttuurimaisemaa.")
    steps = [*IN_HANDLING, *checked(failing="minor"), put(refused, by=HANNA, on="10.3.2026")]
    story = given(steps).when(PROPOSAL, by=HANNA, on="11.3.2026").then(Proposed)
    [line] = story.state("decision").proposal.lines
    assert (line.granted, line.reasons, line.fee) == (False, ("minor", "other"), FEE)
    assert line.grounds == (
        "Vaikutukset maisemaan eivät ole vähäiset: tarvitaan maisematyölupa",
        "Muu peruste, joka on kerrottu perusteluissa",
        "Puut ovat osa kulttuurimaisemaa.",
    )


def test_whoever_prepared_it_does_not_decide_it() -> None:
    both = person("hanna", Role.HANDLER, Role.APPROVER)
    given(PROPOSED).when(d.Approve(), by=both, on="12.3.2026").rejected(FourEyes)
    given(APPROVED).when(SIGNATURE, by=both, on="12.3.2026").rejected(FourEyes)
    given(APPROVED).when(SIGNATURE, by=MAIJA, on="12.3.2026").rejected(NotAllowed, "approver")


def test_a_disqualified_handler_does_not_propose_it() -> None:
    declared = put(c.DeclareDisqualification(ground="5"), by=HANNA, on="9.3.2026")
    others = [put(step, by=HEIKKI, on="9.3.2026") for step in (c.Assign(), c.DeclareImpartiality())]
    steps = [*IN_HANDLING, declared, *others, *checked(by=HEIKKI), put(PERMIT, by=HEIKKI, on="10.3.2026")]
    given(steps).when(PROPOSAL, by=HANNA, on="11.3.2026").rejected(Disqualified)


def test_an_officeholder_decides_within_the_delegation_alone() -> None:
    """What is charged in a § counts as well as what is granted (hallintosääntö)."""
    steps = [*sent(**DELEGATION), *taken(on="9.3.2026"), *checked(), put(PERMIT, by=HANNA, on="10.3.2026")]
    given(steps).when(PROPOSAL, by=HANNA, on="11.3.2026").rejected(OverLimit, total="120.00", limit="100.00")
    board = PROPOSAL.model_copy(update={"body": "board"})
    given(steps).when(board, by=HANNA, on="11.3.2026").then(Proposed, enters("proposed-to-board"))


def test_it_is_made_known_by_public_notice_and_challenged_within_thirty_days() -> None:
    """Both periods end on Sunday 19.4.2026, and so on the Monday after it (hallintolaki 49 c §, L 150/1930 5 §)."""
    story = given(DECIDED).when(d.Publish(), by=REIJO, on="13.3.2026")
    [told] = [each.event for each in story.news if isinstance(each.event, DecisionPublished)]
    assert (told.clock.mode, told.clock.days, told.clock.last_day) == (Mode.NOTICE, 30, day("20.4.2026"))
    letter = story.when(c.Serve(mode=Mode.LETTER), by=REIJO, on="13.3.2026").then(
        Served, enters("appeal-period")
    )
    assert letter.state().served["applicant"].last_day == day("20.4.2026")


def test_a_statutory_notice_is_not_called_up() -> None:
    given(SERVED).when(d.CallUp(body="Kunnanhallitus"), by=REIJO, on="14.3.2026").rejected(NotNow, "92.5 §")


def test_the_fee_is_invoiced_after_legal_force_and_the_case_is_closed() -> None:
    story = given(SERVED).settle("22.4.2026")
    assert story.state().legal_force is None
    story.settle("23.4.2026").then(
        like(LegalForceReached, from_day=day("23.4.2026")),
        ToBeInvoiced(amount=Decimal("120.00"), why="fee"),
        enters("invoicing", waits_for=Role.PAYMENTS),
    )
    story = given(FINAL).when(c.ForwardToInvoicing(reference="L-2026-7"), by=MAIJA, on="24.4.2026")
    story.then(
        ForwardedToInvoicing(amount=Decimal("120.00"), reference="L-2026-7"), enters("closed", then="Close")
    )
    nothing = Decimal("0.00")
    story.settle().then(
        Closed(granted=nothing, paid=nothing, days_to_decision=8, days_to_payment=None, days=51),
        enters("archived"),
    )


def test_while_a_claim_is_open_nothing_is_invoiced() -> None:
    claim = d.ReceiveClaim.model_validate({"claimant": "Naapuri", "demand": "Puut on säilytettävä."})
    story = given(SERVED, put(claim, by=REIJO, on="20.4.2026 klo 14.00")).settle("1.6.2026")
    assert (story.state().stage, story.state().receivable) == ("claims", Decimal("0.00"))


def test_nothing_is_calculated_or_paid() -> None:
    given(READY).when(c.ChangeAccount.model_validate(ACCOUNT_CHANGE), by=HANNA, on="10.3.2026").rejected(
        NotNow
    )
    given(FINAL).when(c.OrderPayment(), by=MAIJA, on="24.4.2026").rejected(NotNow, stage="invoicing")
