"""What is always true, law by law; each file is found by looking in this folder."""

import pkgutil
from importlib import import_module

from tests.always.laws.clerk import LAWS, Clerk

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["LAWS", "Clerk"]
