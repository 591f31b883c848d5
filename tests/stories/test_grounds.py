"""Each line of a decision gives its own grounds, whatever the others in the same decision come to (hallintolaki 45 §)."""

import pytest

from domain.case import commands as c
from domain.case.events import Decided
from domain.criteria.compiler import compile_rule_set
from domain.decision import commands as d
from domain.decision.events import DecisionLine
from tests.stories.days import day
from tests.stories.documents import CONDITION
from tests.stories.examples import (
    APPROVE,
    CALCULATE,
    ELINA,
    HANNA,
    PROPOSAL,
    PROPOSE,
    PROPOSED_ON,
    REIJO,
    SIGNATURE,
    SIGNED_ON,
    SUBMITTED,
    applied,
    checked,
    eligible,
    opened,
    rejected,
    taken,
)
from tests.stories.story import Scenario, given, like
from tests.stories.world import Step, case, put


def refused(to: str, *reasons: str, failing: str = "", note: str = "") -> list[Step]:
    """Checked by Hanna, perhaps with an item that fails, and to be rejected."""
    evaluated = put(
        c.Evaluate(outcome="rejected", reasons=reasons, note=note), by=HANNA, on="1.7.2022", to=to
    )
    return [*taken(to), *checked(to, failing=failing), evaluated]


EACH_ITS_OWN = [
    *SUBMITTED,
    *applied(to="short", form={"road_name": "Lyhyt tie", "length_m": 400}),
    *applied(to="kort", form={"road_name": "Kort väg", "length_m": 410}, language="sv"),
    *applied(to="several", form={"road_name": "Monta syytä", "length_m": 300}),
    *applied(to="unlisted", form={"road_name": "Rekisteri"}),
    *applied(to="noted", form={"road_name": "Muu syy"}),
    *applied(to="late", on="1.7.2022 klo 8.00", form={"road_name": "Myöhäinen tie"}),
    *eligible(),
    *refused("short", "too-short"),
    *refused("kort", "too-short"),
    *refused("several", "too-short", failing="passable"),
    *refused("unlisted", failing="road-register"),
    *refused("noted", "other", note="Tie on suljettu."),
    *rejected("late", to="late"),
    CALCULATE,
]
"""One is granted; each of the others is rejected for a reason of its own, one of them in Swedish."""

SHORT, LATE = "Tie on liian lyhyt", "Hakemus saapui määräajan jälkeen"
EXPECTED = {
    "short": (("too-short",), (SHORT,)),
    "kort": (("too-short",), ("Vägen är för kort",)),
    "late": (("late",), (LATE,)),
}

IN_ORDER = compile_rule_set(
    """\
name: jarjestys
process: private-road-grant
adopted: {by: Elinvoimalautakunta, on: 2022-05-31, section: § 58}
inputs:
  costs: {type: money, from: application.costs_eur, text: Kustannukset}
grant: costs
allocation: {method: in_order, order_by: arrived}
"""
)
OUT_OF_MONEY = [
    *opened("12500.00", criteria=IN_ORDER),
    *applied(),
    *applied(to="second", on="8.6.2022", form={"road_name": "Toinen tie", "costs_eur": "8000.00"}),
    *applied(to="third", on="9.6.2022", form={"road_name": "Kolmas tie", "costs_eur": "7000.00"}),
    *eligible(),
    *eligible("second"),
    *eligible("third"),
    CALCULATE,
]
"""The budget suffices for the first: the calculation itself rejects the others."""


def lines(story: Scenario, key: str | None = None) -> dict[str, DecisionLine]:
    return {line.case: line for line in story.state("decision", key).proposal.lines}


def test_a_rejected_line_gives_its_own_reasons_and_no_other_lines() -> None:
    found = lines(given(EACH_ITS_OWN, PROPOSE))
    assert set(found) == {*EXPECTED, "soukka", "several", "unlisted", "noted"}
    for key, (reasons, grounds) in EXPECTED.items():
        assert (found[key].reasons, found[key].grounds, found[key].note) == (reasons, grounds, ""), key
    assert (found["several"].reasons, found["several"].grounds[1:]) == (("passable", "too-short"), (SHORT,))
    assert (found["noted"].reasons, found["noted"].note) == (("other",), "Tie on suljettu.")
    assert (found["unlisted"].reasons, len(found["unlisted"].grounds)) == (("road-register",), 1)
    assert found["soukka"].reasons == ()
    assert not {SHORT, LATE} & {*found["soukka"].grounds, *found["unlisted"].grounds, *found["noted"].grounds}


def test_a_line_that_the_calculation_rejects_gives_its_reason_and_its_own_figures() -> None:
    found = lines(given(OUT_OF_MONEY, PROPOSE))
    assert [(key, line.granted) for key, line in sorted(found.items())] == [
        ("second", False),
        ("soukka", True),
        ("third", False),
    ]
    figures = {"soukka": "12 000,00", "second": "8 000,00", "third": "7 000,00"}
    for key, line in found.items():
        text = " ".join(line.grounds).replace("\u00a0", " ")
        assert [name for name, figure in figures.items() if figure in text] == [key]
    assert found["second"].reasons == found["third"].reasons != ()
    assert found["second"].grounds[0] == found["third"].grounds[0]


@pytest.mark.parametrize(
    ("prefix", "keys"),
    [
        (EACH_ITS_OWN, ["soukka", "short", "kort", "several", "unlisted", "noted", "late"]),
        (OUT_OF_MONEY, ["soukka", "second", "third"]),
    ],
    ids=["each its own reason", "out of money"],
)
def test_a_line_is_the_same_decided_alone_or_with_others(prefix: list[Step], keys: list[str]) -> None:
    story = given(prefix)
    together = lines(story.when(PROPOSAL, by=HANNA, on=PROPOSED_ON))
    assert set(together) == set(keys)
    for key in keys:
        alone = PROPOSAL.model_copy(update={"cases": (key,)})
        assert lines(story.when(alone, by=HANNA, on=PROPOSED_ON)) == {key: together[key]}


def check_decided(story: Scenario) -> None:
    """Each case has learnt its own line, and no more."""
    for key, line in lines(story).items():
        decided = like(
            Decided,
            granted=line.granted,
            amount=line.amount,
            reasons=line.reasons,
            grounds=line.grounds,
            plan=line.plan,
            conditions=(CONDITION,) if line.granted else (),
        )
        story.then_in(case(key), decided)


def test_each_case_learns_its_own_line_from_an_officeholder() -> None:
    check_decided(given(EACH_ITS_OWN, PROPOSE, APPROVE).when(SIGNATURE, by=ELINA, on=SIGNED_ON))


def test_each_case_learns_its_own_line_from_the_board() -> None:
    to_board = put(PROPOSAL.model_copy(update={"body": "board"}), by=HANNA, on=PROPOSED_ON)
    on_agenda = put(d.PutOnTheAgenda(meets_on=day("12.7.2022")), by=REIJO, on="6.7.2022")
    met = d.RecordMeeting(section="§ 58", decided_on=day("12.7.2022"))
    check_decided(given(EACH_ITS_OWN, to_board, on_agenda).when(met, by=REIJO, on="12.7.2022 klo 18.00"))
