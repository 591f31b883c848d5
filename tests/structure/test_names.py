"""Every name means one thing: what is defined at the top of one module is defined in no other."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "projections", "api", "workers")
ONE_IN_EACH_MODULE = {
    "router": "FastAPI's own word for the addresses of a module",
    "log": "the module's part of the log",
    "main": "what runs when the module is started as a programme",
    "evolve": "each kind of stream folds its own facts",
    "decide": "each kind of stream answers its own commands",
}


class Definition(NamedTuple):
    """A name at the top of a module, and the expression that it stands for, if any."""

    module: str
    name: str
    value: ast.expr | None


def modules() -> Iterator[tuple[str, list[ast.stmt]]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text()).body


def definitions(module: str, body: list[ast.stmt]) -> Iterator[Definition]:
    for each in body:
        match each:
            case ast.ClassDef(name=name):
                yield Definition(module, name, None)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not handles_a_fact(each, body):
                yield Definition(module, each.name, None)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield Definition(module, name, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield Definition(module, name, value)


def handles_a_fact(function: ast.FunctionDef | ast.AsyncFunctionDef, body: list[ast.stmt]) -> bool:
    """A read model's handler is named after its fact, and found by the decorator alone."""
    read_models = {
        target.id
        for each in body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)
        for target in each.targets
        if isinstance(target, ast.Name) and ast.unparse(each.value.func) == "ReadModel"
    }
    decorators = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any(
        isinstance(each, ast.Attribute)
        and each.attr in ("on", "on_each")
        and ast.unparse(each.value) in read_models
        for each in decorators
    )


PUBLIC = [
    each
    for module, body in modules()
    for each in definitions(module, body)
    if not each.name.startswith("_") and each.name not in ONE_IN_EACH_MODULE
]


def test_no_public_name_is_defined_in_two_modules() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for each in PUBLIC:
        found[each.name].add(each.module)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def test_no_two_type_aliases_say_the_same() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for each in PUBLIC:
        if isinstance(each.value, ast.Subscript) and ast.unparse(each.value.value) == "Annotated":
            found[ast.unparse(each.value)].add(each.name)
    assert found, "no alias was found at all"
    assert {text: names for text, names in found.items() if len(names) > 1} == {}


def test_each_exempt_name_is_still_needed() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for module, body in modules():
        for each in definitions(module, body):
            found[each.name].add(module)
    assert {name for name in ONE_IN_EACH_MODULE if len(found[name]) < 2} == set()
