"""Decided: proposed by one, approved and signed by another within the delegation, each line with its reasons."""

from decimal import Decimal

import pytest

from domain.case.events import Calculated, Decided, ProposalWithdrawn, ProposedForDecision
from domain.case import commands as c
from domain.decision import commands as d
from domain.decision.events import Approved, DecisionLine, ProposalReturned, Proposed, Signed
from domain.messages import Role
from domain.personal import Personal
from domain.register.events import NumberTaken
from domain.rejections import BadContent, Disqualified, FourEyes, Missing, NotAllowed, NotFound, NotNow, OverLimit
from domain.round.commands import Calculate
from tests.stories.days import day
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    CALCULATED,
    CRITERIA,
    ELINA,
    HANNA,
    HEIKKI,
    PROPOSAL,
    PROPOSE,
    PROPOSED,
    PROPOSED_ON,
    ROADS,
    SETTINGS,
    SIGN,
    SIGNATURE,
    SIGNED_ON,
    SUBMITTED,
    TOTAL,
    all_roads,
    applied,
    eligible,
    opened,
    person,
    rejected,
)
from tests.stories.story import Story, enters, given, like
from tests.stories.world import case, put, stream

GRANT = Decimal("29991.50")
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

# Proposed ------------------------------------------------------------------------------------------------------------


def test_a_decision_is_proposed_for_every_ready_case_of_the_round_granted_and_rejected() -> None:
    """Hallintolaki 25 §: matters that belong together are prepared and decided together."""
    story = given(MIXED).when(PROPOSAL, by=HANNA, on=PROPOSED_ON)
    story.then(
        like(
            Proposed,
            body="officeholder",
            round="2022",
            lines=(
                like(DecisionLine, case="short", granted=False, amount=Decimal("0.00"), reasons=("too-short",)),
                like(DecisionLine, case="late", granted=False, amount=Decimal("0.00"), reasons=("late",)),
                like(DecisionLine, case="soukka", number="MUODno-2022-1", granted=True, amount=GRANT, length_m=10450),
            ),
            total=GRANT,
            legal_basis="YksTL 84 §",
            conditions=CRITERIA.conditions,
            budget_line="Yksityistiet 4740",
            prepared_by="hanna",
        ),
        enters("proposed", waits_for=Role.APPROVER),
    )
    for key in ("short", "late", "soukka"):
        story.then_in(
            case(key), ProposedForDecision(decision="grants"), enters("decision", waits_for=Role.APPROVER)
        )


def test_muonio_decided_nineteen_roads_in_one_section() -> None:
    proposal = given(all_roads(), CALCULATE, PROPOSE).state("decision").proposal
    assert len(proposal.lines) == len(ROADS) == 19
    assert proposal.total == TOTAL


def test_what_is_not_ready_is_left_out_unless_it_is_named() -> None:
    story = given(SUBMITTED, applied(to="second"), eligible())
    named = PROPOSAL.model_copy(update={"cases": ("second",)})
    story.when(named, by=HANNA, on=PROPOSED_ON).rejected(NotNow, "not checked and calculated", case="MUODno-2022-2")
    story.when(PROPOSAL, by=HANNA, on=PROPOSED_ON).rejected(Missing, "check and calculate first")


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ({"round": "2021"}, "no such round"),
        ({"cases": ("nowhere",)}, "no such case"),
        ({"round": None, "cases": ("soukka",)}, "one round and one process"),
    ],
)
def test_a_decision_is_about_cases_that_there_are_in_one_round(change: dict[str, object], saying: str) -> None:
    wish = PROPOSAL.model_copy(update=change)
    given(CALCULATED).when(wish, by=HANNA, on=PROPOSED_ON).rejected(BadContent, saying)


def test_a_case_is_in_one_proposal_at_a_time() -> None:
    given(PROPOSED).when(PROPOSAL, by=HANNA, on=PROPOSED_ON, to="another").rejected(Missing)


def test_a_disqualified_handler_prepares_no_decision_in_the_case() -> None:
    """Hallintolaki 27 §: the disqualified takes no part, in preparing either."""
    declare = put(c.DeclareDisqualification(ground="1"), by=HEIKKI, on="1.7.2022")  # type: ignore[arg-type]
    heikki_first = [put(c.Assign(), by=HEIKKI, on="1.7.2022"), declare]
    given(SUBMITTED, heikki_first, eligible(), CALCULATE).when(PROPOSAL, by=HEIKKI, on=PROPOSED_ON).rejected(
        Disqualified
    )


def test_a_proposal_is_made_by_a_handler() -> None:
    given(CALCULATED).when(PROPOSAL, by=ELINA, on=PROPOSED_ON).rejected(NotAllowed, "handler")


def test_nobody_approves_what_is_not_there() -> None:
    given(CALCULATED).when(d.Approve(), by=ELINA, on=PROPOSED_ON).rejected(NotFound)


# Returned ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("approved", [False, True])
def test_a_returned_proposal_frees_its_cases_to_be_calculated_and_proposed_again(approved: bool) -> None:
    story = given(PROPOSED, [APPROVE] if approved else [])
    story = story.when(d.ReturnProposal(reason="Ehdot puuttuvat."), by=ELINA, on=SIGNED_ON)
    story = story.then(ProposalReturned(reason="Ehdot puuttuvat."), enters("returned"))
    story.then_in(case("soukka"), ProposalWithdrawn(decision="grants"), enters("proposal", waits_for=Role.HANDLER))
    story.when(d.Approve(), by=ELINA, on=SIGNED_ON).rejected(NotNow, stage="returned")
    story.when(Calculate(), by=HANNA, on=SIGNED_ON).then_in(case("soukka"), like(Calculated, run=2))
    story.when(PROPOSAL, by=HANNA, on=SIGNED_ON, to="again").then(Proposed)


# Approved and signed -------------------------------------------------------------------------------------------------


def test_whoever_prepared_the_decision_neither_approves_nor_signs_it() -> None:
    """KuntaL 39 §, internal control: the same pair of eyes does not do both."""
    both = person("hanna", Role.HANDLER, Role.APPROVER)
    given(PROPOSED).when(d.Approve(), by=both, on=SIGNED_ON).rejected(FourEyes, "another person decides")
    given(PROPOSED, APPROVE).when(SIGNATURE, by=both, on=SIGNED_ON).rejected(FourEyes)


def test_whoever_is_disqualified_in_a_case_decides_none_of_the_decision() -> None:
    both = person("heikki", Role.HANDLER, Role.APPROVER)
    declare = [
        put(c.Assign(), by=both, on="1.7.2022"),
        put(c.DeclareDisqualification(ground="5"), by=both, on="1.7.2022"),  # type: ignore[arg-type]
    ]
    story = given(SUBMITTED, declare, eligible(), CALCULATE, PROPOSE)
    story.when(d.Approve(), by=both, on=SIGNED_ON).rejected(Disqualified)
    given(SUBMITTED, declare, eligible(), CALCULATE, PROPOSE, APPROVE).when(SIGNATURE, by=both, on=SIGNED_ON).rejected(
        Disqualified
    )


def test_another_approves_and_signs() -> None:
    given(PROPOSED).when(d.Approve(), by=ELINA, on=SIGNED_ON).then(
        Approved(approved_by="elina"), enters("approved", waits_for=Role.APPROVER)
    )
    story = given(PROPOSED, APPROVE).when(SIGNATURE, by=ELINA, on=SIGNED_ON)
    story.then(
        like(
            Signed,
            section="§ 1",
            decided_on=day(SIGNED_ON),
            signature=Personal("Elina Elinvoimajohtaja, elinvoimajohtaja", subject="signer"),
            decided_by="elina",
        ),
        enters("to-publish", waits_for=Role.REGISTRY),
    )
    story.then_in(stream("register", "2022-sections"), NumberTaken(running=1, taken_by="498/decision/grants"))


def test_sections_run_without_gaps_through_the_year() -> None:
    first = PROPOSAL.model_copy(update={"cases": ("short", "late")})
    signed = [
        put(wish, by=by, on=PROPOSED_ON, to="rejections")
        for wish, by in ((first, HANNA), (d.Approve(), ELINA), (SIGNATURE, ELINA))
    ]
    assert given(MIXED, signed, PROPOSE, APPROVE, SIGN).state("decision").section == "§ 2"


def test_it_is_signed_after_it_is_approved_by_an_approver() -> None:
    given(PROPOSED).when(SIGNATURE, by=ELINA, on=SIGNED_ON).rejected(NotNow, stage="proposed")
    given(PROPOSED, APPROVE).when(SIGNATURE, by=HANNA, on=SIGNED_ON).rejected(NotAllowed, "approver")


@pytest.mark.parametrize(("limit", "may"), [("29991.50", True), ("29991.49", False)])
def test_an_officeholder_decides_up_to_the_delegated_sum(limit: str, may: bool) -> None:
    """KuntaL 91 §: power is delegated in the administrative regulations; above it the board decides."""
    settings = SETTINGS.model_copy(update={"officeholder_limit": Decimal(limit)})
    prefix = [*opened(settings=settings), *applied(), *eligible(), CALCULATE, PROPOSE, APPROVE]
    story = given(prefix).when(SIGNATURE, by=ELINA, on=SIGNED_ON)
    if may:
        story.then(Signed)
    else:
        story.rejected(OverLimit, "hallintosääntö 24 §", total="29991.50", limit=limit)


# What each case learns -----------------------------------------------------------------------------------------------


def signed() -> Story:
    return given(MIXED, PROPOSE, APPROVE).when(SIGNATURE, by=ELINA, on=SIGNED_ON)


def test_a_granted_line_has_its_sum_law_conditions_and_instructions() -> None:
    """Hallintolaki 43–47 § and YksTL 84–85 §."""
    signed().then_in(
        case("soukka"),
        like(
            Decided,
            decision="grants",
            section="§ 1",
            decided_on=day(SIGNED_ON),
            granted=True,
            amount=GRANT,
            reasons=(),
            legal_basis="YksTL 84 §",
            conditions=CRITERIA.conditions,
            prepared_by="hanna",
            decided_by="elina",
        ),
        enters("service", waits_for=Role.REGISTRY),
    )


@pytest.mark.parametrize(("key", "reason"), [("short", "too-short"), ("late", "late")])
def test_a_rejected_line_has_reasons_and_instructions_too_and_is_served_like_any_other(key: str, reason: str) -> None:
    """KuntaL 141 §; KHO:2009:100: a late application is rejected by a decision that can be appealed."""
    story = signed().then_in(
        case(key), like(Decided, granted=False, amount=Decimal("0.00"), reasons=(reason,), conditions=()), enters("service")
    )
    instructions = story.state("case", key).decision.instructions
    assert "14 päivän kuluessa" in instructions
    assert "Muonion elinvoimalautakunta, Puthaanrannantie 15, 99300 Muonio" in instructions
    assert "klo 15.00" in instructions
