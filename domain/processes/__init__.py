"""The processes: one file each, found by looking in this folder. A new process is a new file and its story."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from domain.process import Process
from domain.rejections import BadContent


@cache
def processes() -> Mapping[tuple[str, int], Process]:
    """Every process there is, found by looking in `domain/processes/`, by name and edition."""
    found = [
        value
        for module in pkgutil.iter_modules(__path__)
        for value in vars(import_module(f"domain.processes.{module.name}")).values()
        if isinstance(value, Process)
    ]
    return {(process.name, process.edition): process for process in found}


def process(name: str, edition: int | None = None) -> Process:
    """A process in an edition, or in its newest."""
    editions = [key for key in processes() if key[0] == name and edition in (None, key[1])]
    if not editions:
        known = ", ".join(sorted({key[0] for key in processes()}))
        raise BadContent(
            f"There is no such process; the processes are {known}.", field="process", process=name
        )
    return processes()[max(editions)]
