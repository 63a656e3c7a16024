"""Where the seconds of a whole run go: processor seconds by stage, and the least that two cores could take.

python -m benchmarks.run EVALUATION runs `report` as the folder stands (without build/ and data/raw/ it is a run from
nothing) and looks every tenth of a second at what its processes have used. A window of a second takes two cores half of
what all processes used in it, or as long as its busiest process: their sum is the time on two idle cores, and half of
all is what no order of the work goes below. Needs Linux (/proc); other work beside it makes seconds longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

STAGES = ("simulate", "ingest", "weight", "analyse", "protect", "state", "draw", "publish")
CORES, WINDOW, EVERY = 2, 1.0, 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """What was used until a stage ended: seconds by the clock, of the processor, and what the cores take for them."""

    wall: float = 0.0
    processor: float = 0.0
    cores: float = 0.0
    window: Counter[int] = field(default_factory=Counter)

    def add(self, used: Counter[int], seconds: float) -> None:
        """Add what processes used in some seconds."""
        self.wall += seconds
        self.processor += used.total()
        self.window += used
        # windows are of work, not of the clock: other work beside this one does not move them
        if self.window.total() >= WINDOW:
            self.close()

    def close(self) -> None:
        """Count the window: half of it, or its busiest process."""
        self.cores += max([self.window.total() / CORES, *self.window.values()])
        self.window.clear()


class Family:
    """A process and all that it started, those whose parent has ended included."""

    def __init__(self, root: int) -> None:
        self._known, self._before = {root}, Counter[int]()

    def used(self) -> Counter[int]:
        """Return the processor seconds that each has used since the last look."""
        parents, total = {}, Counter[int]()
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(path.parent.name)
            parents[pid] = int(told[1])
            total[pid] = int(told[11]) + int(told[12])
        more = self._known
        while more:
            more = {pid for pid, parent in parents.items() if parent in self._known} - self._known
            self._known |= more
        now = Counter({pid: ticks / _TICKS for pid, ticks in total.items() if pid in self._known})
        since = now - self._before
        self._before |= now
        return since


def measured(command: list[str]) -> dict[str, Used]:
    """Run a command and return what was used until each stage said its line, in order; the rest under ``end``."""
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(line.split(" ")[0].strip() for line in run.stdout or ()))
    reader.start()
    family, found, now = Family(run.pid), {"start": Used()}, time.perf_counter()
    while run.poll() is None:
        time.sleep(EVERY)
        before, now = now, time.perf_counter()
        list(found.values())[-1].add(family.used(), now - before)
        for stage in (word for word in list(said) if word in STAGES and word not in found):
            last = list(found)[-1]
            found[stage] = found.pop(last)
            found[stage].close()
            found["end"] = Used()
    reader.join()
    if run.returncode:
        raise SystemExit(run.returncode)
    found["end"].close()
    return found


def main(evaluation: str) -> None:
    """Print a line a stage."""
    found = measured([sys.executable, "-m", "pipeline", "report", evaluation])
    total = [sum(getattr(used, name) for used in found.values()) for name in ("wall", "processor", "cores")]
    print(f"{'until the end of':<18}{'clock':>8}{'processor':>11}{'two cores':>11}  seconds")
    for stage, used in found.items():
        print(f"{stage:<18}{used.wall:8.1f}{used.processor:11.1f}{used.cores:11.1f}")
    print(f"{'all':<18}{total[0]:8.1f}{total[1]:11.1f}{total[2]:11.1f}")
    print(f"no order of the work goes below {total[1] / CORES:.1f} s on two cores")


if __name__ == "__main__":
    main(*sys.argv[1:])
