"""The appeal period ends by itself once every last day lies behind; personal data leaves the web with the members'."""

from domain.case import commands as c
from domain.case.events import AppealPeriodEnded, PersonalDataRemoved, Served
from domain.decision import commands as d
from domain.law.appeal import Mode
from domain.rejections import NotAllowed, NotNow
from tests.stories.days import day
from tests.stories.examples import DECIDED, PUBLISHED, REIJO, SERVED, served
from tests.stories.story import enters, given
from tests.stories.world import SYSTEM, case, put, stream

LAST_MOMENT, NEXT_DAY = "28.7.2022 klo 23.59.59,999", "29.7.2022 klo 0.00"
DECISION = stream("decision")

# Ended ---------------------------------------------------------------------------------------------------------------


def test_the_period_ends_the_day_after_the_last_day_and_not_on_it() -> None:
    waiting = given(SERVED)
    waiting.when(c.EndAppealPeriod(), by=SYSTEM, on=LAST_MOMENT).rejected(NotNow, lastDay="2022-07-28")
    waiting.settle(LAST_MOMENT).then()
    waiting.settle(NEXT_DAY).then_in(
        case("soukka"),
        PersonalDataRemoved(last_day=day("28.7.2022")),
        AppealPeriodEnded(last_day=day("28.7.2022")),
        enters("legal-force", due=day("1.8.2022"), then="ReachLegalForce"),
    )


def test_where_the_party_is_served_later_the_period_is_the_partys() -> None:
    """Published on 7.7. and posted on Monday 11.7.: the members' time ends on 28.7., the party's on 1.8."""
    late = given(PUBLISHED, served(on="11.7.2022"))
    late.settle("1.8.2022 klo 23.59").then(PersonalDataRemoved(last_day=day("28.7.2022")))
    late.settle("2.8.2022").then(
        PersonalDataRemoved, AppealPeriodEnded(last_day=day("1.8.2022")), enters("legal-force")
    )


def test_where_it_is_published_later_the_period_is_the_members() -> None:
    late = given(DECIDED, served(on="6.7.2022"), put(d.Publish(), by=REIJO, on="15.7.2022"))
    assert late.state().due == day("5.8.2022")
    late.settle("5.8.2022 klo 23.59").then()
    late.settle("6.8.2022 klo 0.00").then(PersonalDataRemoved, AppealPeriodEnded(last_day=day("5.8.2022")))


def test_a_last_day_on_a_saturday_goes_on_to_the_monday() -> None:
    """L 150/1930 5 §: published on Saturday 9.7., noticed on 16.7.; Saturday 30.7. is no last day."""
    story = given(DECIDED, served(on="7.7.2022"), put(d.Publish(), by=REIJO, on="9.7.2022"))
    story.settle("1.8.2022 klo 23.59").then()
    story.settle("2.8.2022 klo 0.00").then(PersonalDataRemoved, AppealPeriodEnded(last_day=day("1.8.2022")))


def test_nobody_ends_the_period_by_hand() -> None:
    given(SERVED).when(c.EndAppealPeriod(), by=REIJO, on="29.7.2022").rejected(NotAllowed, "nobody by hand")


def test_a_new_service_puts_the_end_off() -> None:
    story = given(SERVED).when(c.Serve(mode=Mode.LETTER), by=REIJO, on="20.7.2022").then(Served)
    story.settle("10.8.2022 klo 23.59").then(PersonalDataRemoved)
    story.settle("11.8.2022").then(PersonalDataRemoved, AppealPeriodEnded(last_day=day("10.8.2022")))


# Personal data -------------------------------------------------------------------------------------------------------


def test_personal_data_leaves_the_web_the_day_after_the_members_last_day_and_not_on_it() -> None:
    """KuntaL 140.1 §: it is removed when the period ends."""
    public = given(PUBLISHED)
    public.when(d.RemovePersonalData(), by=SYSTEM, on=LAST_MOMENT).rejected(NotNow, lastDay="2022-07-28")
    public.settle(LAST_MOMENT).then_in(DECISION)
    public.settle(NEXT_DAY).then_in(
        DECISION,
        PersonalDataRemoved(last_day=day("28.7.2022")),
        enters("published-without-personal-data", due=None),
    )


def test_it_leaves_also_where_a_party_is_not_yet_served() -> None:
    given(PUBLISHED).settle(NEXT_DAY).then_in(case("soukka"), PersonalDataRemoved(last_day=day("28.7.2022")))


def test_published_anew_it_stays_until_the_new_last_day() -> None:
    wrong = put(d.FindInstructionsWrong(reason="Väärä osoite."), by=REIJO, on="1.8.2022")
    story = given(PUBLISHED, wrong, put(d.Publish(), by=REIJO, on="2.8.2022"))
    assert not story.state("decision").personal_data_removed
    story.settle("23.8.2022 klo 23.59").then_in(DECISION)
    story.settle("24.8.2022").then_in(DECISION, PersonalDataRemoved(last_day=day("23.8.2022")))


def test_nobody_removes_it_by_hand() -> None:
    given(PUBLISHED).when(d.RemovePersonalData(), by=REIJO, on="29.7.2022").rejected(
        NotAllowed, "nobody by hand"
    )
