"""What two publications print, what differs of all that they were made of, and why a number may have changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline import provenance
from pipeline.protect import ledger
from pipeline.protect.revisions import DEFINITION, printed_in
from pipeline.stages.archive import Publication

#: Kinds of what a publication is made of, by the names of its inputs, the first that fits; and the cause that a number
#: may have changed by each of them.
_POPULATIONS = "populations"
_INPUTS = (
    ("documents and words (they change no number)", r"reports/.*|surveys/[^/]+/(?:texts|words|chapters)/.*", ""),
    (_POPULATIONS, r"data/reference/.*population.*|surveys/[^/]+/population[^/]*\.csv", "population"),
    ("boundaries", r"data/reference/.*", "boundaries"),
    ("ledgers of earlier editions", r"surveys/.*(?:ledger|manifest).*\.(?:csv|json)", ""),
    ("declarations", r"surveys/.*", "settings"),
    ("tools", r"requirements\.lock", "code"),
    ("received files", r".*", "data"),
)
_OTHERS = {"settings": "settings", "code": "code", "renderer": ""}
_CAUSE_OF = {**{kind: cause for kind, _, cause in _INPUTS}, **_OTHERS, "python": "code"}
#: Of a kind of things, those that numbers are made of.
_OF_NUMBERS = {
    "declarations": re.compile(r"(?!.*/evaluation\.yaml$).*"),
    "settings": re.compile(r"territory|age_bands|waves|sources|plan|disclosure"),
    "code": re.compile(r"(?:evaluation|ingest|instrument|protect|questions|results|survey|territory|weighting)/.*"),
}
_ANY = re.compile(".*")
#: Why a number changed, in the order in which it is told; what of several causes is not told apart, what nobody knows.
SEVERAL, UNKNOWN = "several", "unknown"
CAUSES = ("data", "boundaries", "population", DEFINITION, "settings", "code", SEVERAL, UNKNOWN)
_OF_INHABITANTS = "inhabitants"


def numbers_of(publication: Publication) -> pd.DataFrame:
    """Return what the edition of a site printed and hid, a line a quantity.

    Raises
    ------
    ProtectError
        When its ledger is not as it was published.
    """
    return printed_in(ledger.read_one(publication.ledger_file), publication.printing)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what differs between what two manifests say that a site was made of: a kind, and the names within it."""
    names = provenance.differing(before["inputs"], now["inputs"])
    inhabited = _of_inhabitants_alone(names, before, now)
    for kind, pattern, _ in _INPUTS:
        found = [n for n in names if re.fullmatch(pattern, n) or (kind == _POPULATIONS and n in inhabited)]
        names = [name for name in names if name not in found]
        if found:
            yield kind, found
    for kind in _OTHERS:
        if found := provenance.differing(before[kind], now[kind]):
            yield kind, found
    if before["python"] != now["python"]:
        yield "python", [f"{before['python']} before, {now['python']} now"]


def _of_inhabitants_alone(names: list[str], before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Return the tables that differ in their inhabitants alone, as far as both manifests tell."""
    one, other = (told.get("beside_population", {}) for told in (before, now))
    return {name for name in names if name in one and one[name] == other.get(name)}


def causes_among(kinds: Mapping[str, list[str]]) -> set[str]:
    """Return by what numbers may have changed, of the kinds of things that differ."""
    moving = (kind for kind, names in kinds.items() if any(map(_OF_NUMBERS.get(kind, _ANY).fullmatch, names)))
    return {cause for kind in moving if (cause := _CAUSE_OF[kind])}


def causes_of(changes: pd.DataFrame, possible: set[str] | None) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Return why each number (n,) changed, one of ``CAUSES``.

    Parameters
    ----------
    changes : of :func:`pipeline.protect.revisions.changes_of`.   possible : what differs; None where nobody knows.

    Notes
    -----
    A number tells itself that its boundaries are others, that another count of answers stands behind it, or that other
    answers are counted by its definition; one of inhabitants moves with their populations. Otherwise the one thing that
    differs is the cause; where several do, they are not told apart: that would take a run with each of them put back.
    """
    moved = changes["moved"].to_numpy(str)
    if possible is None:
        return np.where(moved == "", UNKNOWN, moved)
    rest = next(iter(possible)) if len(possible) == 1 else SEVERAL if possible else UNKNOWN
    inhabitants = changes["quantity"].str.contains(_OF_INHABITANTS, regex=False).to_numpy(bool)
    cases = [np.isin(moved, [*sorted(possible), DEFINITION]), inhabitants & ("population" in possible)]
    return np.select(cases, [moved, "population"], rest)
