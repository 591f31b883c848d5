"""Plant every mutant, or those named, and say which test finds it; fails where one survives."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutants import mutants
from tests.mutants.planting import look_for

known = mutants()
names = sys.argv[1:] or list(known)
if unknown := sorted(set(names) - set(known)):
    sys.exit(f"There is no mutant called {', '.join(unknown)}.")
survivors = []
with ThreadPoolExecutor(os.cpu_count()) as crew:
    found = crew.map(look_for, [known[name] for name in names])
    for number, (name, (survived, what, seconds)) in enumerate(zip(names, found, strict=True), 1):
        word = "SURVIVED" if survived else "found"
        print(f"[{number}/{len(names)}] {word} in {seconds:.0f} s: {name} — {what}", flush=True)
        if survived:
            survivors.append(f"{name} — {what}")
print(f"{len(names) - len(survivors)} of {len(names)} mutants were found")
if survivors:
    sys.exit("\n  ".join(["These survived:", *survivors]))
