"""Writing a first evaluation: declarations below surveys/, received files copied below data/raw/."""

from __future__ import annotations

import datetime as dt
import filecmp
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.errors import EvaluationError
from pipeline.evaluation import load
from pipeline.ingest.faults import some
from pipeline.ingest.privacy.gate import Unusable, screened_file
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.text import screened, yaml_of
from pipeline.ingest.scaffold.wizard import Ask, decide
from pipeline.ingest.tools.draft import hint

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_HEAD = hint("head")
#: First line of what is written, by which editors find the schema that completes and checks it.
_SCHEMA = "# yaml-language-server: $schema=../../schemas/{}.json\n"


def new_evaluation(
    name: str,
    files: Sequence[Path],
    root: Path,
    may_replace: Callable[[list[Path]], bool],
    today: dt.date,
    ask: Ask | None = None,
) -> list[str]:
    """Write a first evaluation of files and return what was made of each, line by line.

    The files are copied, never moved or changed. Nothing is written before everything has been read and drafted.

    Parameters
    ----------
    name : folder of the evaluation below ``surveys/``.
    files : received files and questionnaires.
    root : the project.
    may_replace : asked once, with the files that stand already and would change.
    today : names the wave of files that tell no date.
    ask : asks a person for the few guesses on which all rests; without, they stay marked for review.

    Raises
    ------
    EvaluationError, IngestError
        A name that is none, a file that is missing, twice there or unreadable, or files that may not be replaced.
    """
    _refuse_bad_names(name, files)
    with tempfile.TemporaryDirectory() as scratch:
        clean = _under_screened_names(files, Path(scratch))
        drafted = draft_evaluation(name, clean, today, root)
        if ask is not None:
            decide(drafted.settings, ask)
        return _written(name, drafted, clean, root, may_replace) + _renamed(files, clean)


def _under_screened_names(files: Sequence[Path], scratch: Path) -> list[Path]:
    """Return the files, those whose names say something of a person as links of other names."""
    taken = {p.name for p in files}
    clean = []
    for path in files:
        name = bare = screened_file(path.name)
        n = 2
        while name != path.name and name in taken:
            name, n = f"{Path(bare).stem}-{n}{path.suffix}", n + 1
        taken.add(name)
        clean.append(path if name == path.name else scratch / name)
        if name != path.name:
            clean[-1].symlink_to(path.resolve())
    return clean


def _renamed(files: Sequence[Path], clean: Sequence[Path]) -> list[str]:
    return [
        f"{now.name}: the copy of file {n}, whose own name seems to say something of a person"
        for n, (was, now) in enumerate(zip(files, clean, strict=True), 1)
        if was != now
    ]


def _written(
    name: str, drafted: Drafted, files: Sequence[Path], root: Path, may_replace: Callable[[list[Path]], bool]
) -> list[str]:
    folder, data = root / "surveys" / name, root / "data" / "raw" / name
    settings = yaml_of(screened(drafted.settings), _head(drafted))
    texts = {folder / "evaluation.yaml": _SCHEMA.format("evaluation") + settings}
    instruments = {file: yaml_of(screened(content), _HEAD) for file, content in drafted.instruments.items()}
    texts |= {folder / file: _SCHEMA.format("instrument") + text for file, text in instruments.items()}
    texts |= {folder / file: content for file, content in drafted.tables.items()}
    standing = [p for p, text in texts.items() if p.exists() and p.read_text(encoding="utf-8") != text]
    copies = {data / p.name: p for p in files if p not in drafted.left}
    standing += [to for to, p in copies.items() if to.exists() and not filecmp.cmp(to, p, shallow=False)]
    if standing and not may_replace(standing):
        raise EvaluationError(
            "the evaluation exists already and was left as it is",
            where=str(folder),
            found=some(p.relative_to(root).as_posix() for p in standing),
            action="choose another name, or replace these files with --yes",
        )
    folder.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    for to, path in copies.items():
        if not to.exists() or not to.samefile(path):
            shutil.copyfile(path, to)
    load(name, root)
    return [
        *drafted.said,
        f"written: {folder.relative_to(root).as_posix()}/ ({len(texts)} files, {drafted.remarks} guesses to review)",
        f"copied:  {data.relative_to(root).as_posix()}/ ({len(copies)} files; yours are where they were)",
    ]


def _head(drafted: Drafted) -> str:
    """Return the remark above an evaluation: that it is a draft, and what is to be decided first."""
    return "\n".join([_HEAD, hint("decide"), *(f"  - {line}" for line in drafted.decisions)])


def _refuse_bad_names(name: str, files: Sequence[Path]) -> None:
    if not _NAME.fullmatch(name):
        raise EvaluationError(
            "this cannot be the name of an evaluation",
            found=name,
            allowed="letters, digits, dots, dashes and underscores, a letter or digit first",
        )
    for path in files:
        if not path.is_file():
            raise Unusable("there is no such file", where=str(path), action="check the name")
    twice = sorted({p.name for p in files if [q.name for q in files].count(p.name) > 1})
    if twice:
        raise Unusable(
            "two files have the same name", found=twice, allowed="each name once", action="rename one of them"
        )
