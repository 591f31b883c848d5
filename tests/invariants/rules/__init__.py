"""What is always true, invariant by invariant; each file is found by looking in this folder."""

import pkgutil
from importlib import import_module

from tests.invariants.rules.checker import INVARIANTS, InvariantChecker

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["INVARIANTS", "InvariantChecker"]
