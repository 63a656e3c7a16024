"""The command `add`: next year's files into an evaluation, tried in a scratch folder before a line is kept."""

from __future__ import annotations

import difflib
import filecmp
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import EvaluationError, PipelineError
from pipeline.evaluation import Evaluation
from pipeline.instrument.affirmation import YES
from pipeline.stages.loading import load_planned
from pipeline.stages.order import Options, run
from pipeline.stages.progress import Progress

if TYPE_CHECKING:
    from pipeline.ingest.addition.merging import Addition

#: What the trial has of the project besides the declarations and the received files.
_LINKED = ("reports", "questions", "pyproject.toml", "requirements.lock")
#: Records that share what no declaration knows: fewer are slips of the pen, set aside.
SEVERAL = 3
#: Decisions of a kind that are told one by one, and what makes one the same as in the last edition.
SHOWN = 5
_SAME = ["source", "kind", "key", "before", "after"]
#: Rules whose failures say that a declaration is missing, and what to declare.
_TO_DECLARE = {
    "unknown_code": "an answer that the instrument does not have: add it to `codes:` of the question (and say under"
    " `waves:` of the earlier ones which `codes:` they offered), or lead it to another by `waves:` -> `recode:`",
    "unknown_site": "spaces that the register does not list: add the newer register together with these files",
    "unknown_commune": "communes that no table knows: correct the code in the register",
}


def add(evaluation: Evaluation, files: Sequence[str], wave: str | None, yes: bool, progress: Progress) -> Iterator[str]:
    """Add files to an evaluation and yield, line by line, what was understood, the difference and what is left to do.

    Nothing is written where a file does not fit, or where a person at a terminal says no.

    Raises
    ------
    PipelineError
        A file does not fit; every reason is told, with how to declare it.
    """
    from pipeline.ingest.addition.merging import addition

    given = [_named(text) for text in files]
    made = addition(evaluation, given, wave)
    _refuse_standing(evaluation, made)
    yield from made.said
    yield from _tried(evaluation, made, progress)
    yield from _difference(evaluation, made)
    if not yes and sys.stdin.isatty() and not _agreed():
        yield "nothing was written"
        return
    for file, text in made.after.items():
        (evaluation.folder / file).write_text(text, encoding="utf-8")
    for name, path in made.copies.items():
        if not (evaluation.data / name).exists():
            shutil.copyfile(path, evaluation.data / name)
    yield f"written: {', '.join(made.after)}; copied to {evaluation.data}: {', '.join(made.copies)}"
    yield from _left_to_do(evaluation, made)


def _named(text: str) -> tuple[str | None, Path]:
    """Return the source that a file is said to continue, None where it is not, and its path."""
    source, said, path = text.partition("=")
    given = Path(path) if said and not Path(text).is_file() else Path(text)
    if not given.is_file():
        raise EvaluationError("there is no such file", where=str(given), action="check the name")
    return (source if given != Path(text) else None), given


def _agreed() -> bool:
    return input("Write this? [y/N] ").strip().casefold() in YES


def _refuse_standing(evaluation: Evaluation, made: Addition) -> None:
    """Refuse to copy a file over another one of its name."""
    for name, path in made.copies.items():
        there = evaluation.data / name
        if there.exists() and not filecmp.cmp(there, path, shallow=False):
            raise EvaluationError(
                "another file of this name was received already",
                where=str(there),
                action="give the new file a name of its own; received files are never replaced",
            )


def _tried(evaluation: Evaluation, made: Addition, progress: Progress) -> Iterator[str]:
    """Read and weight everything in a scratch project with the additions, and yield what is new in it.

    Raises
    ------
    EvaluationError
        What stops it, with the paths of the real project.
    """
    root = evaluation.root / "build" / f".add-{evaluation.name}"
    shutil.rmtree(root, ignore_errors=True)
    try:
        _lay_out(evaluation, made, root)
        try:
            again = load_planned(evaluation.name, root, root / "data" / "raw" / evaluation.name)
            run(again, Options(), Progress(say=lambda line: None, step=progress.step), last="weight")
            new = [s.file_name(f) for s in again.settings.sources for f in s.every_file if f.path in made.copies]
            made_of = again.stage("ingest")
            failures, decisions = (pd.read_parquet(made_of / f"{n}.parquet") for n in ("failures", "decisions"))
            misfits = list(_misfits(failures, new))
        except PipelineError as fault:
            text = str(fault).replace(str(root), str(evaluation.root))
            raise EvaluationError(f"the files do not fit, and nothing was written: {text}") from None
        if misfits:
            raise EvaluationError(
                "the files do not fit, and nothing was written", found=misfits, action="declare it, then add again"
            )
        yield from _set_aside(failures, new)
        yield from _decided(decisions, _decisions(evaluation), new)
        yield from _of_attendance(again, new)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _lay_out(evaluation: Evaluation, made: Addition, root: Path) -> None:
    root.mkdir(parents=True)
    for name in _LINKED:
        if (evaluation.root / name).exists():
            (root / name).symlink_to(evaluation.root / name)
    shutil.copytree(evaluation.folder, root / "surveys" / evaluation.name)
    for file, text in made.after.items():
        (root / "surveys" / evaluation.name / file).write_text(text, encoding="utf-8")
    data = root / "data" / "raw" / evaluation.name
    data.mkdir(parents=True)
    (root / "data" / "reference").symlink_to(evaluation.root / "data" / "reference")
    for path in evaluation.data.iterdir():
        _put(path, data / path.name)
    for name, path in made.copies.items():
        if not (data / name).exists():
            _put(path, data / name)


def _put(path: Path, to: Path) -> None:
    """Give a file a second name, or copy it where the disk does not allow it: a link would lead out of the folder."""
    try:
        to.hardlink_to(path.resolve())
    except OSError:
        shutil.copytree(path, to) if path.is_dir() else shutil.copyfile(path, to)


def _misfits(failures: pd.DataFrame, new: Sequence[str]) -> Iterator[str]:
    """Yield what the new files hold that a declaration is missing for."""
    from pipeline.ingest.faults import some

    for rule, what in _TO_DECLARE.items():
        part = failures[failures["file"].isin(new) & (failures["rule"] == rule)]
        for file in dict.fromkeys(part["file"]):
            for column in dict.fromkeys(part.loc[part["file"] == file, "column"]):
                counts = part.loc[(part["file"] == file) & (part["column"] == column), "found"].value_counts()
                counts = counts[counts >= SEVERAL]
                if len(counts):
                    shown = [f"{value} ({n} records)" for value, n in counts.items()]
                    yield f"{file}, column '{column}': {some(shown)}; {what}"


def _set_aside(failures: pd.DataFrame, new: Sequence[str]) -> Iterator[str]:
    part = failures[failures["file"].isin(new) & (failures["severity"] == "set aside")]
    for (file, rule), rows in part.groupby(["file", "rule"], sort=False):
        yield f"  {file}: {len(rows)} set aside, {str(rule).replace('_', ' ')}"


def _decisions(evaluation: Evaluation) -> pd.DataFrame | None:
    """Return what was decided about the files of the last edition, None where they have not been read here."""
    path = evaluation.stage("ingest") / "decisions.parquet"
    return pd.read_parquet(path) if path.is_file() else None


def _decided(decisions: pd.DataFrame, before: pd.DataFrame | None, new: Sequence[str]) -> Iterator[str]:
    """Yield what was decided about the new files and no earlier one: merged communes, spaces under another name..."""
    told = decisions[decisions["file"].isin(new)]
    if before is not None:
        known = before[_SAME].drop_duplicates().assign(known=True)
        told = told[told.merge(known, on=_SAME, how="left")["known"].isna().to_numpy()]
    counts = told.groupby(["file", "kind"], sort=False).cumcount()
    sizes = told.groupby(["file", "kind"], sort=False)["kind"].transform("size")
    for note, n, size in zip(told.to_dict("records"), counts, sizes, strict=True):
        if n >= SHOWN:
            if n == SHOWN:
                yield f"  {note['file']}: {str(note['kind']).replace('_', ' ')}, {size - SHOWN} more"
            continue
        was, now = str(note["before"]), str(note["after"])
        key = f"{note['key']}: {was} -> {now}" if was != now else str(note["key"])
        yield f"  {note['file']}: {str(note['kind']).replace('_', ' ')}, {key} ({note['note']})"


def _of_attendance(evaluation: Evaluation, new: Sequence[str]) -> Iterator[str]:
    """Yield the months of the last year that no return of the new files is of: missing is not zero."""
    for source in evaluation.sources("attendance"):
        files = [s for s in source.every_file if source.file_name(s) in new]
        folder = evaluation.stage("ingest") / source.name
        tables = [pd.read_parquet(p) for p in sorted(folder.glob("*.parquet")) if p.stem != "quarantine"]
        month = evaluation.instruments[source.name].by_role("month")
        if not files or month is None or source.period != "month" or not tables:
            continue
        met = pd.PeriodIndex(pd.concat(tables)[month.name].dropna().astype(str).unique(), freq="M")
        year = pd.period_range(f"{met.max().year}-01", f"{met.max().year}-12", freq="M")
        if missing := [str(m) for m in year if m not in met]:
            yield f"  {source.name}: no return of {', '.join(missing)}: missing, and not zero; add them when they come"


def _difference(evaluation: Evaluation, made: Addition) -> Iterator[str]:
    for file, after in made.after.items():
        name = (evaluation.folder / file).relative_to(evaluation.root).as_posix()
        lines = difflib.unified_diff(made.before[file].splitlines(), after.splitlines(), name, name, n=0, lineterm="")
        yield from lines


def _left_to_do(evaluation: Evaluation, made: Addition) -> Iterator[str]:
    """Yield the lines of evaluation.yaml that still speak of the last wave, for a person to decide about."""
    last = evaluation.settings.waves[-1].name
    yield f"to decide in evaluation.yaml: `edition`, `previous` (with its ledger), and what still names {last}:"
    for number, line in enumerate(made.after["evaluation.yaml"].splitlines(), 1):
        bare = line.split("#")[0]
        if last in bare and any(key in bare for key in ("contrast", "wave=", "period=", "dates", "year", "period:")):
            yield f"  {number}: {line.strip()}"
    if told := list(_naming(evaluation.folder, last, made)):
        yield f"words and chapters that name numbers of {last}, which `check` refuses once no entry makes them:"
        yield from told
        yield f"keep {last} beside the new one in `dates` and `contrast` of the plan, or lead these to the new wave"
    yield "contrasts may say first, previous, latest, and `about:` wave=first..latest: they hold next year too"


def _naming(folder: Path, wave: str, made: Addition) -> Iterator[str]:
    """Yield the lines of words and chapters of an evaluation that name a number of a wave or one of its days."""
    named = re.compile(rf"(?:wave|period)=(?:[^/\s}}]*\.\.)?{re.escape(wave)}(?![0-9])")
    texts = [p for p in folder.rglob("*") if p.suffix in (".yaml", ".qmd", ".md") and p.name not in made.after]
    for path in sorted(texts):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if named.search(line):
                yield f"  {path.relative_to(folder).as_posix()}:{number}: {line.strip()}"
