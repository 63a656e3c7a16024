"""What the terminal says of a first draft: what each file was taken for and lacks, and what a person decides first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import some
from pipeline.ingest.privacy import headers
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.received import TOLD
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.own_units import UNITS
from pipeline.ingest.scaffold.plan import left_untold
from pipeline.ingest.scaffold.sources import DraftSource, is_read
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.tools.draft import hint

_KINDS = "a survey, counts, sites, costs, workshops, enrolments, a network, records or a framework"
_CODED = "answers are codes without a text (A1, A2): give the structure of the survey too (.lss), or label them"
#: Why a reader sets a record aside.
_SET_ASIDE = {
    "ragged_row": "more or fewer fields than the header has names",
    "empty_row": "nothing in them",
    "incomplete": "begun and not finished",
    "total_row": "they add up others",
}


def draft_lines(told: Sequence[Given], left: Sequence[Given], sources: list[DraftSource]) -> list[str]:
    """Return a line a file that was drafted, with what is doubtful in it, then those left out, and what sources say."""
    lines = [line for g in told for line in (_said(g, sources), *_doubts(g))]
    lines += [f"  {g.said}: {_CODED}" for g in told if _is_coded(g, sources)]
    lines += [_left(g) for g in left]
    return [*lines, *(f"  {line}" for s in sources for line in (*s.said, *_in_no_table(s)))]


def _in_no_table(source: DraftSource) -> list[str]:
    """Return the line that names the closed questions of a survey of which the draft makes no table, and why."""
    if source.settings["kind"] != "survey" or not (found := left_untold(source.drafts)):
        return []
    said = some(f"'{masked(d.content.get('column', d.name))}' ({n} answer{'s' if n > 1 else ''})" for d, n in found)
    return [f"{source.name}: in no table, for their answers are one or too many: {said}"]


def decisions(settings: dict[str, Any], sources: Sequence[DraftSource], left: Iterable[Given]) -> list[str]:
    """Return what a person has to decide first, a line each: the guesses on which all numbers rest."""
    found = [hint("decide_edition")] if isinstance(settings["edition"], Reviewed) else []
    found.append(hint("decide_territory"))
    for source in (s for s in sources if s.settings["kind"] == "survey"):
        if "persons" in source.settings:
            found.append(hint("decide_persons", source=source.name))
        else:
            found.append(hint("decide_population", source=source.name))
        proposed = hint("same", name="", history="").partition("?")[0].strip()
        same = sum(d.review.get("waves", "").startswith(proposed) for d in source.drafts)
        found += [hint("decide_same", file=source.settings["instrument"], n=same)] if same else []
    if any(p["question"] == "money" for p in settings["plan"]):
        found.append(hint("decide_payer"))
    return found + [hint("decide_left", file=g.said) for g in left if _may_count(g)]


def untold(given: Sequence[Given]) -> Unusable:
    """Return the refusal of files of which nothing says what their rows are."""
    return Unusable(
        "nothing in the files says what their rows are",
        where=some(g.path.name for g in given),
        found=some((f"columns {', '.join(g.names)}" for g in given), 5),
        allowed=_KINDS,
        action="write headers that say it (the question put, 'date', 'espace', 'montant'), or declare the source",
    )


def _said(given: Given, sources: list[DraftSource]) -> str:
    own = next(s for s in sources if any(is_read(f, given) for f in s.settings["files"].values()))
    left = [c for c in given.names if not _used(own, c)]
    # a file without a header has a record where names stand: it is never shown
    named = left and not headers.is_record(given.names)
    which = f"{len(left)} left out" + (f": {some(map(masked, left))}" if named else "")
    return f"{given.said}: {given.why}; {given.described.n} records, {len(given.described.columns)} columns ({which})"


def _doubts(given: Given) -> list[str]:
    """Return what the reader left out, named itself, doubts or sets aside, a line each; the same of sheets, once."""
    notes = [n for n in given.described.notes if n.kind in TOLD]
    met = Counter((n.line, n.said) for n in notes)
    told = [
        f"  {given.said}{f':{line}' if line else ''}: {said}{f' ({n} sheets)' if n > 1 else ''}"
        for (line, said), n in met.items()
    ]
    told += [f"  {given.said}: {line}" for line in _layout_said(given.spec)]
    lines: dict[str, list[int]] = {}
    for line, why in given.described.received.broken:
        lines.setdefault(why, []).append(line)
    for why, held in lines.items():
        named = _SET_ASIDE.get(why, why.replace("_", " "))
        records = f"{len(held)} record{'s are' if len(held) > 1 else ' is'} set aside ({named})"
        where = "line of each sheet" if given.sheets else "line" if len(held) == 1 else "lines"
        told.append(f"  {given.said}:{held[0]}: {records}: {where} {some(dict.fromkeys(held))}")
    return told


def _layout_said(spec: FileSpec) -> list[str]:
    """Return what is said of a table that is read otherwise than it stands there."""
    told = []
    if spec.across is not None:
        columns, names = some(spec.across.meant, 3), spec.across.names
        told.append(f"columns side by side, read as rows ('{names}', '{spec.across.numbers}'): {columns}")
    if spec.fill_down:
        told.append(f"blank cells read as the one above: {some(spec.fill_down)}")
    if spec.also:
        told.append(f"read with it, as one table: {some(spec.also)}")
    for column, texts in spec.only.items():
        told.append(f"records read: those whose '{column}' is {some(texts)}")
    if spec.period_in_name is not None:
        told.append(f"from the name of each file: '{spec.period_in_name}'")
    if spec.constants:
        said = some(f"{name} {value}" for name, value in spec.constants.items())
        told.append(f"from the title, or the name of the sheet or file: {said}")
    return told


def _used(source: DraftSource, column: str) -> bool:
    for d in source.drafts:
        columns = [
            d.content.get("column", d.name),
            d.content.get("year"),
            *d.content.get("slots", []),
            *(i.get("column") for i in d.content.get("items", [])),
        ]
        columns += [h.get("column") for h in d.content.get("waves", {}).values()]
        columns += [c for h in d.content.get("waves", {}).values() for c in h.get("items", {}).values()]
        if column in columns:
            return True
    return any(f.get("wave_column") == column for f in source.settings["files"].values())


def _may_count(given: Given) -> bool:
    """Return whether what was left out may be a source all the same: no sheet that repeats or tells of another."""
    return given.kind not in ("units", "labels") and given.part is None


def _left(given: Given) -> str:
    if given.kind == "units":
        return f"{given.said}: {given.why}; written as {UNITS} beside evaluation.yaml"
    if given.kind == "labels":
        return f"{given.said}: {given.why}; written into the instrument"
    if given.kind == "refused":
        return f"{given.said}: LEFT OUT: {given.why}"
    return f"{given.said}: LEFT OUT: {given.why}; it may be {_KINDS}: declare it in evaluation.yaml, under sources"


def _is_coded(given: Given, sources: Sequence[DraftSource]) -> bool:
    """Return whether the answers of a LimeSurvey export are codes without a text."""
    if given.tool != "limesurvey" or given.questionnaire is not None:
        return False
    own = next((s for s in sources if any(f["path"] == given.path.name for f in s.settings["files"].values())), None)
    codes = [d.content["codes"] for d in own.drafts if d.content["type"] == "single"] if own else []
    return any(all(re.fullmatch(r"A\d+", str(c)) and t["fr"] == c for c, t in each.items()) for each in codes)
