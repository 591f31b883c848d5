"""Plant a bug and see it found, before you trust what is always true: `python -m tests.invariants.mutants [name…]`.

Each bug is planted in a copy of the tree, where the walks are made until a law is broken; the tree itself is not touched.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("domain", "projections", "workers", "tests")


class Mutation(NamedTuple):
    """A text of a file in `domain/`, and what the bug makes of it."""

    file: str
    right: str
    wrong: str


MUTANTS: dict[str, tuple[Mutation, ...]] = {
    "a payment ordered twice": (
        Mutation(
            "stages.py", "answers={c.ReleasePayment:", "answers={c.OrderPayment: [SYSTEM], c.ReleasePayment:"
        ),
    ),
    "a payment released again after it was instructed": (
        Mutation(
            "stages.py",
            'name="payment-booking",\n    answers=by_hand,',
            'name="payment-booking",\n    answers={**by_hand, c.ReleasePayment: [PAYMENTS]},',
        ),
        Mutation(
            "case/decide/payment.py",
            'payment.state != "ordered"',
            'payment.state not in ("ordered", "instructed")',
        ),
    ),
    "a payment's id is used again": (Mutation("case/decide/payment.py", "{len(case.payments) + 1}", "{1}"),),
    "the bank's word is not heard in an appeal period": (
        Mutation("stages.py", "c.EndAppealPeriod: [SYSTEM], **outside}", "c.EndAppealPeriod: [SYSTEM]}"),
        Mutation(
            "stages.py", "answers=outside, needed=both(is_under_way", "answers={}, needed=both(is_under_way"
        ),
    ),
    "a withdrawn application is proposed": (
        Mutation(
            "decision/decide.py", ".awaits_proposal(case):", ".awaits_proposal(case) or case.withdrawn:"
        ),
    ),
    "decided while the applicant may still complete": (
        Mutation(
            "stages.py",
            "{c.ReopenEvaluation: [HANDLER],",
            "{c.RequestCompletion: [HANDLER], c.ReopenEvaluation: [HANDLER],",
        ),
        Mutation(
            "stages.py",
            "needed=lambda case: case.completion is not None",
            "needed=lambda case: case.completion is not None and case.outcome is None",
        ),
    ),
    "decided twice": (
        Mutation(
            "decision/decide.py", ".awaits_proposal(case):", ".awaits_proposal(case) or case.proposed_in:"
        ),
    ),
    "a late application is granted": (
        Mutation("case/decide/handling.py", '    if case.late:\n        return {"late"}\n', ""),
    ),
    "a fee that was not proposed": (Mutation("decision/decide.py", "fee=line.fee,", "fee=None,"),),
    "a fee is never invoiced": (
        Mutation("case/decide/after_decision.py", "if case.decision and case.decision.fee:", "if False:"),
    ),
    "a statutory notice is called up": (
        Mutation("decision/decide.py", "if not _rules_of(decision).may_be_called_up:", "if False:"),
    ),
    "calculated again after the decision": (
        Mutation("round/decide.py", "any(case.proposed_in for case in eligible.values())", "False"),
    ),
    "the account is published": (
        Mutation(
            "decision/events.py",
            "    more_information: Annotated",
            "    account: Any = None\n    more_information: Annotated",
        ),
        Mutation("decision/events.py", "from typing import Annotated,", "from typing import Annotated, Any,"),
        Mutation(
            "decision/decide.py",
            "e.Published(clock=members,",
            "e.Published(account=context.streams[context.of('case', decision.proposal.lines[0].case)].account, clock=members,",
        ),
    ),
    "a claimant is told in plain text": (
        Mutation("decision/decide.py", "demand=command.demand\n", "demand=str(command.claimant._plain)\n"),
    ),
    "personal data stays on the web": (
        Mutation("decision/state.py", "personal_data_removed=False", "personal_data_removed=True"),
    ),
    "personal data leaves on the last day": (
        Mutation(
            "decision/decide.py",
            "context.today <= decision.published.last_day",
            "context.today < decision.published.last_day",
        ),
    ),
    "a letter arrives on the sixth day": (
        Mutation("law/appeal.py", "Mode.LETTER: Service(7,", "Mode.LETTER: Service(6,"),
    ),
    "a period ends on a Saturday": (
        Mutation("law/calendar.py", "WEEKEND = {5: Blocked.SATURDAY, 6:", "WEEKEND = {6:"),
    ),
    "a period ends on Ascension Day": (
        Mutation("law/calendar.py", "        easter + 39 * DAY: Blocked.ASCENSION,\n", ""),
    ),
    "the day of service is moved": (
        Mutation(
            "law/appeal.py",
            "    raw_last_day = served +",
            "    served = roll_forward(served)[0]\n    raw_last_day = served +",
        ),
    ),
    "a claim is late on its last day": (
        Mutation(
            "law/appeal.py",
            "if local.date() != last_day:\n        return local.date() < last_day",
            "if local.date() <= last_day:\n        return local.date() < last_day",
        ),
    ),
    "the preparer signs": (
        Mutation("decision/decide.py", "context.by.user_id == decision.proposal.prepared_by", "False"),
    ),
    "whoever changed the account releases": (
        Mutation("case/decide/payment.py", ", case.account_changed_by):", "):"),
    ),
    "a disqualified handler evaluates": (
        Mutation("case/state.py", "impartial=case.impartial - {event.handler}", "impartial=case.impartial"),
        Mutation("case/state.py", "        handler=None,\n        disqualified", "        disqualified"),
    ),
    "legal force with an open claim": (
        Mutation("case/state.py", "return self.called_up or any(", "return self.called_up or False and any("),
    ),
    "legal force before every party is served": (
        Mutation("case/state.py", "set(self.parties) <= set(self.served)", "bool(self.served)"),
    ),
    "the members' clock is forgotten": (
        Mutation("case/state.py", "for clock in [*self.clocks, self.published]", "for clock in self.clocks"),
        Mutation("law/appeal.py", "for each in [*party_clocks, *members]", "for each in party_clocks"),
    ),
    "grace is ignored": (
        Mutation(
            "law/appeal.py", "add_working_days(latest, grace_working_days)", "add_working_days(latest, 0)"
        ),
    ),
    "grace counts every day": (
        Mutation(
            "law/calendar.py", "        day, _skipped = roll_forward(day + DAY)\n", "        day += DAY\n"
        ),
    ),
    "a number is skipped": (
        Mutation(
            "register/state.py",
            "running=register.last + 1,",
            "running=register.last + 1 + (register.last == 2),",
        ),
    ),
    "what was decided changes": (
        Mutation(
            "case/state.py",
            "replace(case, served={}, published=None, period_ended=False)",
            "replace(case, served={}, published=None, period_ended=False, decision=case.decision and case.decision.model_copy(update={'instructions': ''}))",
        ),
    ),
    "a new due day is not told": (
        Mutation(
            "decider.py",
            "was = (before.stage, before.due, before.due_at)",
            "was = (before.stage, entered.due, entered.due_at)",
        ),
    ),
    "a stranger is not noticed": (
        Mutation(
            "streams.py", "if by.municipality != stream.municipality or state is None:", "if state is None:"
        ),
        Mutation("decider.py", "if by.municipality != stream.municipality or not (", "if not ("),
    ),
    "the round shares more than it has": (
        Mutation(
            "round/decide.py", "calculate(rules, round_.budget,", "calculate(rules, round_.budget + 1000,"
        ),
    ),
    "the reserve is shared as well": (
        Mutation(
            "rules/calculation.py",
            "left = None if budget is None else budget - reserve",
            "left = None if budget is None else budget",
        ),
    ),
    "a run is made on other values than it cites": (
        Mutation("round/decide.py", 'fixed.cited if fixed else "preview")', '"preview")'),
    ),
    "a run is made on the previews": (
        Mutation(
            "round/decide.py",
            "{**rules.previews, **(fixed.values if fixed else {})}",
            "{**(fixed.values if fixed else {}), **rules.previews}",
        ),
    ),
    "a preview calculates cases": (Mutation("round/decide.py", "    if preview:\n        return\n", ""),),
    "a case is told another line than the run's": (
        Mutation("round/decide.py", "outcome=line.outcome,", 'outcome="granted",'),
    ),
    "a case is told of a part that is not paid": (
        Mutation(
            "round/decide.py",
            "Plan(**plan, parts=dict(line.parts))",
            "Plan(**{**plan, 'on_account': plan['instalments']}, parts=dict(line.parts))",
        ),
    ),
    "proposed on values that were fixed anew": (Mutation("decision/decide.py", "or others or", "or"),),
    "a road remembers what was rejected": (
        Mutation("decision/decide.py", "if line.granted and (named :=", "if (named :="),
    ),
    "a road remembers another sum": (
        Mutation(
            "decision/decide.py", "decided_on=on, amount=line.amount", "decided_on=on, amount=proposal.total"
        ),
    ),
    "a renewed contact keeps its keys": (
        Mutation(
            "round/decide.py", 'contact=moved(case.parties["applicant"])', 'contact=case.parties["applicant"]'
        ),
    ),
    "a renewed account keeps its keys": (
        Mutation("round/decide.py", "account=moved(case.account)", "account=case.account"),
    ),
    "renewed twice": (
        Mutation(
            "round/decide.py",
            "_road_or_title(case) in present or new in round_.cases",
            "_road_or_title(case) in ()",
        ),
    ),
    "renewed after the closing instant": (
        Mutation("round/decide.py", "<= context.now <= round_.closes_at", "<= context.now"),
        Mutation(
            "stages.py", "r.FixValues: [HANDLER]}),\n)", "r.FixValues: [HANDLER], r.Renew: [HANDLER]}),\n)"
        ),
    ),
    "an instalment above the plan": (
        Mutation("case/decide/payment.py", "if command.amount > left:", "if command.amount > case.granted:"),
    ),
    "a disqualified person approves an instalment": (
        Mutation("case/decide/payment.py", "    not_disqualified(case, context)\n    left =", "    left ="),
    ),
    "an instalment that comes back is not heard": (
        Mutation(
            "case/decide/payment.py", "for each in case.payments if", "for each in case.payments[-1:] if"
        ),
    ),
    "ordered while another payment is under way": (
        Mutation("stages.py", "case.in_flight or case.ordered", "case.ordered"),
    ),
    "a final grant above what was decided": (
        Mutation("rules/settlement.py", "min(scheme.line(value), decided)", "scheme.line(value)"),
    ),
    "the balance forgets what was paid": (
        Mutation(
            "case/decide/payment.py", "balance = final - case.paid", "balance = final - case.plan.instalments"
        ),
    ),
    "a euro of what is above the final account is left": (
        Mutation("case/decide/payment.py", "amount=-balance)", "amount=-balance - 1)"),
    ),
    "what is recovered is kept back as well": (
        Mutation(
            "case/state.py",
            "self.final_account.final - self.final_account.balance)",
            "self.ordered)",
        ),
    ),
    "another sum is invoiced than was decided": (
        Mutation(
            "case/decide/afterwards.py",
            "ToBeInvoiced(amount=case.plan.invoice)",
            "ToBeInvoiced(amount=case.granted)",
        ),
    ),
    "closed before invoicing has heard": (
        Mutation("stages.py", "needed=lambda case: bool(case.receivable)", "needed=lambda case: False"),
    ),
    "a condition is accepted without a word": (
        Mutation(
            "case/decide/handling.py",
            "    if open_ and not command.note:",
            "    command = command.model_copy(update={'note': ''})\n    if False:",
        ),
        Mutation(
            "case/decide/handling.py",
            "note=command.note,\n        evaluated_by",
            "note='',\n        evaluated_by",
        ),
    ),
    "somebody decides of their own roles": (
        Mutation("user/decide.py", "if context.by.user_id == context.stream.key:", "if False:"),
    ),
    "the last administrator is ended": (Mutation("user/decide.py", "if not then and", "if False and"),),
    "a disabled administrator still counts": (
        Mutation("user/state.py", "return frozenset() if self.disabled else self.held", "return self.held"),
    ),
}


def apply_mutant(name: str) -> str:
    """What became of a bug: which law found it, after how many walks and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for each in FOLDERS:
            shutil.copytree(ROOT / each, copy / each, ignore=shutil.ignore_patterns("__pycache__"))
        for change in MUTANTS[name]:
            file = copy / "domain" / change.file
            text = file.read_text()
            assert change.right in text, f"{name}: {change.file} does not say {change.right!r} any more"
            file.write_text(text.replace(change.right, change.wrong))
        found = subprocess.run(
            [sys.executable, "-m", "tests.invariants.mutants", "--look"],
            cwd=copy,
            env={"PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    return (found.stdout or found.stderr).strip().splitlines()[-1]


def look() -> str:
    """Walk until something is wrong, without making the example smaller."""
    from tests.invariants.machine import MunicipalityMachine
    from tests.invariants.test_invariants import STEADY, WALKS

    began = time.monotonic()
    for walk in range(2 * WALKS):
        try:
            run_state_machine_as_test(
                seed(walk)(type("Walk", (MunicipalityMachine,), {})),
                settings=settings(STEADY, phases=[Phase.generate]),
            )
        except Exception as error:  # noqa: BLE001 - whatever is raised has found the bug
            what = str(error).splitlines()[0] if str(error) else "an assertion"
            return f"walk {walk}, {time.monotonic() - began:.1f} s: {type(error).__name__}: {what} ({_law(error)})"
    return f"NOT FOUND in {2 * WALKS} walks, {time.monotonic() - began:.0f} s"


def _law(error: BaseException) -> str:
    """The function in which it was noticed."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return last.tb_frame.f_code.co_name if last else ""


if __name__ == "__main__":
    if sys.argv[1:] == ["--look"]:
        print(look())  # noqa: T201 - for whoever runs it
    else:
        for bug in sys.argv[1:] or MUTANTS:
            print(f"{bug}: {apply_mutant(bug)}", flush=True)  # noqa: T201 - for whoever runs it
