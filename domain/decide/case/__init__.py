"""What a command to a case leads to: a file for each part of its path, found by looking in this folder."""

import pkgutil
from importlib import import_module

from domain.decide.case.dispatch import decide

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["decide"]
