"""Forgetting: the key, the identifying files and the clean tables of an evaluation are destroyed; its site stays."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.privacy.pseudonym import VARIABLE, key_path
from pipeline.ingest.privacy.to_code import TO_CODE

RECORD = "forgotten.json"
#: Roles whose questions make a received file identifying.
_IDENTIFYING = ("identifier", "open_text", "birth_date", "respondent")
#: Below the build: answers in the form of another tool.
HANDED_OVER = "export"
#: Stages whose tables hold one row a person, with pseudonyms.
_PERSONAL_STAGES = ("ingest", "weight")


@dataclass(frozen=True)
class Doomed:
    """A file or folder to destroy, and why."""

    path: Path
    why: str


def doomed(evaluation: Evaluation) -> list[Doomed]:
    """Return what exists of the key, the identifying received files, the sheets to code and the tables by person."""
    found = [Doomed(key_path(evaluation), "pseudonym key")]
    for source in evaluation.settings.sources:
        if _identifies(evaluation, source):
            found += [
                Doomed(evaluation.received(f), f"received, identifying ({source.name})") for f in source.every_file
            ]
        if source.comments:
            found.append(Doomed(evaluation.data / source.comments.codes, "coded comments"))
    found.append(Doomed(evaluation.stage(TO_CODE), "comments to code"))
    found.append(Doomed(evaluation.build / HANDED_OVER, "answers handed over to another tool"))
    for stage in _PERSONAL_STAGES:
        places = [evaluation.stage(stage), *(evaluation.build / f".{stage}.{end}" for end in ("old", "new"))]
        found += [Doomed(place, "tables with one row a person") for place in places]
    return [d for d in found if d.path.exists()]


def _identifies(evaluation: Evaluation, source: Source) -> bool:
    questions = evaluation.instruments[source.name].questions
    free = any(q.type == "open" for q in questions)
    return free or any(q.role in _IDENTIFYING for q in questions)


def forget(evaluation: Evaluation, condemned: list[Doomed]) -> str:
    """Destroy what `doomed` named, write ``build/<evaluation>/forgotten.json``, and return what to tell.

    Raises
    ------
    IngestError
        Something could not be removed; what was removed stays removed and is recorded.
    """
    gone, left = [], []
    for each in condemned:
        try:
            _destroy(each.path)
            gone.append(each)
        except OSError as fault:
            left.append(f"{_short(evaluation, each.path)} ({fault.strerror})")
    _record(evaluation, gone)
    if left:
        raise IngestError(
            "not everything could be destroyed", found=left, action="remove these by hand, or run forget again"
        )
    return _told(evaluation, gone)


def _destroy(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return
    if path.suffix == ".key":
        # Short and written in place: overwriting it costs nothing, though a file system may keep older blocks.
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(b"\0" * size)
            file.flush()
            os.fsync(file.fileno())
    path.unlink()


def _record(evaluation: Evaluation, gone: list[Doomed]) -> None:
    path = evaluation.build / RECORD
    path.parent.mkdir(parents=True, exist_ok=True)
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    entry = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "evaluation": evaluation.name,
        "destroyed": [{"path": _short(evaluation, d.path), "what": d.why} for d in gone],
    }
    path.write_text(json.dumps([*earlier, entry], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _short(evaluation: Evaluation, path: Path) -> str:
    return path.relative_to(evaluation.root).as_posix() if path.is_relative_to(evaluation.root) else str(path)


def listed(evaluation: Evaluation, condemned: list[Doomed]) -> str:
    """Return the list that is shown before anything is destroyed."""
    return "\n".join(f"  {_short(evaluation, d.path)}   {d.why}" for d in condemned)


def _told(evaluation: Evaluation, gone: list[Doomed]) -> str:
    lines = [f"destroyed: {len(gone)}", listed(evaluation, gone), "pseudonyms can no longer be linked to anyone"]
    if os.environ.get(VARIABLE):
        lines.append(
            f"the key in the environment variable {VARIABLE} is not ours to destroy: destroy it where it is kept"
        )
    if evaluation.settings.synthetic:
        lines.append("the data were synthetic, under a public key: nothing could be linked to anyone before either")
    lines.append("copies on other machines, in backups and in mailboxes are not reached by this command")
    if evaluation.site.is_dir():
        lines.append(f"the published site stays in {_short(evaluation, evaluation.site)}")
    lines.append(f"recorded in {_short(evaluation, evaluation.build / RECORD)}")
    return "\n".join(lines)


def reminder(evaluation: Evaluation, today: dt.date) -> str | None:
    """Return one line when the declared time of retention has passed and individual data are still there."""
    privacy = evaluation.settings.privacy
    if privacy is None or not privacy.is_over(today) or not doomed(evaluation):
        return None
    return (
        f"reminder: individual data should have been destroyed by {privacy.retention_until}"
        f" (privacy: retention_until); `python -m pipeline forget {evaluation.name}` does it"
    )
