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


def _unexpected(seconds: float | None) -> None:
    """Say nothing of how long a stage may take."""


@dataclass(frozen=True)
class Progress:
    """Where progress goes: ``say`` takes one line a stage, ``step`` one call a figure or document.

    ``expect`` takes the seconds that the next stage took when it last ran, None where that is not known.
    """

    say: Callable[[str], None] = _plain
    step: Callable[[str, int, int], None] = _silent
    expect: Callable[[float | None], None] = _unexpected


def time_left(elapsed: float | None, by_steps: float | None, expected: float | None) -> str:
    """Return how long a stage may still take as 0:07, nothing where neither its steps nor its last run tell.

    Parameters
    ----------
    elapsed : seconds since it began.   by_steps : seconds left, from the steps made so far.
    expected : seconds of its last run.
    """
    left = by_steps if by_steps is not None else None if expected is None else expected - (elapsed or 0)
    if left is None or left < 0:
        return ""
    minutes, seconds = divmod(round(left), 60)
    return f"{minutes}:{seconds:02d}"


@contextlib.contextmanager
def reporting() -> Iterator[Progress]:
    """Yield a live display when standard output is a terminal, plain lines otherwise."""
    if not sys.stdout.isatty():
        yield Progress()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Live
    from rich.text import Text

    class Left(ProgressColumn):
        """The time left of a stage."""

        def render(self, task: Task) -> Text:
            told = time_left(task.elapsed, task.time_remaining, task.fields.get("expected"))
            return Text(f"{told} left" if told else "", style="progress.remaining")

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Left(),
    )
    with Live(*columns, transient=True) as live:
        task = live.add_task("starting", total=None)

        def say(text: str) -> None:
            live.console.print(text, highlight=False, markup=False)
            live.reset(task, total=None, description="working", expected=None)

        def step(label: str, done: int, total: int) -> None:
            live.update(task, description=label, completed=done, total=total)

        def expect(seconds: float | None) -> None:
            live.reset(task, total=None, expected=seconds)

        yield Progress(say, step, expect)
