"""Which column of an export holds which column of the instrument, whether its header gives codes or texts."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.recode import received_columns
from pipeline.instrument import Instrument, Item, Question

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Asked:
    """A column that the instrument names: its question, and the item where it is one box of several."""

    column: str
    question: Question
    item: Item | None = None


def asked_columns(instrument: Instrument, waves: Iterable[str | None]) -> list[Asked]:
    """Return every received column that the instrument names in any of the waves, each once."""
    found: dict[str, Asked] = {}
    for wave in waves:
        for q in instrument.questions:
            columns = received_columns(q, wave)
            items: Sequence[Item | None] = q.offered(wave) if q.boxed else [None] * len(columns)
            if not columns:
                continue
            for column, item in zip(columns, items, strict=True):
                found.setdefault(column, Asked(column, q, item))
    return list(found.values())


def bare(text: str) -> str:
    """Return a text without mark-up, as one line."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def plain(text: str) -> str:
    """Return the letters and digits of a text, without mark-up, accents and case, to compare by."""
    letters = unicodedata.normalize("NFKD", bare(text).casefold())
    return "".join(c for c in letters if c.isalnum())


def wordings(asked: Asked, join: Callable[[str, str], str]) -> set[str]:
    """Return the full texts under which a tool may write a column, in comparable form.

    Parameters
    ----------
    join : puts the wording of a question and the label of an item together as the tool does.
    """
    q, item = asked.question, asked.item
    stems = {t for text in (q.wording, q.label) if text for t in (text.fr, text.en) if t}
    if item is None:
        return {plain(s) for s in stems}
    labels = {t for t in (item.label.fr, item.label.en) if t}
    return {plain(join(s, label)) for s in stems for label in labels}


def matched(file: str, columns: Sequence[str], asked: Sequence[Asked], forms: Callable[[str], set[str]],
            join: Callable[[str, str], str]) -> dict[str, str]:  # fmt: skip
    """Return received column -> column of the instrument; columns that match nothing are left out.

    A column whose header is the very name wins; then one of its short ``forms`` (a code without its text, a name
    without its groups); then the full text.

    Raises
    ------
    Blocked
        Two columns of the file match one column of the instrument, or the other way round.
    """
    names: dict[str, str] = {a.column: a.column for a in asked if a.column in set(columns)}
    left = [c for c in columns if c and c not in names]
    short: dict[str, list[str]] = {}
    full: dict[str, list[str]] = {}
    for column in left:
        for form in forms(column):
            short.setdefault(form, []).append(column)
        full.setdefault(plain(column), []).append(column)
    for a in asked:
        if a.column in names.values():
            continue
        by_text = {c for text in wordings(a, join) for c in full.get(text, [])}
        found = sorted(set(short.get(a.column, [])) or by_text)
        taken = [c for c in found if c in names]
        if len(found) > 1 or taken:
            raise Blocked(
                Fault(
                    f"the header does not say which column is '{a.column}' (question '{a.question.name}')",
                    file,
                    line=1,
                    column=a.column,
                    found=some(found) if len(found) > 1 else f"'{taken[0]}' would also be '{names[taken[0]]}'",
                    allowed="one column for each question",
                    action="export the answers with question codes in the header",
                )
            )
        if found:
            names[found[0]] = a.column
    return names
