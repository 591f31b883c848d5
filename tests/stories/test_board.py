"""Decided by the board: on the agenda, in the meeting, minutes checked; only then may anything be published."""

from decimal import Decimal

import pytest

from domain.case.events import Decided, ProposalWithdrawn
from domain.decision import commands as d
from domain.decision.events import DecidedInMeeting, MinutesChecked, ProposalReturned, Proposed, PutOnAgenda
from domain.messages import Role
from domain.rejections import BadContent, NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import (
    BEFORE_THE_BOARD,
    BOARD_DECIDED,
    CALCULATE,
    ELINA,
    HANNA,
    ON_THE_AGENDA,
    PROPOSAL,
    PROPOSED,
    PROPOSED_ON,
    REIJO,
    SETTINGS,
    SIGNATURE,
    applied,
    eligible,
    opened,
)
from tests.stories.story import enters, given, like
from tests.stories.world import Step, case, put

MEETING = d.RecordMeeting(section="§58", decided_on=day("12.7.2022"))
TO_THE_BOARD = PROPOSAL.model_copy(update={"body": "board"})


def test_a_proposal_to_the_board_waits_for_the_registry_to_put_it_on_the_agenda() -> None:
    story = given(BEFORE_THE_BOARD)
    story.when(d.Approve(), by=ELINA, on="6.7.2022").rejected(NotNow, stage="proposed-to-board")
    story.when(SIGNATURE, by=ELINA, on="6.7.2022").rejected(NotNow, stage="proposed-to-board")
    story.when(d.PutOnTheAgenda(meets_on=day("12.7.2022")), by=REIJO, on="6.7.2022").then(
        PutOnAgenda(meets_on=day("12.7.2022")), enters("on-agenda", waits_for=Role.REGISTRY)
    )


def test_what_an_officeholder_decides_is_not_put_on_an_agenda() -> None:
    given(PROPOSED).when(d.PutOnTheAgenda(meets_on=day("12.7.2022")), by=REIJO, on="6.7.2022").rejected(
        NotNow, stage="proposed"
    )


def test_a_meeting_is_today_or_to_come() -> None:
    yesterday, today = (d.PutOnTheAgenda(meets_on=day(on)) for on in ("5.7.2022", "6.7.2022"))
    given(BEFORE_THE_BOARD).when(yesterday, by=REIJO, on="6.7.2022").rejected(BadContent, field="meetsOn")
    given(BEFORE_THE_BOARD).when(today, by=REIJO, on="6.7.2022").then(PutOnAgenda)


def test_the_board_decides_in_its_meeting_under_a_section_of_its_minutes() -> None:
    story = given(ON_THE_AGENDA).when(MEETING, by=REIJO, on="12.7.2022 klo 18.00")
    story.then(
        like(DecidedInMeeting, section="§ 58", decided_on=day("12.7.2022"), entered_by="reijo"),
        enters("minutes", waits_for=Role.REGISTRY),
    )
    story.then_in(
        case("soukka"),
        like(Decided, section="§ 58", decided_on=day("12.7.2022"), decided_by="board", prepared_by="hanna"),
        enters("service"),
    )


def test_the_board_decides_in_no_other_meeting_and_not_before_it() -> None:
    given(ON_THE_AGENDA).when(MEETING, by=REIJO, on="11.7.2022").rejected(BadContent, field="decidedOn")
    other = MEETING.model_copy(update={"decided_on": day("11.7.2022")})
    given(ON_THE_AGENDA).when(other, by=REIJO, on="12.7.2022").rejected(BadContent, field="decidedOn")
    given(BEFORE_THE_BOARD).when(MEETING, by=REIJO, on="12.7.2022").rejected(
        NotNow, stage="proposed-to-board"
    )


def test_above_an_officeholders_limit_the_board_decides() -> None:
    """KuntaL 91 §: what is not delegated stays with the body."""
    settings = SETTINGS.model_copy(update={"officeholder_limit": Decimal("0.00")})
    story = given(
        [*opened(settings=settings), *applied(), *eligible(), CALCULATE],
        put(TO_THE_BOARD, by=HANNA, on=PROPOSED_ON),
        put(d.PutOnTheAgenda(meets_on=day("12.7.2022")), by=REIJO, on="6.7.2022"),
    )
    story.when(MEETING, by=REIJO, on="12.7.2022").then(DecidedInMeeting)


@pytest.mark.parametrize("prefix", [BEFORE_THE_BOARD, ON_THE_AGENDA], ids=["proposed", "on the agenda"])
def test_it_may_be_returned_until_the_board_has_decided(prefix: list[Step]) -> None:
    story = given(prefix).when(d.ReturnProposal(reason="Puuttuu liite."), by=REIJO, on="7.7.2022")
    story.then(ProposalReturned(reason="Puuttuu liite."), enters("returned"))
    story.then_in(case("soukka"), ProposalWithdrawn(decision="grants"), enters("proposal"))
    story.when(TO_THE_BOARD, by=HANNA, on="7.7.2022", to="again").then(Proposed)
    given(BOARD_DECIDED).when(d.ReturnProposal(reason="Puuttuu."), by=REIJO, on="13.7.2022").rejected(NotNow)


def test_nothing_is_published_before_the_minutes_are_checked() -> None:
    """KuntaL 140.1 §: the minutes are put on the network after they are checked."""
    given(BOARD_DECIDED).when(d.Publish(), by=REIJO, on="13.7.2022").rejected(NotNow, stage="minutes")
    story = given(BOARD_DECIDED).when(d.CheckMinutes(), by=REIJO, on="15.7.2022")
    story = story.then(
        MinutesChecked(checked_on=day("15.7.2022")), enters("to-publish", waits_for=Role.REGISTRY)
    )
    assert story.when(d.Publish(), by=REIJO, on="15.7.2022").state("decision").published.served == day(
        "22.7.2022"
    )


@pytest.mark.parametrize(("on", "may"), [("11.7.2022", False), ("12.7.2022", True), ("14.7.2022", False)])
def test_minutes_are_checked_after_the_meeting_and_not_in_the_future(on: str, may: bool) -> None:
    story = given(BOARD_DECIDED).when(d.CheckMinutes(checked_on=day(on)), by=REIJO, on="13.7.2022")
    if may:
        story.then(MinutesChecked(checked_on=day(on)))
    else:
        story.rejected(BadContent, field="checkedOn")


def test_the_meetings_papers_are_the_registrys() -> None:
    agenda = d.PutOnTheAgenda(meets_on=day("12.7.2022"))
    given(BEFORE_THE_BOARD).when(agenda, by=HANNA, on="6.7.2022").rejected(NotAllowed, "registry")
    given(ON_THE_AGENDA).when(MEETING, by=ELINA, on="12.7.2022").rejected(NotAllowed, "registry")
    given(BOARD_DECIDED).when(d.CheckMinutes(), by=ELINA, on="13.7.2022").rejected(NotAllowed, "registry")
