"""What codes are called on the pages: stages, reasons, roles, values; English here, other languages in the catalogue."""

from collections.abc import Mapping

STAGES: Mapping[str, str] = {
    "new": "New",
    "reception": "Reception",
    "completion": "Waiting for completion",
    "handling": "Handling",
    "calculation": "Calculation",
    "proposal": "Proposal",
    "decision": "Decision",
    "service": "Service of the decision",
    "appeal-period": "Appeal period",
    "claims": "Claim for a revised decision",
    "legal-force": "Legal force",
    "payment-account": "Account to be corrected",
    "payment-order": "Payment order",
    "payment-release": "Release of the payment",
    "payment-booking": "Payment at the bank",
    "closed": "Closed",
    "archived": "Archived",
    "proposed": "To be approved",
    "proposed-to-board": "To be put on the agenda",
    "returned": "Returned",
    "approved": "To be signed",
    "on-agenda": "On the agenda",
    "minutes": "Minutes to be checked",
    "to-publish": "To be published",
    "published": "Published",
    "published-without-personal-data": "Published, personal data removed",
    "open": "Open",
    "in-force": "In force",
}

PHASES: Mapping[str, str] = {
    "reception": "Received",
    "completion": "Handling",
    "handling": "Handling",
    "calculation": "Calculation",
    "proposal": "Decision",
    "decision": "Decision",
    "service": "Service",
    "appeal-period": "Appeal period",
    "claims": "Appeal period",
    "legal-force": "Legal force",
    "payment-account": "Payment",
    "payment-order": "Payment",
    "payment-release": "Payment",
    "payment-booking": "Payment",
    "closed": "Closed",
    "archived": "Closed",
}
"""Stages that stand together in the stage bar; a stage that is not here stands alone."""

NEXT: Mapping[str, str] = {
    "reception": "The case gets its number and the applicant an acknowledgement, by itself.",
    "completion": "The applicant completes the application. If nothing comes by the last day, handling goes on with what there is.",
    "handling": "A handler takes the case, declares that nothing disqualifies, records each check and finishes the check.",
    "calculation": "The grants are calculated over the whole round at once, when every application has been checked.",
    "proposal": "A handler proposes the decision, for one case or for the whole round.",
    "decision": "The decision maker approves and signs. Whoever prepared the decision may not make it.",
    "service": "The registry serves the decision on each party and publishes it.",
    "appeal-period": "The time for a claim for a revised decision runs. When it ends, the case goes on by itself.",
    "claims": "A claim for a revised decision or a call-up is open; it is handled before the decision can gain legal force.",
    "legal-force": "Mail on its way still has its days of grace. After them legal force is stated by itself.",
    "payment-account": "The account must be corrected before anything can be paid.",
    "payment-order": "The payment order is made by itself.",
    "payment-release": "Somebody who neither prepared nor made the decision releases the payment.",
    "payment-booking": "The payment is on its way; the bank's booking closes the case.",
    "closed": "The case is being closed by itself.",
    "archived": "The case is closed. Nothing needs to be done.",
    "proposed": "The decision maker reads the proposal and approves or returns it.",
    "proposed-to-board": "The registry puts the proposal on the board's agenda.",
    "returned": "The proposal was returned to its preparer. This proposal goes no further.",
    "approved": "The decision maker signs the decision.",
    "on-agenda": "The registry records what the board decided in its meeting.",
    "minutes": "The minutes are checked before they are published.",
    "to-publish": "The registry publishes the decision; the members' time for a claim begins.",
    "published": "The decision is on the web. Personal data leaves it by itself when the members' time ends.",
    "published-without-personal-data": "The decision is on the web without personal data.",
    "open": "Applications can be sent until the round closes.",
    "in-force": "The administrator may adopt new settings and criteria.",
    "new": "Nothing has happened yet.",
}
"""What happens in a stage, and who does it: the next step in plain words."""

WHY: Mapping[str, str] = {
    "completion-answered": "The completion arrived",
    "completion-lapsed": "No completion came in time",
    "completion-cancelled": "The completion request was cancelled",
    "handler-disqualified": "The earlier handler is disqualified",
    "proposal-returned": "The proposal was returned",
    "payment-returned": "The payment came back",
    "payment-refused": "The payment party refused the payment",
    "late": "Arrived late",
}

WHY_STAGE: Mapping[str, str] = {
    "reception": "Has no case number yet",
    "completion": "Waits for the applicant's completion",
    "handling": "To be checked",
    "calculation": "Checked, to be calculated with the round",
    "proposal": "Ready to be proposed",
    "decision": "Waits for the decision",
    "service": "Decided, to be served and published",
    "claims": "A claim or a call-up is open",
    "payment-account": "The account must be corrected",
    "payment-release": "May be paid",
    "proposed": "Waits for approval",
    "proposed-to-board": "Waits for the board's agenda",
    "approved": "Waits for signature",
    "on-agenda": "Waits for the board's meeting",
    "minutes": "Waits for checked minutes",
    "to-publish": "Waits for publication",
}

WHY_NOT_YET: Mapping[str, str] = {
    "not-served-or-published": "Not served and published yet",
    "appeal-period-runs": "The appeal period runs",
    "claim-or-call-up-open": "A claim or a call-up is open",
    "days-of-grace-run": "The days of grace run",
    "account-needed": "The account must be corrected",
    "being-ordered": "The payment order is being made",
    "release-needed": "Waits for release",
    "at-the-bank": "On its way to the bank",
}

ROLES: Mapping[str, str] = {
    "applicant": "Applicant",
    "customer-service": "Customer service",
    "registry": "Registry",
    "handler": "Handler",
    "approver": "Decision maker",
    "payments": "Payments",
    "auditor": "Auditor",
    "manager": "Management",
    "archivist": "Archivist",
    "administrator": "Administrator",
    "system": "The system",
}

GROUNDS: Mapping[str, str] = {
    "1": "1: you or someone close to you is a party",
    "2": "2: you or someone close to you assists or represents a party",
    "3": "3: special benefit or loss can be expected",
    "4": "4: employed by a party or by whom it benefits",
    "5": "5: on the board of a body that is a party or benefits",
    "6": "6: on the board of a supervised body",
    "7": "7: confidence in impartiality is endangered for another reason",
}

VALUES: Mapping[str, str] = {
    "fi": "Finnish",
    "sv": "Swedish",
    "en": "English",
    "eligible": "Meets the criteria",
    "rejected": "To be rejected",
    "withdrawn": "Withdrawn",
    "e-service": "E-service",
    "paper": "Paper",
    "counter": "At the counter",
    "electronic": "Electronically",
    "letter": "By letter",
    "handed": "Handed over",
    "receipt": "Against a receipt",
    "substitute": "To a substitute recipient",
    "published": "Published on the web",
    "notice": "By public notice",
    "officeholder": "An officeholder",
    "board": "The board",
    "registry": "When the registry closes",
    "midnight": "At midnight",
    "open": "Open",
    "dismissed": "Dismissed without examining",
    "ordered": "Ordered, to be released",
    "released": "Released",
    "instructed": "On its way to the bank",
    "booked": "Paid",
    "returned": "Came back",
    "refused": "Refused",
    "account-changed": "The account was changed: look before release",
    "applicant": "Applicant",
    "decided": "Decided",
    "approved": "Approved",
    "proposed": "Proposed",
    "on-agenda": "On the agenda",
    "YksTL 84 §": "YksTL 84 § (roads with an association)",
    "KuntaL 7 §": "KuntaL 7 § (voluntary)",
}
"""Values of enumerations in commands and states."""

REASONS: Mapping[str, str] = {
    "late": "The application arrived late",
    "too-short": "The road is shorter than the criteria require",
    "not-completed": "The application was not completed",
    "other": "Another reason (say it in words)",
}

STEPS: Mapping[str, str] = {
    "budget": "The budget of the round",
    "total-length": "All eligible roads together",
    "exact-price": "The budget divided by the kilometres",
    "unit-price": "Rounded down to whole tens: the unit price",
    "length": "The length of this road",
    "grant": "The grant",
}

CHANNELS: Mapping[str, str] = {"application": "from the application", "completion": "from the completion"}

FIGURES: Mapping[str, str] = {}

ICONS: Mapping[str, str] = {
    "reception": "inbox",
    "completion": "reply",
    "handling": "user",
    "calculation": "calculator",
    "proposal": "file-text",
    "decision": "gavel",
    "service": "mail",
    "appeal-period": "hourglass",
    "claims": "scale",
    "legal-force": "shield",
    "payment-account": "triangle-alert",
    "payment-order": "banknote",
    "payment-release": "banknote",
    "payment-booking": "banknote",
    "closed": "archive",
    "archived": "archive",
    "open": "clock",
}

TONES: Mapping[str, str] = {
    "reception": "blue",
    "completion": "amber",
    "handling": "blue",
    "calculation": "teal",
    "proposal": "violet",
    "decision": "violet",
    "proposed": "violet",
    "approved": "violet",
    "service": "amber",
    "to-publish": "amber",
    "claims": "red",
    "payment-account": "red",
    "payment-order": "teal",
    "payment-release": "teal",
    "payment-booking": "teal",
    "closed": "green",
    "archived": "green",
}


def every() -> set[str]:
    """Every English text that these tables can bring to a page."""
    tables = (STAGES, PHASES, NEXT, WHY, WHY_STAGE, WHY_NOT_YET, ROLES, GROUNDS, VALUES, REASONS, STEPS, CHANNELS)
    return {text for table in tables for text in table.values()}
