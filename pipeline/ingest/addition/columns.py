"""Which source a file continues, and which of its columns hold which questions: by name, then by their words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.faults import Blocked, near_misses, raise_faults, some
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Column, Described, describe
from pipeline.ingest.tools import limesurvey
from pipeline.ingest.tools.headers import Asked, asked_columns, plain, wordings
from pipeline.instrument import Instrument

#: A file holds at least this share of the columns of the source that it continues, and so much more than of others.
LEAST, APART = 0.6, 0.1


@dataclass(frozen=True)
class Columns:
    """The columns that an instrument names for a wave, found in a file or not.

    renamed : what the instrument names -> the column of the file whose label or header is the question's wording.
    missing : those that the file does not have.   left : columns of the file that no question names.
    """

    found: list[Asked]
    renamed: dict[str, tuple[Asked, str]]
    missing: list[Asked]
    left: list[str]

    @property
    def share(self) -> float:
        """Return which part of the columns the file holds."""
        held = len(self.found) + len(self.renamed)
        return held / max(held + len(self.missing), 1)


@dataclass(frozen=True)
class Continued:
    """A file and the source that it continues, with the declaration of the last file like it."""

    path: Path
    described: Described
    source: Source
    like: FileSpec


def columns_of(instrument: Instrument, wave: str | None, described: Described, tool: str | None) -> Columns:
    """Return which columns of a file hold which questions of a wave."""
    names = {c.name for c in described.columns}
    short = {f: c.name for c in described.columns for f in (limesurvey.forms(c.name) if tool == "limesurvey" else ())}
    asked = asked_columns(instrument, [wave])
    found = [a for a in asked if a.column in names or a.column in short]
    used = {a.column for a in found} | {short[a.column] for a in found if a.column in short}
    renamed: dict[str, tuple[Asked, str]] = {}
    for a in (a for a in asked if a not in found):
        texts = wordings(a, limesurvey.joined)
        alike = [c.name for c in described.columns if c.name not in used and _words(c) & texts]
        if len(alike) == 1:
            renamed[a.column] = (a, alike[0])
            used.add(alike[0])
    missing = [a for a in asked if a not in found and a.column not in renamed]
    left = [c.name for c in described.columns if c.name and c.name not in used]
    return Columns(found, renamed, missing, left)


def _words(column: Column) -> set[str]:
    return {plain(text) for text in (column.name, column.label) if text}


def last_wave(evaluation: Evaluation, source: Source) -> str | None:
    """Return the last wave that a source has files of; None of records that have none."""
    held = {w for name, spec in source.files.items() for w in ((spec.waves or ()) if name == "all" else (name,))}
    return next((w.name for w in reversed(evaluation.settings.waves) if w.name in held), None)


def like(source: Source, path: Path) -> FileSpec | None:
    """Return the declaration of the last file of a source with the same suffix, None where there is none."""
    alike = [s for s in source.files.values() if Path(s.path).suffix.casefold() == path.suffix.casefold()]
    return alike[-1] if alike else None


def continuation_of(evaluation: Evaluation, path: Path, named: str | None) -> Continued:
    """Return a file with the source that it continues, the one named or the one whose columns it has.

    Raises
    ------
    IngestError
        The file cannot be read, or it is not plain which source it continues.
    """
    sources = evaluation.settings.sources
    if named is not None and named not in [s.name for s in sources]:
        raise Unusable("there is no such source", found=named, allowed=[s.name for s in sources])
    chosen = [s for s in sources if named in (None, s.name)]
    shares: list[tuple[float, Source, Described, FileSpec]] = []
    read: dict[str, Described] = {}
    for source in chosen:
        spec = like(source, path) or FileSpec(path=path.name)
        described = _described(path, spec, read)
        instrument = evaluation.instruments[source.name]
        columns = columns_of(instrument, last_wave(evaluation, source), described, spec.format)
        shares.append((columns.share, source, described, spec))
    shares.sort(key=lambda each: -each[0])
    share, source, described, spec = shares[0]
    runner_up = shares[1][0] if len(shares) > 1 else 0.0
    if share < LEAST or (share - runner_up < APART and named is None):
        told = [f"{s.name} ({part:.0%} of its columns)" for part, s, _, _ in shares[:3]]
        raise Unusable(
            "it is not plain which source this file continues",
            where=path.name,
            found=told,
            allowed=[s.name for s in sources],
            action=f"say it: SOURCE={path.name}; columns that changed their names are declared in the instrument,"
            " under `waves:` of their questions",
        )
    return Continued(path, described, source, spec)


def _described(path: Path, spec: FileSpec, read: dict[str, Described]) -> Described:
    """Return what a file says of itself, read once for each way to read it."""
    alone = FileSpec(path=path.name, header_row=spec.header_row)
    key = alone.model_dump_json()
    if key not in read:
        try:
            read[key] = describe(path, path.name, alone)
        except Blocked as blocked:
            raise_faults(blocked.faults)
    return read[key]


def refuse_missing(continued: Continued, columns: Columns, wave: str) -> None:
    """Refuse a file that lacks columns of questions, with how to declare each that was renamed or not asked.

    Raises
    ------
    IngestError
        Naming every question and the columns that look like its own.
    """
    if not columns.missing:
        return
    told = [
        f"'{a.column}' (question '{a.question.name}'); {near_misses(a.column, columns.left or ['(none is left)'])}"
        for a in columns.missing
    ]
    raise Unusable(
        f"the file lacks columns that wave '{wave}' is taken to have asked as the last one",
        where=continued.path.name,
        found=some(told),
        action=f"declare under `waves:` of the question, in {continued.source.instrument}, what it was in {wave}:"
        " `{column: NEW}`, or `{asked: false}`; then add again",
    )
