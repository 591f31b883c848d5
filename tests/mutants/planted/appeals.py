"""Periods, service, claims and legal force: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

CASE_STAGES = "domain/case/stages.py"
CASE_STATE = "domain/case/state.py"
DECISION_DECIDE = "domain/decide/decision.py"
APPEAL = "domain/law/appeal.py"
CALENDAR = "domain/law/calendar.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "bookings are not recorded in an appeal period": (
        Change(
            CASE_STAGES, "c.EndAppealPeriod: [Role.SYSTEM], **outside}", "c.EndAppealPeriod: [Role.SYSTEM]}"
        ),
        Change(
            CASE_STAGES,
            "answers=outside,\n    needed=both(is_under_way",
            "answers={},\n    needed=both(is_under_way",
        ),
    ),
    "a letter arrives on the sixth day": (
        Change(APPEAL, "Mode.LETTER: Service(7,", "Mode.LETTER: Service(6,"),
    ),
    "a period ends on a Saturday": (Change(CALENDAR, "WEEKEND = {5: Blocked.SATURDAY, 6:", "WEEKEND = {6:"),),
    "a period ends on Ascension Day": (
        Change(CALENDAR, "        easter + 39 * ONE_DAY: Blocked.ASCENSION,\n", ""),
    ),
    "the day of service is moved": (
        Change(
            APPEAL,
            "    raw_last_day = served +",
            "    served = roll_forward(served)[0]\n    raw_last_day = served +",
        ),
    ),
    "a claim is late on its last day": (
        Change(
            APPEAL,
            "if local.date() != last_day:\n        return local.date() < last_day",
            "if local.date() <= last_day:\n        return local.date() < last_day",
        ),
    ),
    "a statutory notice is called up": (
        Change(DECISION_DECIDE, "if not _rules_of(decision).may_be_called_up:", "if False:"),
    ),
    "legal force with an open claim": (
        Change(CASE_STATE, "return self.called_up or any(", "return self.called_up or False and any("),
    ),
    "legal force before every party is served": (
        Change(CASE_STATE, "set(self.parties) <= set(self.served)", "bool(self.served)"),
    ),
    "the members' period is ignored": (
        Change(CASE_STATE, "for clock in [*self.clocks, self.published]", "for clock in self.clocks"),
        Change(APPEAL, "for each in [*party_clocks, *members]", "for each in party_clocks"),
    ),
    "the days of grace are ignored": (
        Change(APPEAL, "add_working_days(latest, grace_working_days)", "add_working_days(latest, 0)"),
    ),
    "the days of grace count holidays": (
        Change(CALENDAR, "        day, _skipped = roll_forward(day + ONE_DAY)\n", "        day += ONE_DAY\n"),
    ),
}
