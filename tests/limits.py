"""Every limit of the rules, found by looking, and tightened until nothing passes; folding must not notice."""

import copy
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic_core import SchemaValidator

import domain
from domain import adopted_criteria as criteria
from domain.criteria import document

NO_LIMITS = {
    "BARE_METRES_FROM": "what a bare number is guessed to be in, when a mistake is explained",
    "GUARD": "how many decimals a rounding looks at",
    "NO_MONEY": "nothing, in euros",
    "TENTH": "a share that a warning looks at",
    "TEN_DECIMALS": "how a factor is shown",
    "YEAR": "how many digits a year has",
    "ZERO_AMOUNT": "nothing",
    "ZERO_EUROS": "nothing, in euros",
}
"""Numbers of the domain that bound nothing, each with what it is for."""

TIGHTEST = {"max_length": 0, "min_length": 10**6, "le": -(10**6), "ge": 10**6, "pattern": r"^\b$"}
"""Bounds of a document's shape, as its schema names them, with a value that nothing meets."""


def modules() -> list[ModuleType]:
    """Every module of the domain but those of the store, which keeps facts and knows no rule."""
    names = [each.name for each in pkgutil.walk_packages(domain.__path__, "domain.")]
    return [import_module(name) for name in names if not name.startswith("domain.store")]


def numbers() -> dict[str, Any]:
    """Every number that a module of the domain gives a name."""
    return {
        name: value
        for module in modules()
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    }


def limits() -> dict[str, Any]:
    """Those of them that are limits, by the name that each of them bears."""
    return {name: value for name, value in numbers().items() if name.startswith("MAX_")}


@contextmanager
def tightened(**values: Any) -> Iterator[None]:
    """Every limit at one, and no document of any shape; or only the limits that are named, at these values."""
    found = limits()
    assert set(values) <= set(found), sorted(set(values) - set(found))
    wanted = values or {name: type(value)(1) for name, value in found.items()}
    with ExitStack() as undo:
        for module in [each for name, each in sys.modules.items() if name.startswith("domain")]:
            for name in wanted.keys() & vars(module).keys():
                undo.callback(partial(setattr, module, name, getattr(module, name)))
                setattr(module, name, wanted[name])
        for part in () if values else _parts():
            undo.callback(partial(setattr, part, "__pydantic_validator__", part.__pydantic_validator__))
            shape = _tightest(copy.copy(part.__pydantic_core_schema__))
            part.__pydantic_validator__ = SchemaValidator(shape)
        undo.callback(_forget)
        _forget()
        yield


def _parts() -> list[Any]:
    """The parts of a document, the inner ones first."""
    found = vars(document).values()
    return [each for each in found if isinstance(each, type) and issubclass(each, document.DocumentPart)]


def _tightest(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: TIGHTEST[key] if key in TIGHTEST else _tightest(each) for key, each in schema.items()}
    if isinstance(schema, list | tuple):
        return type(schema)(_tightest(each) for each in schema)
    return schema


def _forget() -> None:
    """What was compiled under other limits."""
    criteria._compiled.cache_clear()
