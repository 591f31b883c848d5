"""Lead times and automation rate against a second computation, in plain Python over the raw trail."""

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.case import commands as c
from domain.case import events as ce
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.messages import HELSINKI, Entered, RecordedEvent
from domain.texts.translation import in_every_language, languages
from projections import automation, lead_times
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import NOTICES
from tests.read_models.scenario_player import ScenarioPlayer
from tests.stories import examples as e
from tests.stories.days import day
from tests.stories.world import put, settle

# The second computation ----------------------------------------------------------------------------------------------


def on(each: RecordedEvent) -> date:
    return each.recorded_at.astimezone(HELSINKI).date()


def events_of(trail: list[RecordedEvent], *kinds: type) -> list[RecordedEvent]:
    return [each for each in trail if isinstance(each.event, kinds)]


def days_of(trail: list[RecordedEvent], today: date) -> dict[str, int | None]:
    """What each figure counts for one case, from its own trail."""
    arrived = events_of(trail, ce.Submitted)[0].event.arrived_at.astimezone(HELSINKI).date()  # type: ignore[attr-defined]  # `told_of` gives this fact
    decided: Any = [each.event for each in events_of(trail, ce.Decided)]
    force: Any = [each.event for each in events_of(trail, ce.LegalForceReached)]
    wrong = max((each.version for each in events_of(trail, ce.InstructionsFoundWrong)), default=0)
    served = {
        each.event.party: each.event.clock.on  # type: ignore[attr-defined]  # `told_of` gives this fact
        for each in events_of(trail, ce.Served)
        if each.version > wrong
    }
    waited = 0
    for asked in events_of(trail, ce.CompletionRequested):
        ends = (ce.CompletionAnswered, ce.CompletionLapsed, ce.CompletionCancelled, ce.Withdrawn)
        after = [each for each in events_of(trail, *ends) if each.version > asked.version]
        waited += (on(after[0]) - on(asked)).days if after else 0
    paid: Any = [each.event for each in events_of(trail, ce.PaymentBooked, ce.PaymentReturned)][-1:]
    paid = [each for each in paid if isinstance(each, ce.PaymentBooked)]
    ended = events_of(trail, ce.Closed, ce.PaymentReturned)[-1:]
    is_open = not ended or isinstance(ended[0].event, ce.PaymentReturned)
    to_decision = (decided[0].decided_on - arrived).days if decided else None
    to_payment = (paid[0].booked_on - arrived).days if paid else None
    return {
        "decision": to_decision,
        "decision_net": None if to_decision is None else to_decision - waited,
        "payment": to_payment,
        "payment_net": None if to_payment is None else to_payment - waited,
        "statutory_wait": (force[0].from_day - max(served.values())).days if force else None,
        "open_age": (today - arrived).days if is_open else None,
    }


def percentile(days: list[int], share: Fraction) -> Decimal:
    """Between the two nearest, as `percentile_cont` is defined; to a tenth."""
    place = share * (len(days) - 1)
    low, high = sorted(days)[int(place)], sorted(days)[min(int(place) + 1, len(days) - 1)]
    value = low + (place - int(place)) * (high - low)
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)


def by_case(databases: ScenarioPlayer) -> dict[str, list[RecordedEvent]]:
    trails: dict[str, list[RecordedEvent]] = {}
    for each in databases.trail():
        if each.stream.kind == "case":
            trails.setdefault(str(each.stream), []).append(each)
    return trails


# Lead times ----------------------------------------------------------------------------------------------------------


def seen(played: ScenarioPlayer, round_: str | None = None) -> dict[str, Any]:
    return lead_times.lead_time_summary(played.store.database, played.code, played.today, round_)


@pytest.mark.parametrize("figure", lead_times.DAYS)
def test_a_lead_time_is_what_the_trail_says_and_opens_to_its_cases(
    databases: ScenarioDatabases, figure: str
) -> None:
    main = databases.main
    counted = {
        stream: found
        for stream, trail in by_case(main).items()
        if (found := days_of(trail, main.today)[figure]) is not None
    }
    behind = lead_times.cases_behind(databases.store.database, main.code, main.today, figure)
    assert {row["stream"]: row["days"] for row in behind} == counted
    assert [row["days"] for row in behind] == sorted(counted.values(), reverse=True)
    numbers = {
        stream: databases.store.read(main.stream(*stream.split("/")[1:]))[1].number for stream in counted
    }
    assert {row["stream"]: row["number"] for row in behind} == numbers
    assert len(counted) > 1
    days = list(counted.values())
    assert seen(main)[figure] == {
        "cases": len(days),
        "median": percentile(days, Fraction(1, 2)),
        "p90": percentile(days, Fraction(9, 10)),
        "longest": max(days),
    }


def test_the_figures_of_the_story_as_a_person_counts_them(databases: ScenarioDatabases) -> None:
    behind = {
        figure: {
            row["stream"].split("/")[2]: row["days"]
            for row in lead_times.cases_behind(
                databases.store.database, databases.main.code, databases.main.today, figure
            )
        }
        for figure in lead_times.DAYS
    }
    assert behind["decision"] == {"soukka": 51, "second": 50, "third": 45, "short": 51, "late": 40}
    # Asked 1.7. and answered 7.7.; asked 7.7. and cancelled 8.7.; asked 8.7. and lapsed when 22.7. was over.
    assert behind["decision_net"]["second"] == 50 - 6 - 1 - 15
    assert behind["payment"] == {"second": 90, "third": 77}
    # By letter on 29.7., 19.8. is the last day, and two working days of grace follow: 24.8.
    assert behind["statutory_wait"]["soukka"] == 26
    # The members' 21 days are waited for even where the party had its decision by hand.
    assert behind["statutory_wait"]["third"] == 26
    assert set(behind["open_age"]) == {"soukka", "waiting", "asked"}


def test_a_withdrawal_ends_the_wait_for_a_completion(databases: ScenarioDatabases) -> None:
    found = lead_times.lead_times.query(
        databases.store.database,
        databases.main.code,
        "select waited, asked_on from case_time where stream = %(stream)s",
        stream=str(databases.main.stream("case", "gone")),
    )
    assert found == [{"waited": 2, "asked_on": None}]


def test_what_was_counted_when_a_case_closed_is_what_is_counted_now(databases: ScenarioDatabases) -> None:
    closed = 0
    for stream, trail in by_case(databases.main).items():
        for each in events_of(trail, ce.Closed)[-1:]:
            days, event = days_of(trail, databases.main.today), each.event
            assert isinstance(event, ce.Closed)
            if days["open_age"] is None:
                assert (event.days_to_decision, event.days_to_payment) == (
                    days["decision"],
                    days["payment"],
                ), stream
                closed += 1
    assert closed == 5 + NOTICES


def test_figures_of_one_round_leave_out_what_is_in_none(databases: ScenarioDatabases) -> None:
    everything = seen(databases.main)
    assert seen(databases.main, "2022") == everything, "the notice is closed, and was never decided"
    assert seen(databases.main, "2021")["open_age"]["cases"] == 0


def test_where_nothing_counts_there_is_no_figure(played: ScenarioPlayer) -> None:
    nothing = {"cases": 0, "median": None, "p90": None, "longest": None}
    found = seen(played)
    assert {figure: found[figure] for figure in lead_times.DAYS} == dict.fromkeys(lead_times.DAYS, nothing)


def test_a_case_is_served_when_every_party_is_and_not_with_wrong_instructions(played: ScenarioPlayer) -> None:
    def served_on() -> date | None:
        found = lead_times.lead_times.query(
            played.store.database, played.code, "select served_on from case_time"
        )
        day: date | None = found[0]["served_on"]
        return day

    party = put(c.AddParty(contact=e.CONTACT, reason="Kaksi."), by=e.HANNA, on="1.7.2022")
    steps = [*e.SUBMITTED, *e.taken(), *e.checked(), party]
    steps += [put(c.Evaluate(outcome="eligible"), by=e.HANNA, on="1.7.2022"), e.CALCULATE, e.PROPOSE]
    played.play(steps, [e.APPROVE, e.SIGN, e.PUBLISH, e.served(on="8.7.2022")])
    assert served_on() is None
    played.play(e.served(on="11.7.2022", party="party-2"))
    assert served_on() == day("11.7.2022")
    played.play(put(d.FindInstructionsWrong(reason="Väärä osoite."), by=e.REIJO, on="12.7.2022"))
    assert served_on() is None
    again = put(d.Publish(), by=e.REIJO, on="13.7.2022")
    late = put(c.Serve(mode=Mode.LETTER, on=day("13.7.2022")), by=e.REIJO, on="15.7.2022")
    played.play(again, e.served(on="14.7.2022", party="party-2"), late)
    assert served_on() == day("14.7.2022")
    played.play(e.served(on="18.7.2022"), settle("20.7.2022"))
    assert served_on() == day("18.7.2022")


# Automation ----------------------------------------------------------------------------------------------------------


def test_steps_and_decisions_are_what_the_trail_says(databases: ScenarioDatabases) -> None:
    steps = {
        (each.stream, each.command_id): (each.command, each.role == "system")
        for each in databases.main.trail()
        if each.stream.kind == "case" and not isinstance(each.event, Entered)
    }
    decided: Any = events_of(databases.main.trail(), ce.Decided)
    automatic = sum(by_system for _, by_system in steps.values())
    found = automation.automation_rates(databases.store.database, databases.main.code)
    definitions = found.pop("definitions")
    assert {name: each["en"] for name, each in definitions.items()} == automation.AUTOMATION_DEFINITIONS
    assert all(set(each) == set(languages()) for each in definitions.values())
    assert found == {
        "steps": len(steps),
        "automatic_steps": automatic,
        "decisions": len(decided),
        "automatic_decisions": sum(each.event.decided_by == "system" for each in decided),
        "step_rate": (Decimal(100 * automatic) / len(steps)).quantize(Decimal("0.1"), ROUND_HALF_UP),
        "decision_rate": Decimal("0.0"),
    }
    listed = automation.by_command(databases.store.database, databases.main.code)
    assert {(row["command"], row["automatic"]): row["steps"] for row in listed} == Counter(steps.values())


def test_one_signature_is_a_step_in_each_case_it_decides_and_registering_is_one_of_the_system(
    databases: ScenarioDatabases,
) -> None:
    listed = automation.by_command(databases.store.database, databases.main.code)
    counted = {(row["command"], row["automatic"]): row["steps"] for row in listed}
    assert counted["Sign", False] == 3
    assert counted["Register", True] == len(by_case(databases.main))
    assert ("Sign", True) not in counted


def test_where_nothing_has_happened_there_is_no_rate(played: ScenarioPlayer) -> None:
    found = automation.automation_rates(played.store.database, played.code)
    assert (found["steps"], found["step_rate"], found["decision_rate"]) == (0, None, None)


def test_every_figure_has_its_definition_in_every_language() -> None:
    assert set(lead_times.LEAD_TIME_DEFINITIONS) == set(lead_times.DAYS)
    for text in [*lead_times.LEAD_TIME_DEFINITIONS.values(), *automation.AUTOMATION_DEFINITIONS.values()]:
        databases = in_every_language(text)
        assert len(set(databases.values())) == len(languages())
