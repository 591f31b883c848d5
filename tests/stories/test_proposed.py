"""Proposed: every ready line of the round, granted or rejected, as the last run gave it; or returned with a reason."""

from decimal import Decimal

import pytest

from domain.case import commands as c
from domain.case.events import Calculated, Ground, ProposalWithdrawn, ProposedForDecision
from domain.decision import commands as d
from domain.decision.events import DecisionLine, ProposalReturned, Proposed
from domain.messages import Role
from domain.rejections import (
    BadContent,
    Disqualified,
    Missing,
    NotAllowed,
    NotFound,
    NotNow,
)
from domain.round.commands import Calculate
from tests.stories.documents import CONDITION
from tests.stories.examples import (
    AINO,
    APPROVE,
    CALCULATE,
    CALCULATED,
    CALCULATED_ON,
    ELINA,
    HANNA,
    HEIKKI,
    MIXED,
    OUTI,
    PROPOSAL,
    PROPOSE,
    PROPOSED,
    PROPOSED_ON,
    SIGNED_ON,
    SUBMITTED,
    applied,
    eligible,
    on_paper,
)
from tests.stories.muonio import ROADS, TOTAL, all_roads
from tests.stories.story import enters, given, like
from tests.stories.world import case, put

GRANT = Decimal("29991.50")

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
                like(
                    DecisionLine, case="short", granted=False, amount=Decimal("0.00"), reasons=("too-short",)
                ),
                like(DecisionLine, case="late", granted=False, amount=Decimal("0.00"), reasons=("late",)),
                like(
                    DecisionLine,
                    case="soukka",
                    number="MUODno-2022-1",
                    granted=True,
                    amount=GRANT,
                    size=10450,
                ),
            ),
            total=GRANT,
            legal_basis="YksTL 84 §",
            conditions=(CONDITION,),
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
    story.when(named, by=HANNA, on=PROPOSED_ON).rejected(
        NotNow, "when its checks are finished, and its calculation", case="MUODno-2022-2"
    )
    story.when(PROPOSAL, by=HANNA, on=PROPOSED_ON).rejected(Missing, "finish the checks, and the calculation")


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ({"round": "2021"}, "no such round"),
        ({"cases": ("nowhere",)}, "no such case"),
        ({"round": None, "cases": ("soukka",)}, "one round and one process"),
    ],
)
def test_a_decision_is_about_cases_that_there_are_in_one_round(
    change: dict[str, object], saying: str
) -> None:
    command = PROPOSAL.model_copy(update=change)
    given(CALCULATED).when(command, by=HANNA, on=PROPOSED_ON).rejected(BadContent, saying)


def test_nothing_is_proposed_when_the_round_has_changed_since_it_was_calculated() -> None:
    """A share that is given up belongs to the others: the budget is shared anew before anything is proposed."""
    two = given(SUBMITTED, applied(to="second"), eligible(), eligible(to="second"), CALCULATE)
    gone = two.when(c.Withdraw(reason="Emme hae."), by=OUTI, on=CALCULATED_ON, to="second")
    gone = gone.when(PROPOSAL, by=HANNA, on=PROPOSED_ON).rejected(NotNow, "calculate again")
    gone = gone.when(Calculate(), by=HANNA, on=PROPOSED_ON).then_in(case("soukka"), like(Calculated, run=2))
    gone.when(PROPOSAL, by=HANNA, on=PROPOSED_ON).then(like(Proposed, total=GRANT))
    reopen = c.ReopenEvaluation(reason="Digiroad.")
    again = two.when(reopen, by=HANNA, on=CALCULATED_ON, to="second")
    again.when(PROPOSAL, by=HANNA, on=PROPOSED_ON).rejected(NotNow, cases=["MUODno-2022-2"])


def test_an_application_in_time_that_was_found_later_is_checked_before_anything_is_proposed() -> None:
    """Hallintolaki 18 §: it arrived in time, so it shares the budget, whenever it is entered."""
    letter = put(on_paper("30.6.2022", "Löytyi postilaatikosta."), by=AINO, on=CALCULATED_ON, to="found")
    given(CALCULATED, letter).when(PROPOSAL, by=HANNA, on=PROPOSED_ON).rejected(
        NotNow, "check every case", cases=["MUODno-2022-2"]
    )


def test_a_case_is_in_one_proposal_at_a_time() -> None:
    given(PROPOSED).when(PROPOSAL, by=HANNA, on=PROPOSED_ON, to="another").rejected(Missing)


def test_a_disqualified_handler_prepares_no_decision_in_the_case() -> None:
    """Hallintolaki 27 §: the disqualified takes no part, in preparing either."""
    declare = put(c.DeclareDisqualification(ground=Ground.PARTY), by=HEIKKI, on="1.7.2022")
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
    story.then_in(
        case("soukka"), ProposalWithdrawn(decision="grants"), enters("proposal", waits_for=Role.HANDLER)
    )
    story.when(d.Approve(), by=ELINA, on=SIGNED_ON).rejected(NotNow, stage="returned")
    story.when(Calculate(), by=HANNA, on=SIGNED_ON).then_in(case("soukka"), like(Calculated, run=2))
    story.when(PROPOSAL, by=HANNA, on=SIGNED_ON, to="again").then(Proposed)
