"""An example of each command, by its name: the one place from which the HTTP tests take a body that the API understands,
the state machine a command that it has no generator for, and the golden trail of a new command its line.

A command that needs something said has its example here; the others are given with an empty body.
"""

from typing import Any

from domain.messages import Command
from domain.streams import commands_by_name
from tests.live_municipality import application
from tests.stories.documents import by_length

CONTACT = {"name": "Toinen Osakas", "address": "Tie 2"}
ACCOUNT = {"iban": "FI1410093000123458", "holder": "Tiekunta"}
REASON = {"reason": "because it is so"}
PAYMENT = {"payment": "no-such-payment"}
SETTINGS = {
    "name": "Taken over",
    "prefix": "X",
    "claimBody": "Lautakunta",
    "claimAddress": "Kirkkotie 1",
    "officeholderLimit": "1.00",
    "delegation": "hallintosääntö 1 §",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "AddUser": {"roles": ["handler", "approver"]},
    "AddParty": {"contact": CONTACT, **REASON},
    "AdoptRuleSet": {"document": by_length(name="taken-over")},
    "AdoptSettings": {"settings": SETTINGS, "adoptedOn": "2022-01-01", "section": "§ 1"},
    "AnswerCompletion": {"answer": "here it is"},
    "BookPayment": {**PAYMENT, "bookedOn": "2022-06-01", "reference": "bank-1"},
    "CallUp": {"body": "Kunnanhallitus"},
    "CancelCompletion": REASON,
    "ChangeAccount": {"account": ACCOUNT, "evidence": "bank's letter"},
    "ChangeRoles": {"roles": ["auditor"]},
    "DeclareDisqualification": {"ground": "5"},
    "DismissClaim": {"claim": "claim-1", **REASON},
    "EndCallUp": REASON,
    "ErasePersonalData": REASON,
    "ApproveInstalment": {"amount": "1.00", "evidence": "invoice"},
    "Evaluate": {"outcome": "eligible"},
    "FixValues": {
        "values": {"class_1": "80 %"},
        "decidedBy": "Lautakunta",
        "decidedOn": "2022-06-01",
        "section": "§ 2",
    },
    "ForwardToInvoicing": {"reference": "invoice 1"},
    "RecordFinding": {"input": "road_class", "value": "1", **REASON},
    "Renew": {"earlier": "r"},
    "SettleAccount": {"inputs": {"actual_costs": "1.00"}, "evidence": "accounts"},
    "ExtendCompletion": {"due": "2030-01-01", **REASON},
    "FindInstructionsWrong": REASON,
    "LogContact": {"who": "applicant", "how": "phone", "what": "Asked when the grants are decided."},
    "Note": {"note": "noted"},
    "OpenRound": {
        "name": "Other round",
        "process": "private-road-grant",
        "ruleSet": "grants",
        "budget": "1.00",
        "opensAt": "2022-06-01T05:00:00Z",
        "closesAt": "2022-06-30T12:00:00Z",
    },
    "Propose": {"round": "r", "heading": "Another decision"},
    "PutOnTheAgenda": {"meetsOn": "2030-01-01"},
    "ReceiveClaim": {"claimant": "Väinö Vaatija", "demand": "more"},
    "RecordCheck": {"item": "digiroad", "met": True, "evidence": "seen"},
    "RecordMeeting": {"section": "§ 5", "decidedOn": "2022-07-01"},
    "ReleasePayment": PAYMENT,
    "ReopenEvaluation": REASON,
    "RequestCompletion": {"what": "the minutes"},
    "ReturnPayment": {**PAYMENT, "returnedOn": "2022-07-01", "reason": "AC04"},
    "ReturnProposal": REASON,
    "Serve": {"mode": "letter"},
    "Sign": {"signature": "A. Nother"},
    "Submit": application("c9").model_dump(
        mode="json", by_alias=True, context={"plain": True}, exclude_none=True
    ),
    "Withdraw": REASON,
    "WithdrawClaim": {"claim": "claim-1", **REASON},
}

COMMANDS: dict[str, type[Command]] = {
    name: command for name, command in commands_by_name().items() if not command.internal
}


def body(name: str) -> dict[str, Any]:
    """The example as it is sent; it is of the right form, whatever the rules say to it."""
    return EXAMPLES.get(name, {})


def example(name: str) -> Command:
    """The example as a command."""
    return COMMANDS[name].model_validate(body(name))
