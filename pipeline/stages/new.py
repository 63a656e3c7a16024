"""A first evaluation from received files, as the command line asks for it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.instrument.affirmation import YES


def new(name: str, files: Sequence[Path], root: Path, yes: bool) -> str:
    """Write a first evaluation and return what was made of each file and what to run next.

    Files that stand already are replaced with ``yes``, or when a person at a terminal says so; else they are refused.
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

    lines = new_evaluation(name, files, root, may_replace, dt.date.today())
    project = "" if root == Path.cwd() else f" --project {root}"
    commands = [f"  python -m pipeline {what} {name}{project}" for what in ("check", "report")]
    return "\n".join([*lines, "next: correct what is marked, then", *commands])
