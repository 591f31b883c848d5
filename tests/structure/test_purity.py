"""What the pure core may lean on besides the standard library, told by the imports themselves; no module is listed."""

import sys
from functools import cache

import grimp
import pytest

ROOMS = ("domain", "projections", "api", "workers")
CORE_MAY_USE = {
    "babel": "catalogues of translations",
    "pydantic": "facts and commands are values with a schema",
    "pydantic_core": "how a personal value is read and written",
    "stdnum": "check digits",
    "yaml": "criteria documents: values with their line and column, nothing built",
}
"""Libraries without clock, network or state of their own."""


@cache
def imports() -> grimp.ImportGraph:
    """Who imports whom in the product, and which packages from outside."""
    return grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)


def in_room(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


CORE = sorted(each for each in imports().find_descendants("domain") if not in_room(each, "domain.store"))


@pytest.mark.parametrize("module", CORE)
def test_the_core_leans_on_nothing_that_acts(module: str) -> None:
    outside = {
        each
        for each in imports().find_modules_directly_imported_by(module)
        if not any(in_room(each, room) for room in ROOMS)
    }
    assert outside <= CORE_MAY_USE.keys() | sys.stdlib_module_names


def test_what_the_core_may_use_it_uses() -> None:
    used = {each for module in CORE for each in imports().find_modules_directly_imported_by(module)}
    assert used >= CORE_MAY_USE.keys()
