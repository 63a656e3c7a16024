"""A first evaluation from received files, as the command line asks for it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.instrument.affirmation import YES

_BEFORE = "Enter keeps what stands in brackets, marked for review; a point keeps all that follow."


def _ask() -> Callable[[str], str]:
    """Return what asks at a terminal, and says before the first question how to answer."""
    from pipeline.ingest.scaffold.wizard import STOP

    said = [_BEFORE]

    def ask(line: str) -> str:
        while said:
            print(said.pop())
        try:
            return input(line)
        except EOFError:
            return STOP

    return ask


def new(name: str, files: Sequence[Path], root: Path, yes: bool) -> str:
    """Write a first evaluation and return what was made of each file and what to run next.

    A person at a terminal is asked for the few guesses on which all rests, unless ``yes``. Files that stand already are
    replaced with ``yes``, or when a person at a terminal says so; else they are refused.
    """
    from pipeline.ingest.scaffold.write import new_evaluation

    def may_replace(standing: list[Path]) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            return False
        print("These files exist and would be replaced:")
        for path in standing:
            print(f"  {path}")
        return input("Replace them? [y/N] ").strip().casefold() in YES

    asked = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    lines = new_evaluation(name, files, root, may_replace, dt.date.today(), _ask() if asked else None)
    project = "" if root == Path.cwd() else f" --project {root}"
    # a project of its own holds no package: its command is the installed one
    tool = "python -m pipeline" if (Path.cwd() / "pipeline").is_dir() else "evaluation"
    commands = [f"  {tool} {what} {name}{project}" for what in ("check", "report")]
    return "\n".join([*lines, "next: correct what is marked, then", *commands])
