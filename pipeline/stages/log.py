"""The log of a run: one line of JSON an event, beside what the run made, without a word of the received files.

Libraries warn in sentences that may quote a cell; what is kept of them is their kind, where they were raised and how
often. A failure is kept as its class and the stage; its message stays on the terminal.
"""

from __future__ import annotations

import datetime
import json
import platform
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.stages.options import Options

FILE = "log.jsonl"
#: Where the logs of the runs before stand, by the time at which each ended, and how many of them.
BEFORE, KEPT = "logs", 50
#: How long each stage took when it last ran, in seconds.
SECONDS = "seconds.json"


class RunLog:
    """The log of one run, written as it goes: what was killed has a log up to then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warned: Counter[tuple[str, str, int]] = Counter()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            _put_by(path)
        path.write_text("", encoding="utf-8")
        self.lasted = _lasted(path.with_name(SECONDS))

    def tell(self, event: str, **what: Any) -> None:
        """Add one event."""
        line = {"event": event, "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"), **what}
        with self.path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")

    @contextmanager
    def stage(self, name: str, digest: str) -> Iterator[dict[str, Any]]:
        """Tell how a stage ended, with what is put into the mapping that is yielded."""
        told: dict[str, Any] = {}
        start = time.perf_counter()
        try:
            yield told
        except BaseException as fault:
            self._ended(name, digest, start, {"state": "failed", "fault": type(fault).__name__})
            raise
        self._ended(name, digest, start, {"state": "ran", **told})
        self.lasted[name] = round(time.perf_counter() - start, 1)
        self.path.with_name(SECONDS).write_text(json.dumps(self.lasted) + "\n", encoding="utf-8")

    def _ended(self, name: str, digest: str, start: float, told: dict[str, Any]) -> None:
        raised = [
            {"kind": kind, "module": module, "line": line, "times": times}
            for (kind, module, line), times in sorted(self.warned.items())
        ]
        self.warned.clear()
        seconds = round(time.perf_counter() - start, 3)
        self.tell("stage", name=name, seconds=seconds, digest=digest, warnings=raised, **told)


def _put_by(path: Path) -> None:
    """Put the log of the run before by: a run that finds all up to date leaves that of the run which made it."""
    folder = path.with_name(BEFORE)
    folder.mkdir(exist_ok=True)
    ended = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    path.replace(folder / f"{ended:%Y-%m-%dT%H%M%S.%f}.jsonl")
    for old in sorted(folder.glob("*.jsonl"))[:-KEPT]:
        old.unlink()


def _lasted(path: Path) -> dict[str, float]:
    """Return stage -> seconds of its last run; nothing where that is not known."""
    try:
        return {str(name): float(seconds) for name, seconds in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


@contextmanager
def run_log(folder: Path, options: Options, **about: Any) -> Iterator[RunLog]:
    """Keep the log of a run in ``folder``; warnings of libraries go into it and not to the terminal."""
    log = RunLog(folder / FILE)
    settings = {name: value for name, value in vars(options).items() if not callable(value)}
    log.tell("run", python=platform.python_version(), options=settings, **about)

    def kept(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
        log.warned[category.__name__, Path(filename).stem, lineno] += 1

    shown = warnings.showwarning
    warnings.showwarning = kept  # type: ignore[assignment]
    try:
        yield log
    except BaseException as fault:
        log.tell("end", state="failed", fault=type(fault).__name__)
        raise
    finally:
        warnings.showwarning = shown
    log.tell("end", state="done")
