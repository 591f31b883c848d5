"""Criteria and calculations from before criteria were documents, in today's form; nothing of what was said is changed."""

import json
from decimal import Decimal
from typing import Any


def document_of(rule_set: dict[str, Any]) -> str:
    """The document that says what a rule set of the first shape said: a budget divided by length."""
    formula = rule_set["formula"]
    quoted = {
        name: json.dumps(rule_set[name], ensure_ascii=False)
        for name in ("name", "adopted_by", "section", "process", "legal_basis")
    }
    conditions = "".join(
        f"  - {json.dumps(each, ensure_ascii=False)}\n" for each in rule_set["conditions"] if each.strip()
    )
    return f"""\
name: {quoted["name"]}
edition: {rule_set["edition"]}
process: {quoted["process"]}
adopted:
  by: {quoted["adopted_by"]}
  on: {rule_set["adopted_on"]}
  section: {quoted["section"]}
legal_basis: {quoted["legal_basis"]}
inputs:
  length:
    type: length
    from: application.length_m
    text: {{fi: Tien pituus, sv: Vägens längd, en: Length of the road}}
eligibility:
  - code: too-short
    require: length >= {formula["minimum_length"]} m
    text: {{fi: Tie on liian lyhyt, sv: Vägen är för kort, en: The road is too short}}
allocation:
  method: unit_price
  weight: length
rounding:
  unit_price: down {formula["floor_to"]} €/km
""" + (f"conditions:\n{conditions}" if conditions else "")


def run_of(fact: dict[str, Any]) -> dict[str, Any]:
    """A calculation run of the first shape: its lines kept the road's metres and their traces beside the amount."""
    allocation = fact["allocation"]
    part = {
        "scheme": "grant",
        "available": allocation["budget"],
        "total": allocation["total"],
        "unallocated": allocation["unallocated"],
        "unit_price": allocation["unit_price"],
        "trace": allocation["trace"],
    }
    lines = [
        {"case": line["case"], "outcome": "granted", "amount": line["amount"], "trace": line["trace"]}
        for line in allocation["lines"]
    ]
    result = {
        "engine": allocation["engine"],
        "criteria": "",
        "budget": allocation["budget"],
        "reserve": "0.00",
        "total": allocation["total"],
        "unallocated": allocation["unallocated"],
        "slots": {},
        "parts": [part],
        "lines": lines,
    }
    demands = [
        {
            "case": line["case"],
            "inputs": {"length": {"value": f"{line['length_m']} m", "source": "application"}},
        }
        for line in allocation["lines"]
    ]
    return {
        "run": fact["run"],
        "rule_set": fact["rule_set"],
        "demands": demands,
        "result": result,
        "run_hash": "",
    }


def plan_of(amount: str) -> dict[str, str]:
    """How a grant of the first shape was paid: at once."""
    return {"at_once": str(Decimal(amount))}
