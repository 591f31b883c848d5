"""What codes are called on the pages: stages by their streams, choices by their commands, reasons and states here."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from domain.messages import Role
from domain.processes import processes
from domain.stages import StageTexts
from domain.streams import STREAM_KINDS, commands_by_name
from domain.texts.translation import texts


@cache
def stage_texts() -> Mapping[str, StageTexts]:
    """The texts of every stage, by the name that lists have it under; the same in each stream that has the stage."""
    tables = [
        *(each.stages for each in processes().values()),
        *(kind.stages for kind in STREAM_KINDS.values()),
    ]
    return {stage.name: stage.texts for table in reversed(tables) for stage in table}


@cache
def value_texts() -> Mapping[str, str]:
    """Values of states, and whatever commands let people choose."""
    chosen = (
        texts for command in commands_by_name().values() for texts in choices_of(command.model_json_schema())
    )
    return {code: text for texts in (ROLE_TEXTS, *chosen, VALUES) for code, text in texts.items()}


def choices_of(schema: Any) -> Iterator[Mapping[str, str]]:
    """The texts of each choice in a schema."""
    match schema:
        case dict():
            if "x-texts" in schema:
                yield schema["x-texts"]
            for each in schema.values():
                yield from choices_of(each)
        case list():
            for each in schema:
                yield from choices_of(each)


ROLE_TEXTS: Mapping[str, str] = {role.value: role.text for role in Role}

QUEUE_REASON_TEXTS = texts(
    {
        "completion-answered": "The completion arrived",
        "completion-lapsed": "No completion came in time",
        "completion-cancelled": "The completion request was cancelled",
        "handler-disqualified": "The earlier handler is disqualified",
        "proposal-returned": "The proposal was returned",
        "payment-returned": "The payment came back",
        "payment-refused": "The payment party refused the payment",
        "to-be-recovered": "More was paid than the final account gives",
        "late": "Arrived late",
    }
)

UNPAID_REASON_TEXTS = texts(
    {
        "not-served-or-published": "Not served and published yet",
        "appeal-period-runs": "The appeal period runs",
        "claim-or-call-up-open": "A claim or a call-up is open",
        "days-of-grace-run": "The days of grace run",
        "account-needed": "The account must be corrected",
        "being-ordered": "The payment order is being made",
        "release-needed": "Waits for release",
        "at-the-bank": "On its way to the bank",
        "final-account-awaited": "Waits for the final account",
        "to-be-invoiced": "To be handed to invoicing",
    }
)

RECEIVABLE_TEXTS = texts(
    {
        "fee": "Fee of the decision",
        "work": "Work of the municipality",
        "recovery": "Recovery of a grant",
        "awaits-legal-force": "Waits for legal force",
        "to-be-handed-over": "To be handed to invoicing",
        "with-invoicing": "With invoicing",
    }
)
"""What the municipality is owed for, and how far it has come."""

VALUES = texts(
    {
        "granted": "To be granted",
        "manual": "For a person to decide",
        "incomplete": "To be completed",
        "withdrawn": "Withdrawn",
        "yes": "Yes",
        "no": "No",
        "open": "Open",
        "dismissed": "Dismissed without examining",
        "ordered": "Ordered, to be released",
        "released": "Released",
        "instructed": "On its way to the bank",
        "booked": "Paid",
        "returned": "Came back",
        "refused": "Refused",
        "account-changed": "The account was changed: look before release",
        "decided": "Decided",
        "approved": "Approved",
        "proposed": "Proposed",
        "on-agenda": "On the agenda",
        "YksTL 84 §": "YksTL 84 § (roads with an association)",
        "KuntaL 7 §": "KuntaL 7 § (voluntary)",
    }
)
"""Values of states; what a command lets people choose has its texts beside its type."""

REASON_TEXTS = texts(
    {
        "late": "The application arrived late",
        "too-short": "The road is shorter than the criteria require",
        "not-completed": "The application was not completed",
        "other": "Another reason (say it in words)",
    }
)

MESSAGES = texts(
    (
        "Fill in every field.",
        "Say why you look, in at least three letters; it is logged.",
        "Field required",
        "Extra inputs are not permitted",
        "Input should be a valid string",
        "Input should be a valid integer",
        "Input should be a valid integer, unable to parse string as an integer",
        "Input should be a valid decimal",
        "Input should be a valid date or datetime, input is too short",
        "Input should be a valid date or datetime, invalid character in year",
        "Input should be a valid date in the format YYYY-MM-DD, input is too short",
        "Input should be a valid date in the format YYYY-MM-DD, invalid character in year",
        "Input should be a valid datetime or date, input is too short",
        "Input should be a valid datetime or date, invalid character in year",
        "Input should be a valid time",
        "Input should be a valid dictionary",
        "Input should be a valid list",
        "Input should be a valid boolean",
        "String should have at least {number} character",
        "String should have at least {number} characters",
        "String should have at most {number} characters",
        "String should match pattern '{pattern}'",
        "Input should be greater than or equal to {number}",
        "Input should be less than or equal to {number}",
        "Decimal input should have no more than {number} decimal places",
        "Decimal input should have no more than {number} digits in total",
        "Input should be {choices}",
        "a text is needed here",
        "between 1 and 500 characters are needed here",
        "this is not a valid IBAN: check the digits, e.g. FI21 1234 5600 0007 85",
        "this is not a valid Finnish personal identity code",
        "give the usage unit's id in full, e.g. Y2004-11427 or 000-2007-K7905; the short K7905 is not enough",
        "a case number has {running} and {year}, and may have {prefix} and {task_class}: e.g. {prefix}-{year}-{running}",
        "case numbers such as {longest} are too long; shorten the template or the prefix",
        "“{text}” is neither yes nor no. Write yes or no.",
        "“{text}” is not a day. Write 2026-04-30 or 30.4.2026.",
        "“{text}” is not a day with a clock time. Write 2026-04-30 16:00.",
        "“{text}” is {found}; {asked} is asked for. Write a number in {unit}.",
        "“{text}” is not a number with a unit. Write for example 690 €/km, 75 %, 500 m or 2.",
        "“{text}” is not one of the choices. They are {choices}.",
        "“{text}” is below nought. Look at it again.",
        "“{text}” is not a whole number. A count is whole; the type number is for others.",
        "“{text}” is not a whole number of metres. Write metres, or kilometres to the third decimal.",
        (
            "The grants come to {total} € and the budget is {budget} €, but the criteria do not say how it is shared:"
            " raise the budget, or adopt criteria with an allocation (pro_rata, in_order)."
        ),
        "in the preview",
        "yes or no",
    )
)
"""What pydantic and the rules of single values say, where a form shows it at its field; and small words of hints."""
