"""What is out of date: the stamp of a stage says what its last good run was made from, and what it made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.stages.grounds import ABSENT, Grounds

STAMP = "stage.json"


def up_to_date(folder: Path, digest: str) -> bool:
    """Return whether a stage's folder was made from exactly these inputs and still holds all it wrote, to the byte."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if stamp.get("digest") != digest or stamp.get("files") != file_sizes(folder):
        return False
    return bool(stamp.get("content") == _content(folder))


def reasons(evaluation: Evaluation, now: Grounds) -> list[str]:
    """Return why a stage is not up to date: what differs from its last good run, in a few words each."""
    folder = evaluation.stage(now.stage)
    try:
        held = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        then = held["grounds"]
    except (OSError, ValueError, KeyError):
        return ["it has not run here"]
    said = {
        "code": "the code",
        "lock": "requirements.lock",
        "settings": "settings of the run, or words of labels and figures",
    }
    said["before"] = "what stages before it made"
    new = now.told()
    why = [text for key, text in said.items() if then[key] != new[key]]
    names = provenance.differing(then["read"], new["read"])
    if not why and not names:
        return ["its output is not as it was made"]
    return why + names


def read_by(evaluation: Evaluation, stages: Iterable[str]) -> dict[str, str]:
    """Return the digest of each file that stages read when they last ran, by its name in the manifest."""
    read: dict[str, str] = {}
    for stage in stages:
        stamp = json.loads((evaluation.stage(stage) / STAMP).read_text(encoding="utf-8"))
        read |= stamp["grounds"]["read"]
    return {name: digest for name, digest in read.items() if digest != ABSENT}


def summary(folder: Path) -> str:
    """Return what a stage said of its last good run; empty when it never ran."""
    try:
        return str(json.loads((folder / STAMP).read_text(encoding="utf-8"))["summary"])
    except (OSError, ValueError, KeyError):
        return ""


def content(folder: Path) -> str:
    """Return the digest of all that a stage made in its last good run: what stages after it see of it."""
    return str(json.loads((folder / STAMP).read_text(encoding="utf-8"))["content"])


def stamp(folder: Path, made_from: Grounds, said: str) -> None:
    """Mark a finished stage folder with all that it was made from, its files and what the stage said."""
    content = {
        "digest": made_from.digest,
        "grounds": made_from.told(),
        "files": file_sizes(folder),
        "content": _content(folder),
        "summary": said,
    }
    provenance.write_json(folder / STAMP, content)


def _content(folder: Path) -> str:
    digests = provenance.tree_digests(folder, ["."])
    return provenance.digest_of(f"{name} {digest}" for name, digest in digests.items() if name != STAMP)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return relative path -> size of every file of a folder, the stamp aside."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != STAMP)
    return {p.relative_to(folder).as_posix(): p.stat().st_size for p in files}
