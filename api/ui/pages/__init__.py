"""The pages, one module a subject; each has a `router`, found by looking in this folder."""

import pkgutil
from importlib import import_module

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """The routers of all pages."""
    modules = (import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    return [module.router for module in modules]
