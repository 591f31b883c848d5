"""Decided: approved and signed by another than prepared it, within the delegation; each line with its reasons."""

from decimal import Decimal

import pytest

from domain.case import commands as c
from domain.case.events import Decided, Ground
from domain.decision import commands as d
from domain.decision.events import Approved, Proposed, Signed
from domain.messages import Role
from domain.personal import Personal
from domain.register.events import NumberTaken
from domain.rejections import (
    Disqualified,
    FourEyes,
    NotAllowed,
    NotNow,
    OverLimit,
)
from tests.stories.days import day
from tests.stories.documents import CONDITION
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    ELINA,
    HANNA,
    MIXED,
    PROPOSAL,
    PROPOSE,
    PROPOSED,
    PROPOSED_ON,
    SETTINGS,
    SIGN,
    SIGNATURE,
    SIGNED_ON,
    SUBMITTED,
    applied,
    eligible,
    opened,
    person,
)
from tests.stories.story import Scenario, enters, given, like
from tests.stories.world import case, put, stream

GRANT = Decimal("29991.50")

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
        put(c.DeclareDisqualification(ground=Ground.ON_THE_BOARD), by=both, on="1.7.2022"),
    ]
    story = given(SUBMITTED, declare, eligible(), CALCULATE, PROPOSE)
    story.when(d.Approve(), by=both, on=SIGNED_ON).rejected(Disqualified)
    given(SUBMITTED, declare, eligible(), CALCULATE, PROPOSE, APPROVE).when(
        SIGNATURE, by=both, on=SIGNED_ON
    ).rejected(Disqualified)


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
        put(command, by=by, on=PROPOSED_ON, to="rejections")
        for command, by in ((first, HANNA), (d.Approve(), ELINA), (SIGNATURE, ELINA))
    ]
    assert given(MIXED, signed, PROPOSE, APPROVE, SIGN).state("decision").section == "§ 2"


def test_it_is_signed_after_it_is_approved_by_an_approver() -> None:
    given(PROPOSED).when(SIGNATURE, by=ELINA, on=SIGNED_ON).rejected(NotNow, stage="proposed")
    given(PROPOSED, APPROVE).when(SIGNATURE, by=HANNA, on=SIGNED_ON).rejected(NotAllowed, "approver")


@pytest.mark.parametrize(("limit", "may"), [("29991.50", True), ("29991.49", False)])
def test_an_officeholder_decides_up_to_the_delegated_sum(limit: str, may: bool) -> None:
    """KuntaL 91 §: power is delegated in the administrative regulations; above it the board decides."""
    settings = SETTINGS.model_copy(update={"officeholder_limit": Decimal(limit)})
    story = given([*opened(settings=settings), *applied(), *eligible(), CALCULATE])
    story.when(PROPOSAL.model_copy(update={"body": "board"}), by=HANNA, on=PROPOSED_ON).then(Proposed)
    story = story.when(PROPOSAL, by=HANNA, on=PROPOSED_ON)
    if may:
        story = story.then(Proposed).when(d.Approve(), by=ELINA, on=SIGNED_ON).then(Approved)
        story.when(SIGNATURE, by=ELINA, on=SIGNED_ON).then(Signed)
    else:
        story.rejected(OverLimit, "hallintosääntö 24 §", total="29991.50", limit=limit)


# What each case learns -----------------------------------------------------------------------------------------------


def signed() -> Scenario:
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
            conditions=(CONDITION,),
            prepared_by="hanna",
            decided_by="elina",
        ),
        enters("service", waits_for=Role.REGISTRY),
    )


@pytest.mark.parametrize(("key", "reason"), [("short", "too-short"), ("late", "late")])
def test_a_rejected_line_has_reasons_and_instructions_too_and_is_served_like_any_other(
    key: str, reason: str
) -> None:
    """KuntaL 141 §; KHO:2009:100: a late application is rejected by a decision that can be appealed."""
    story = signed().then_in(
        case(key),
        like(Decided, granted=False, amount=Decimal("0.00"), reasons=(reason,), conditions=()),
        enters("service"),
    )
    instructions = story.state("case", key).decision.instructions
    assert "14 päivän kuluessa" in instructions
    assert "Muonion elinvoimalautakunta, Puthaanrannantie 15, 99300 Muonio" in instructions
    assert "klo 15.00" in instructions
