"""Paying, instalments, the final account and invoicing: found by the walks of the state machine."""

from tests.mutants import Change

FOUND_BY = ("tests/invariants",)

AFTER_DECISION = "domain/decide/case/after_decision.py"
PAYMENT = "domain/decide/case/payment.py"
CASE_STAGES = "domain/case/stages.py"
CASE_STATE = "domain/case/state.py"
SETTLEMENT = "domain/criteria/settlement.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a payment ordered twice": (
        Change(
            CASE_STAGES,
            "answers={c.ReleasePayment:",
            "answers={c.OrderPayment: [Role.SYSTEM], c.ReleasePayment:",
        ),
    ),
    "a payment released again after it was instructed": (
        Change(
            CASE_STAGES,
            'closes the case.",\n        tone="teal",\n        icon="banknote",\n    ),\n    answers=by_hand,',
            'closes the case.",\n        tone="teal",\n        icon="banknote",\n    ),\n    answers={**by_hand, c.ReleasePayment: [Role.PAYMENTS]},',
        ),
        Change(PAYMENT, 'payment.state != "ordered"', 'payment.state not in ("ordered", "instructed")'),
    ),
    "a payment's id is used again": (Change(PAYMENT, "{len(case.payments) + 1}", "{1}"),),
    "whoever changed the account releases the payment": (Change(PAYMENT, ", case.account_changed_by}", "}"),),
    "an instalment above the plan": (
        Change(PAYMENT, "if command.amount > left:", "if command.amount > case.granted:"),
    ),
    "a disqualified person approves an instalment": (
        Change(PAYMENT, "    not_disqualified(case, context)\n    left =", "    left ="),
    ),
    "a returned instalment is not recorded": (
        Change(PAYMENT, "for each in case.payments if", "for each in case.payments[-1:] if"),
    ),
    "ordered while another payment is under way": (
        Change(CASE_STAGES, "case.in_flight or case.ordered >=", "case.ordered >="),
    ),
    "a final grant above what was decided": (
        Change(SETTLEMENT, "min(scheme.line(value), decided)", "scheme.line(value)"),
    ),
    "the balance forgets what was paid": (
        Change(PAYMENT, "balance = final - case.paid", "balance = final - case.plan.instalments"),
    ),
    "a euro above the final account is not recovered": (
        Change(PAYMENT, "amount=-balance)", "amount=-balance - 1)"),
    ),
    "what is recovered is kept back as well": (
        Change(CASE_STATE, "self.final_account.final - self.final_account.balance)", "self.ordered)"),
    ),
    "another sum is invoiced than was decided": (
        Change(AFTER_DECISION, "ToBeInvoiced(amount=case.plan.invoice)", "ToBeInvoiced(amount=case.granted)"),
    ),
    "a fee is never invoiced": (
        Change(AFTER_DECISION, "if case.decision and case.decision.fee:", "if False:"),
    ),
    "closed before the sum is forwarded to invoicing": (
        Change(CASE_STAGES, "needed=lambda case: bool(case.receivable)", "needed=lambda case: False"),
    ),
}
