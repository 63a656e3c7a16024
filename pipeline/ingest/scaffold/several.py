"""Several answers in one cell, as form tools write them: `Internet;Imprimante`, `Internet, Imprimante`, `{a,b}`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.ingest.options import options_seen
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.values import text_of

SEPARATORS = (";", "|", "\n", ",")
#: Up to so many different answers, of so many characters at most, are those of one closed question.
MOST, LONGEST = 30, 80
#: Cells that say one answer twice, as a share, which are slips of the hand.
SLIPS = 0.02
#: Cells with more than one answer, as a share of what is answered, and records an answer on average.
SHARE, RECORDS = 0.05, 3
_REMARK = hint("several")


def several(column: Column, base: Mapping[str, Any], separators: Sequence[str] = SEPARATORS) -> Draft | None:
    """Return the draft of a question whose cells hold several answers each, None where they do not.

    Cells are combinations: there are more different cells than different answers, (nearly) no cell says one twice, and
    each answer is given several times. Labels that hold a comma themselves (« Oui, plutôt ») are no combinations.

    Parameters
    ----------
    column : the received column.
    base : name, wording and column of the question.
    separators : what may stand between two answers.
    """
    cells = Counter(t for t in map(text_of, column.examples) if t is not None)
    for separator in separators:
        if any(separator in cell for cell in cells):
            answers = _answers(cells, separator)
            if answers:
                return _draft(base, answers, separator)
    # `{a,b}` is how a database writes a list: nothing else looks so.
    if cells and all(cell.startswith("{") and cell.endswith("}") for cell in cells):
        answers = _answers(cells, ",", lists=True)
        return _draft(base, answers, ",") if answers else None
    return None


def _answers(cells: Counter[str], separator: str, lists: bool = False) -> list[str]:
    """Return the different answers in the order of how often they are given; none where cells are no combinations."""
    given: Counter[str] = Counter()
    together = twice = 0
    for cell, parts in options_seen(cells, separator).items():
        n = cells[cell]
        twice += n * (len(set(parts)) < len(parts))
        together += n * (len(parts) > 1)
        for part in parts:
            given[part] += n
    if twice > SLIPS * cells.total():
        return []
    combined = lists or (len(cells) > len(given) and together >= SHARE * cells.total())
    if not combined or not 1 < len(given) <= MOST or given.total() < RECORDS * len(given):
        return []
    return [] if max(map(len, given)) > LONGEST else [part for part, _ in given.most_common()]


def _draft(base: Mapping[str, Any], answers: list[str], separator: str) -> Draft:
    items: list[dict[str, Any]] = []
    names: set[str] = set()
    for i, answer in enumerate(dict.fromkeys(map(masked, answers)), 1):
        name = short_name(answer, f"i{i}", 36).strip("_") or f"i{i}"
        name = f"i{name}" if name[0].isdigit() else name
        name = f"{name}_{i}" if name.lower() in names else name
        names.add(name.lower())
        items.append({"name": name, "label": {"fr": answer}})
    return Draft({**base, "type": "multiple", "separator": separator, "items": items}, {"items": _REMARK})
