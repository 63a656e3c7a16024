"""What readers hold already: earlier editions, what became of their numbers, and errata of this one."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.instrument import Text
from pipeline.publish.annex.columns import DECIMALS, place_of, result_label
from pipeline.publish.annex.spreadsheet import decimal, safe
from pipeline.wording import numbers, withheld
from pipeline.wording.blocks import Block, bullets, table
from pipeline.wording.labels import Labels, find
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from pipeline.publish.annex.blocks import Ground, Maker

_WORDS = "_printings"
#: The documents that tell of editions and of errata.
EDITIONS, ERRATUM = "editions", "erratum"
FILE = "revisions.csv"
#: Columns of the list of what changed and their types, as its data package describes them.
FIELDS = {
    **dict.fromkeys(("printing", "result_id", "label", "place", "unit", "fate"), "string"),
    **dict.fromkeys(("before", "after", "difference", "steps"), "number"),
    "cause": "string",
    **dict.fromkeys(("lower", "upper", "lower_after", "upper_after"), "number"),
    "quantity": "string",
}
#: Fates of printed numbers, by their names in the words.
FATES = {
    "changed": "changed",
    "hidden now": "hidden",
    "shown now": "shown",
    "other precision": "precision",
    "no longer there": "gone",
}
#: Fates that a page counts and does not list: the number stands as it was, or no result of this edition tells its name.
_UNLISTED = ("other precision", "no longer there")
#: How many changes of an edition, and of an erratum, stand on a page; the file has all.
LISTED, LISTED_OF_ERRATUM = 15, 60
#: The cause of numbers in whose place other answers of the same questions are counted.
_DEFINITION = "definition"
#: The reason of numbers that stay as they were printed, lest the difference tell of few.
_KEPT = "edition"
#: The reason of numbers that are hidden lest they tell of few.
_SECRET = "c"
#: Decimals that no printed number has.
_FINEST = 7


@dataclass(frozen=True)
class Printing:
    """A printing that readers hold: an earlier edition, or this one before it was corrected.

    name : 2005, or 2006-2.   common : how many numbers it shares with this one.
    changes : fate, result_id, unit, before, after, difference, steps, cause; the largest first.
    homes : language -> the home of its site, below this one; nothing where the site is not kept here.
    corrected, reason : of one that an erratum replaces.
    """

    name: str
    common: int
    changes: pd.DataFrame
    homes: Mapping[str, str] = field(default_factory=dict)
    corrected: dt.date | None = None
    reason: Text | None = None

    def home(self, lang: str) -> str:
        """Return its home in a language, or in the first that it has; nothing where its site is not kept."""
        return self.homes.get(lang) or next(iter(self.homes.values()), "")


def editions(ground: Ground) -> Block:
    """Return this edition and those before it, the last first, each with the way to its site where it is kept."""
    here = ground.fill(f"{_WORDS}.here", name=ground.speaker.printing(ground.evaluation.settings.printing))
    return Block(bullets([here, *(_earlier(ground, each) for each in reversed(ground.printings))]))


def _earlier(ground: Ground, printing: Printing) -> str:
    name, home = ground.speaker.printing(printing.name), printing.home(ground.lang)
    shown = f"[{name}]({_root(ground)}{home})" if home else name
    if printing.corrected is None:
        return ground.fill(f"{_WORDS}.{'earlier' if home else 'elsewhere'}", name=shown)
    when = numbers.date(printing.corrected, ground.lang)
    link = {"erratum": ground.fill(f"{_WORDS}.leading", href=f"{ERRATUM}.html")} if _has(ground, ERRATUM) else {}
    return ground.fill(f"{_WORDS}.replaced", name=shown, date=when, **link)


def revisions(ground: Ground) -> Block:
    """Return how many numbers of the edition before are others now, by cause, and the largest changes."""
    before = [each for each in ground.printings if each.corrected is None]
    if not before:
        return Block()
    last = before[-1]
    said = {
        "name": ground.speaker.printing(last.name),
        "count": _counted(last.common, f"{last.name}/common", ground.lang),
    }
    if last.changes.empty:
        return Block(ground.fill(f"{_WORDS}.none", **said))
    text, ids = _told_changes(ground, last, "revised", LISTED)
    return Block("\n\n".join([ground.fill(f"{_WORDS}.some", **said), text, _file(ground)]), ids)


def errata(ground: Ground) -> Block:
    """Return each correction of this edition, the last first: the day, the reason, what replaces what."""
    parts: list[str] = []
    ids: list[str] = []
    for number, each in reversed(list(enumerate(_corrections(ground), 1))):
        reason = literal(each.reason.in_language(ground.lang)) if each.reason else ""
        said = {"date": numbers.date(each.corrected, ground.lang) if each.corrected else "", "reason": reason}
        parts.append(ground.fill(f"{_WORDS}.correction", **said))
        if each.changes.empty:
            parts.append(ground.word(f"{_WORDS}.unchanged"))
            continue
        text, shown = _told_changes(ground, each, f"erratum-{number}", LISTED_OF_ERRATUM)
        parts.append(text)
        ids += shown
    kept = int((ground.table["reason"] == _KEPT).sum()) if parts else 0
    if kept:
        parts.append(ground.fill(f"{_WORDS}.kept", count=_counted(kept, "kept", ground.lang)))
    return Block("\n\n".join([*parts, _file(ground)] if parts else []), tuple(ids))


def revision_lines(ground: Ground) -> Block:
    """Return what a page says of corrections and revisions in a line each, with the way to what tells all of them."""
    lines = []
    if (corrections := _corrections(ground)) and _has(ground, ERRATUM) and (day := corrections[-1].corrected):
        lines.append(ground.fill(f"{_WORDS}.corrected", date=numbers.date(day, ground.lang)))
    if ground.printings and _has(ground, EDITIONS):
        before = [each for each in ground.printings if each.corrected is None and not each.changes.empty]
        if before:
            said = {"name": ground.speaker.printing(before[-1].name)}
            count = _counted(len(before[-1].changes), f"{before[-1].name}/changes", ground.lang)
            lines.append(ground.fill(f"{_WORDS}.revised", count=count, **said))
        lines.append(ground.word(f"{_WORDS}.all"))
    return Block("\n\n".join(lines))


def _corrections(ground: Ground) -> list[Printing]:
    return [each for each in ground.printings if each.corrected is not None]


def _has(ground: Ground, document: str) -> bool:
    return any(listed.name == document for listed in ground.documents)


def _root(ground: Ground) -> str:
    """Return the way from the folder of the language to the site."""
    return ground.data.removesuffix("data")


def _counted(number: float, key: str, lang: str) -> str:
    return f'[{numbers.count(number, lang)}]{{.record data-record="printings/{key}"}}'


def _told_changes(ground: Ground, printing: Printing, name: str, most: int) -> tuple[str, tuple[str, ...]]:
    """Return what became of the numbers of a printing: counted by cause, what is gone or withheld, the largest."""
    fates = printing.changes["fate"]
    listed, ids = _changes(ground, printing, name, most)
    hidden = printing.changes.loc[fates == "hidden now", "result_id"]
    secret = sum((ground.row(each) or {}).get("reason") == _SECRET for each in hidden)
    said = {"name": ground.speaker.printing(printing.name)}
    parts = [_causes(ground, printing, name)]
    gone = fates == "no longer there"
    defined = gone & (printing.changes["cause"] == _DEFINITION)
    told = {"redefined": int(defined.sum()), "gone": int((gone & ~defined).sum()), "withheld": secret}
    for key, count in told.items():
        if count:
            counted = _counted(count, f"{printing.name}/{key}", ground.lang)
            parts.append(ground.fill(f"{_WORDS}.{key}", count=counted, **said))
    return "\n\n".join([*parts, *([listed] if listed else [])]), ids


def _causes(ground: Ground, printing: Printing, name: str) -> str:
    """Return the changes counted by cause and by what became of the number, with the size of the largest."""
    rows = []
    found = [fate for fate in FATES if (printing.changes["fate"] == fate).any()]
    for cause, part in printing.changes.groupby("cause", sort=False):
        key = f"{printing.name}/{cause}"
        counts = [_counted(int((part["fate"] == fate).sum()), f"{key}/{fate}", ground.lang) for fate in found]
        steps = part["steps"].abs().max()
        size = "–" if pd.isna(steps) or steps == 0 else numbers.decimal(steps, ground.lang, 0)
        rows.append(
            [
                ground.word(f"{_WORDS}.causes.{cause}"),
                *counts,
                f'[{size}]{{.record data-record="printings/{key}/size"}}',
            ]
        )
    heads = [ground.word(f"{_WORDS}.heads.{head}") for head in ("cause", *(FATES[fate] for fate in found), "size")]
    caption = ground.fill(f"{_WORDS}.by-cause", name=ground.speaker.printing(printing.name))
    widths = [36, *[14] * len(found), 20]
    return table(heads, rows, caption, f"{name}-causes", widths, range(1, len(heads)))


def _changes(ground: Ground, printing: Printing, name: str, most: int) -> tuple[str, tuple[str, ...]]:
    """Return the largest changes since a printing as a table, and the results that it prints; nothing without any."""
    changes = printing.changes[~printing.changes["fate"].isin(_UNLISTED)]
    if changes.empty:
        return "", ()
    heads = [ground.word(f"{_WORDS}.heads.{head}") for head in ("number", "place", "before", "now", "cause")]
    rows, ids = [], []
    for change in changes.head(most).to_dict("records"):
        row = ground.row(change["result_id"])
        if row is None:
            continue
        ids.append(str(change["result_id"]))
        rows.append(
            [
                literal(_told(ground, row)),
                literal(_place(row, ground.labels, ground.lang)),
                *_both(ground, row, change["before"]),
                ground.word(f"{_WORDS}.causes.{change['cause']}"),
            ]
        )
    said = {"name": ground.speaker.printing(printing.name)}
    if len(changes) > most:
        said["more"] = _counted(len(changes), f"{printing.name}/listed", ground.lang)
    caption = ground.fill(f"{_WORDS}.largest", **said)
    return table(heads, rows, caption, name, [40, 20, 14, 14, 22], (2, 3)), tuple(ids)


def _told(ground: Ground, row: Mapping[str, Any]) -> str:
    """Return what a number is of, of whom, and which measure: means, shares and gaps of one question are alike else."""
    measure = ground.word(f"{_WORDS}.measures.{row['measure']}")
    label = _label(row, ground.labels, ground.lang)
    return f"{label} ({measure})" if measure else label


def _label(row: Mapping[str, Any], labels: Labels, lang: str) -> str:
    """Return what a number is of, and of whom: the same answers are told of users and of visits."""
    about = find(f"population={row['population']}", labels, lang)
    return ", ".join(part for part in (result_label(row, labels, lang), about) if part)


def _place(row: Mapping[str, Any], labels: Labels, lang: str) -> str:
    return place_of(f"{row['territory_level']}={row['territory']}", labels, lang)


def _both(ground: Ground, row: Mapping[str, Any], before: float) -> tuple[str, str]:
    """Return what was printed, which no result of this edition holds, and what stands in its place."""
    hidden = withheld.is_hidden(row)
    said, now = _texts(row, before, math.nan if hidden else float(row["estimate"]), ground.lang)
    was = f'[{literal(said)}]{{.record data-record="ledger"}}' if said else "–"
    if hidden:
        return was, withheld.sign_of([row])
    return was, ground.speaker.mark(literal(now), str(row["result_id"]))


def _texts(row: Mapping[str, Any], before: float, now: float, lang: str) -> tuple[str, str]:
    """Return two values of a number as pages print them, with as many more decimals as it takes to tell them apart."""

    def said(value: float, decimals: int | None) -> str:
        if math.isnan(value):
            return ""
        return numbers.estimate(value, str(row["unit"]), lang, measure=str(row["measure"]), decimals=decimals)

    texts = [(said(before, decimals), said(now, decimals)) for decimals in (None, *range(1, _FINEST))]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def _file(ground: Ground) -> str:
    return ground.fill(f"{_WORDS}.file", file=f"{ground.data}/{FILE}")


def write_revisions(
    printings: Sequence[Printing], rows: Mapping[str, Mapping[str, Any]], labels: Labels, lang: str, path: Path
) -> None:
    """Write every number that is another than in a printing before, as ``revisions.csv``; nothing without printings.

    Parameters
    ----------
    printings : what readers hold already.   rows : published results by identifier.   labels, lang : of their names.
    """
    if not printings:
        return
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(FIELDS)
        for printing in printings:
            writer.writerows(_lines(printing, rows, labels, lang))


def _lines(printing: Printing, rows: Mapping[str, Mapping[str, Any]], labels: Labels, lang: str) -> Iterator[list[str]]:
    for change in printing.changes.to_dict("records"):
        row = rows.get(change["result_id"])
        named = [] if row is None else [_label(row, labels, lang), _place(row, labels, lang)]
        texts = [printing.name, change["result_id"], *(named or ["", ""]), change["unit"], FATES[change["fate"]]]
        values = {
            name: decimal(round(change[name], DECIMALS) + 0.0) for name, kind in FIELDS.items() if kind == "number"
        }
        told = dict(zip(FIELDS, map(safe, texts), strict=False))
        told |= values | {"cause": str(change["cause"]), "quantity": safe(change["quantity"])}
        yield [told[name] for name in FIELDS]


BLOCKS: dict[str, Maker] = {"editions": editions, "revisions": revisions, "errata": errata, "revised": revision_lines}
