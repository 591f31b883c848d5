"""A round under criteria that today's rules cannot read: what needs a formula is refused in words, the rest goes on."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from domain.case import commands as c
from domain.case.events import (
    Assigned,
    InstalmentApproved,
    Withdrawn,
)
from domain.decision.commands import Approve
from domain.decision.events import Approved
from domain.municipality.commands import AdoptRuleSet
from domain.municipality.events import RuleSetAdopted
from domain.rejections import CriteriaUnreadable
from domain.round.commands import Calculate, OpenRound, Renew
from domain.round.events import RoundClosed
from tests.limits import tightened
from tests.stories.days import instant
from tests.stories.documents import by_length
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    CALCULATED_ON,
    CLOSES,
    ELINA,
    HANNA,
    OPENS,
    OUTI,
    PAULA,
    PROPOSAL,
    PROPOSE,
    SIGNATURE,
    SIGNED_ON,
    application,
)
from tests.stories.story import Scenario, given
from tests.stories.test_criteria import (
    FINAL,
    FINDING,
    FIX,
    FIXED,
    IN_HAND,
    INSTALMENT,
    JUDGED,
    LATER,
    RULES,
    SENT,
    TODAY,
    settled,
)

LONGEST = 40
"""Characters of a formula from now on; the round's criteria have longer ones."""

CALCULATED = [*JUDGED, FIXED, CALCULATE]
OTHER = OpenRound(
    name="Toinen",
    process="private-road-grant",
    rule_set=RULES.name,
    budget=Decimal("1.00"),
    opens_at=instant(OPENS),
    closes_at=instant(CLOSES),
)


@pytest.fixture(autouse=True)
def _shorter_formulas() -> Iterator[None]:
    with tightened(MAX_FORMULA_LENGTH=LONGEST):
        yield


def before(*steps: object) -> Scenario:
    """What happened before the rules were tightened."""
    with tightened(MAX_FORMULA_LENGTH=1000):
        return given(*steps)  # type: ignore[arg-type]  # parameters come as the table has them


@pytest.mark.parametrize(
    ("steps", "command", "by", "on"),
    [
        (SENT[:2], OTHER, HANNA, "31.5.2022"),
        (SENT[:3], application(form={"estimate": "10000"}), OUTI, "7.6.2022"),
        (SENT, Renew(earlier="2021"), HANNA, "8.6.2022"),
        (IN_HAND, FINDING, HANNA, TODAY),
        (IN_HAND, c.Evaluate(outcome="rejected", reasons=("other",), note="Ei."), HANNA, TODAY),
        (JUDGED, FIX, HANNA, CALCULATED_ON),
        (JUDGED, Calculate(), HANNA, CALCULATED_ON),
        (CALCULATED, PROPOSAL, HANNA, CALCULATED_ON),
        ([*CALCULATED, PROPOSE, APPROVE], SIGNATURE, ELINA, SIGNED_ON),
        (FINAL, settled("8000"), HANNA, LATER),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "",
)
def test_what_needs_a_formula_is_refused_with_what_where_and_how_to_mend_it(
    steps: list[object], command: object, by: object, on: str
) -> None:
    story = before(steps).when(command, by=by, on=on)  # type: ignore[arg-type]  # parameters come as the table has them
    story.rejected(CriteriaUnreadable, "cannot be read under today's rules (line ", criteria=RULES.title)
    assert story.rejection is not None
    assert "ask for a release of this system that reads it" in story.rejection.sentence
    assert f"at most {LONGEST} characters" in story.rejection.details["errors"][0]["sentence"]


def test_what_needs_none_goes_on() -> None:
    closed = before(SENT).settle("30.6.2022 klo 16.00")
    assert RoundClosed in {type(each.event) for each in closed.world.log}
    closed.when(c.Assign(), by=HANNA, on=TODAY).then(Assigned)
    before(SENT).when(c.Withdraw(reason="Ei haeta."), by=OUTI, on="8.6.2022").then(Withdrawn)


def test_what_was_proposed_is_approved_and_what_was_decided_is_paid() -> None:
    before(CALCULATED, PROPOSE).when(Approve(), by=ELINA, on=SIGNED_ON).then(Approved)
    before(FINAL).when(INSTALMENT, by=HANNA, on=LATER).then(InstalmentApproved)


def test_other_criteria_that_today_s_rules_read_are_adopted_beside_them() -> None:
    story = before(SENT).when(AdoptRuleSet(document=by_length()), by=PAULA, on="8.6.2022")
    story.then(RuleSetAdopted)
    assert len(story.state("municipality").rule_sets) == 2
