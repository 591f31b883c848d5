"""Answers to a form that nobody has filled in: made from its questions, so that a new process is walked by itself."""

from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import JsonValue
from pydantic.fields import FieldInfo

from domain.process import ProcessForm


def answers_to(form: type[ProcessForm]) -> dict[str, JsonValue]:
    """An answer to each question that has to be answered, under its stored name."""
    return {name: answer_to(field) for name, field in form.model_fields.items() if field.is_required()}


def answer_to(field: FieldInfo) -> JsonValue:
    """The least that a question takes, by the kind of its answer; where that is not enough, a test says so."""
    kind = field.annotation
    if get_origin(kind) in (Union, UnionType):
        kind = next(each for each in get_args(kind) if each is not NoneType)
    least = max((int(each.ge) for each in field.metadata if getattr(each, "ge", None) is not None), default=1)
    length = max((each.min_length for each in field.metadata if getattr(each, "min_length", None)), default=1)
    if get_origin(kind) is Literal:
        return str(get_args(kind)[0])
    answers: dict[Any, JsonValue] = {
        str: "x" * length,
        bool: True,
        int: least,
        Decimal: f"{least}.00",
        date: "2022-08-06",
    }
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    return answers.get(kind, "x")
