"""A worker that ended is started again: it takes neither the API nor the other workers with it."""

from collections.abc import Callable, Sequence

from api.installation.child_processes import ChildProcesses

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until a worker that ended is started again; twice as long each time it ends sooner than the longest."""


class WorkerRestarts:
    """Looks after the workers of an installation."""

    def __init__(
        self, processes: ChildProcesses, workers: Sequence[str], monotonic: Callable[[], float]
    ) -> None:
        self._processes, self._workers, self._monotonic = processes, workers, monotonic
        self._started = dict.fromkeys(workers, monotonic())
        self._pauses = dict.fromkeys(workers, FIRST_PAUSE)
        self._again_at: dict[str, float] = {}

    def look(self) -> list[str]:
        """Start again what ended; a sentence for each that was found ended. Raises ProcessDied where it is no worker."""
        now, sentences = self._monotonic(), []
        for name, died in self._processes.ended().items():
            if name not in self._workers:
                raise died
            if name not in self._again_at:
                pause = self._pauses[name] if now - self._started[name] < LONGEST_PAUSE else FIRST_PAUSE
                self._pauses[name] = min(2 * pause, LONGEST_PAUSE)
                self._again_at[name] = now + pause
                sentences.append(f"{died}\nIt is started again in {pause:g} s; the rest goes on.")
            elif now >= self._again_at[name]:
                del self._again_at[name]
                self._started[name] = now
                self._processes.start_again(name)
        return sentences
