"""Longer walks of the state machine, of other seeds at each run: `python -m tests.invariants [--seconds N] [--seed N]`."""

import argparse
import itertools
import os
import random
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context

from tests.invariants.walks import STEPS, longer_walk


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=300, help="how long walks are begun")
    options.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="the first seed"
    )
    asked = options.parse_args()
    print(f"walks of {STEPS} steps for {asked.seconds} s, from seed {asked.seed} on", flush=True)
    end, seeds, found = time.monotonic() + asked.seconds, itertools.count(asked.seed), []
    count, hands = 0, os.cpu_count() or 1
    with ProcessPoolExecutor(hands, get_context("spawn")) as crew:
        running = {crew.submit(longer_walk, next(seeds)) for _ in range(hands)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for number, wrong in (each.result() for each in done):
                count += 1
                print(f"[{count}] seed {number}: {wrong or 'nothing is wrong'}", flush=True)
                if wrong:
                    found.append(number)
            if time.monotonic() < end:
                running |= {crew.submit(longer_walk, next(seeds)) for _ in done}
    print(f"{count} walks, {len(found)} found something" + (f": seeds {sorted(found)}" if found else ""))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
