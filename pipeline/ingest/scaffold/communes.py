"""Columns that hold codes of communes, whatever they are called, and the department or region that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.values import distinct, text_of
from pipeline.territory.reference import FRANCE, read

#: Code of a commune; a spreadsheet takes the zero off the first nine departments.
_CODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-8]|2[AB])\d{3}|[1-9]\d{3}", re.I)
#: A header of one of these words may be that of a code of a commune, or of its name.
_SAID, _POSTAL = (re.compile(rf"\b(?:{patterns('headers')[which]})\b") for which in ("communes", "postal"))
#: So many of the different values are codes of communes, where the header says so and where nothing does.
SHARE, ALONE = 0.6, 0.98
#: Different codes that tell by themselves, without a word of the header.
FEWEST = 8


@dataclass(frozen=True)
class Communes:
    """Communes of today and before, by code.

    department : code of a commune -> code of its department.   region : code of a department -> code of its region.
    """

    department: Mapping[str, str]
    region: Mapping[str, str]


def known_communes(root: Path | None) -> Communes:
    """Return the communes of the reference tables of a project; none where it has none."""
    folder = None if root is None else root / "data" / "reference" / FRANCE
    if folder is None or not (folder / "communes.csv.gz").is_file():
        return Communes({}, {})
    table = read(folder / "communes.csv.gz")
    department = dict(zip(table["code"], table["department"], strict=True))
    region = dict(zip(table["department"], table["region"], strict=True))
    former = folder / "former_communes.csv.gz"
    if former.is_file():
        heirs = read(former)
        pairs = zip(heirs["former"], heirs["current"], strict=True)
        department |= {old: department[new] for old, new in pairs if new in department and old not in department}
    return Communes(department, region)


def codes_in(column: Column) -> list[str]:
    """Return the different values of a column that have the form of a code of a commune, their zero given back."""
    texts = {t for t in map(text_of, distinct(column.examples).values) if t}
    return sorted(t.upper() if len(t) == 5 else f"0{t}" for t in texts if _CODE.fullmatch(t))


def holds_communes(column: Column, known: Communes) -> bool:
    """Return whether a column holds codes of communes.

    Its header says so and most values are codes (known ones, where the reference has any), or at least `FEWEST`
    different ones are nearly all known and written with five characters. Codes of the post are none.
    """
    header = plain_words(f"{column.name} {column.label}")
    if column.kind == "date" or _POSTAL.search(header):
        return False
    texts = {t for t in map(text_of, distinct(column.examples).values) if t}
    codes = codes_in(column)
    if not codes:
        return False
    right = [c for c in codes if c in known.department] if known.department else codes
    if _SAID.search(header):
        return len(right) >= SHARE * len(texts)
    whole = all(len(t) == 5 for t in texts)
    return bool(known.department) and whole and len(texts) >= FEWEST and len(right) >= ALONE * len(texts)


#: Most departments of several regions that a draft takes for what is evaluated.
_FEW = 8


def departments_of(codes: Iterable[str], known: Communes) -> list[str]:
    """Return the departments of known communes that lie in several regions; none where they are more than a few."""
    homes = {known.department[c] for c in codes if c in known.department}
    return sorted(homes) if len(homes) <= _FEW else []


def around(codes: Iterable[str], known: Communes) -> tuple[str, str] | None:
    """Return the department, or else the region, that holds (nearly) all communes: its kind and code; None where none.

    Without reference tables the department is told by the first characters of the codes, and no region is.
    """
    listed = list(codes)
    if known.department:
        listed = [c for c in listed if c in known.department]
    homes = [known.department.get(c, c[:3] if c.startswith("97") else c[:2]) for c in listed]
    for kind, places in (("department", homes), ("region", [known.region.get(d, "") for d in homes])):
        for place in dict.fromkeys(p for p in places if p):
            if places.count(place) >= ALONE * len(places):
                return kind, place
    return None
