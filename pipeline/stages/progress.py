"""Progress on the terminal: a live line where there is one, plain lines everywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass


def _plain(text: str) -> None:
    print(text, flush=True)


def _silent(label: str, done: int, total: int) -> None:
    """Say nothing of single steps: plain output has one line a stage."""


@dataclass(frozen=True)
class Progress:
    """Where progress goes: ``say`` takes one line a stage, ``step`` one call a figure or document."""

    say: Callable[[str], None] = _plain
    step: Callable[[str, int, int], None] = _silent


@contextlib.contextmanager
def reporting() -> Iterator[Progress]:
    """Yield a live display when standard output is a terminal, plain lines otherwise."""
    if not sys.stdout.isatty():
        yield Progress()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Live

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Live(*columns, transient=True) as live:
        task = live.add_task("starting", total=None)

        def say(text: str) -> None:
            live.console.print(text, highlight=False, markup=False)
            live.reset(task, total=None, description="working")

        def step(label: str, done: int, total: int) -> None:
            live.update(task, description=label, completed=done, total=total)

        yield Progress(say, step)
