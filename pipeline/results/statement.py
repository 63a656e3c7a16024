"""Statements: what may be said of results, decided before it is worded; they refer to results, never hold text.

A question declares :class:`StatementSpec`; the stage `state` makes a :class:`Statement` of each, for the perimeter and
for each of its units; words and figures read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import ResultsError

#: From the strongest to the weakest: établi, probable, à confirmer.
STRENGTHS = ("strong", "moderate", "weak")

#: Verdicts of statements that say nothing of results.
NOTHING_TOLD = ("withheld", "not_asked", "not_studied", "empty")

#: Verdicts of a level against a threshold: without a text of its own, the level is said and a common text follows.
JUDGED = ("above", "below", "unclear")

#: Value of ``by`` of a list that has an item a unit of the perimeter, and of one that has an item a cross-table.
UNIT, TABLE = "unit", "table"
#: Values of ``by`` of lists of indicators that an entry declares one by one: a list a question of the survey that has
#: several of them, and those whose question has no other.
ASKED, ALONE = "asked", "alone"
#: Value of ``by`` of a list that has a list a column that the entry cuts by, behind the first.
CUTS = "cuts"

#: Suffixes of the labels of an indicator that counts answers: what was asked, and what counts in it.
ANSWERED = ("asked", "answer")

#: Stands in the id of a statement before the pair of waves that its entry compares beside the first one.
FURTHER = "~"

#: A reference of a statement: its kind, then what it refers to.
#: ``result`` an id; ``wave`` and ``period`` a name; ``place`` and ``code`` label keys (`pays=03`), ``codes`` a list of
#: such; ``label`` a label key; ``number`` a value and its unit; ``reason`` the sign of what is withheld.
Reference = tuple[Any, ...]


def code_references(code: str) -> dict[str, Reference]:
    """Return what the words of an item may name of its code: its group and, of a cross-table, what it is cut by.

    Of an answer, ``asked`` is the question and ``answer`` what counts in it, where they have labels.
    """
    if not code:
        return {}
    group, table, across = code.partition(f"/{TABLE}:")
    if table:
        return {"group": ("code", group), "across": ("code", across)}
    column, told, _ = group.partition("=")
    if told:
        return {"group": ("code", group), "asked": ("code", f"by={column}")}
    return {"group": ("code", group), **{name: ("code", f"{group}:{name}") for name in ANSWERED}}


@dataclass(frozen=True)
class Pick:
    """Which results a statement is about, of its entry's analysis and of the place that the document is about.

    indicator, measure, population, method : as in a result_id; ``indicator`` is empty where ``by`` is ``indicator``,
        ``population`` where its results are of one population, which the source decides.
    at : ``last`` or ``first`` wave or period; the ``change`` from one to the other of those that the entry contrasts,
        which one alone does not have; ``over``: the whole time that a result is about, be it one wave or period;
        ``all``: that whole time, whatever the entry contrasts.
    by : a column (one row a code), ``domain`` (one a code, of whatever column), ``indicator`` (one row an indicator),
        ``method`` (one a method), ``unit`` (one a unit of the perimeter), ``table`` (one a cross-table: what was
        answered and, as ``across``, by which characteristic), ``asked`` or ``alone`` (:data:`ASKED`), ``cuts``
        (:data:`CUTS`); ``without`` are left out (codes, or columns of a list by ``domain``), ``among`` alone are taken,
        in its order, where it names any.
    domain : the part of the population that it is about, as a result_id has it (``over=age_band``); beside the column
        of a list, ``than=`` holds whatever the value.
    whole : the perimeter instead of the place that the document is about.
    analysis : another analysis than the entry's own, or than the one it looks at (`of:`).
    most : of a list, so many with the largest numbers, the largest first, and behind them those that may not be
        published; below 0, so many of the smallest; and those that print like the last of them; all, in the order of
        results, where 0.

    Settings of the entry stand in texts as ``{payer}`` or ``{distances.max}`` (:mod:`pipeline.state.settings`).
    """

    indicator: str
    measure: str
    at: Literal["first", "last", "change", "over", "all"] = "last"
    population: str = "users"
    method: str = ""
    by: str = ""
    without: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    domain: str = ""
    whole: bool = False
    analysis: str = ""
    most: int = 0


@dataclass(frozen=True)
class StatementSpec:
    """One statement that a question may make, a line of its declaration.

    name : unique in its question; words.yaml has a section of that name.
    kind : a rule of :mod:`pipeline.state.kinds`.
    rows : what it rests on.
    arguments : other results that its words may name, by the name they have there.
    each : kind of the items, where the statement is a list.
    limit : half-width of an interval, in the unit of the row, beyond which nothing useful can be said.
    convention : threshold of the method's own, or margin of a change, where the evaluation declares none.
    asked : setting of the entry without which the question is not put (``survey.visits``), or several, one of which
        does; behind ``!``, setting with which it is not; always put where empty.
    of : `all` places, the `whole` perimeter alone, or its `units` alone.
    named : what its words may name beside results, by the name it has there: a label key (``financer={payer}``), a
        date (``period={date.month}``), a number that the entry sets (``{years}``), several label keys
        (``codes={covariates.pairs}``).
    optional : nothing is said, not even that it is missing, where the results have no such number at all.
    """

    name: str
    kind: str
    rows: Pick
    arguments: Mapping[str, Pick] = field(default_factory=dict)
    each: str = ""
    limit: float | None = None
    convention: float | None = None
    asked: str = ""
    of: Literal["all", "whole", "units"] = "all"
    named: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


#: A name of a declaration that is a number, set or still to be set, and the head of one that is a date.
_NUMBER, _DATE = re.compile(r"\{[\w.|]+\}|\d+(?:\.\d+)?"), "period="
#: Head of a name of a declaration that is several codes: ``codes=occupation=employed,sex=f``, or, where they have a
#: beginning in common, ``codes=demand.*email,first_steps``.
_CODES = "codes="


def named_type(key: str) -> str:
    """Return what a name of a declaration stands for, fitted or not.

    A `declared` number, a `time`, a `list` of labels, or one label (`group`).
    """
    if _NUMBER.fullmatch(key):
        return "declared"
    if key.startswith(_CODES):
        return "list"
    return "time" if key.startswith(_DATE) else "group"


def named_reference(key: str) -> Reference:
    """Return the reference of a name of a fitted declaration."""
    kind = named_type(key)
    if kind == "declared":
        return ("number", float(key), "setting")
    if kind == "list":
        head, _, codes = key.removeprefix(_CODES).rpartition("*")
        return ("codes", [f"{head}{code}" for code in codes.split(",") if code])
    return ("period", key.removeprefix(_DATE)) if kind == "time" else ("code", key)


@dataclass(frozen=True)
class ExpectedText:
    """A text that the words of a question need, known before any result exists.

    key : ``demand.level.stated``, ``demand.by_age.each.rise``.   spec, kind, verdict : whose text it is.
    sure : values that exist whenever the verdict is given.   types : value -> result, time, place, group, list,
    declared or text.   optional : whether the language's common text may do.
    """

    key: str
    spec: StatementSpec
    kind: str
    verdict: str
    sure: frozenset[str]
    types: Mapping[str, str]
    optional: bool = False


@dataclass(frozen=True)
class FigureSpec:
    """One figure or table of a question.

    name : documents show it as ``<entry>-<name>``; words.yaml has its texts under ``figures``: the caption, or a
        mapping with ``caption``, ``reading``, ``axis`` and ``heads`` of columns.
    kind, settings : of :mod:`pipeline.figures.registry`; the head of a column is a key of its texts.
    title : name of the statement whose words give the title and the alternative text.
    of : the documents that show it: of the `whole`, of its `units`, or `all`.
    """

    name: str
    kind: str
    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    of: Literal["all", "whole", "units"] = "whole"

    def shown(self, entry: str) -> str:
        """Return the name under which the documents of an entry show it."""
        return f"{entry}-{self.name}"


@dataclass(frozen=True)
class Statement:
    """What may be said of one place: verdict, strength and what it rests on.

    id : ``<entry>.<name>[~<further pair>][/<subject>]@<kind of unit>=<code>``.
    direction : 1, -1, or 0 where nothing moved.
    strength : one of `STRENGTHS`, empty where nothing is claimed.   reasons : what gave or lowered it, in order.
    size : |estimate| over its margin, nan without a margin.   result_ids : the first is its number.
    declared : whether the evaluation, and not a convention of the method, names the threshold that it was held against.
    """

    id: str
    question: str
    entry: str
    name: str
    kind: str
    verdict: str
    direction: int = 0
    strength: str = ""
    reasons: tuple[str, ...] = ()
    size: float | None = None
    result_ids: tuple[str, ...] = ()
    arguments: Mapping[str, Reference] = field(default_factory=dict)
    items: tuple[Statement, ...] = ()
    declared: bool = False

    @property
    def place(self) -> str:
        """Return the place that the statement is about, ``pays=03``."""
        return self.id.rpartition("@")[2]

    @property
    def is_item(self) -> bool:
        """Return whether it is an item of a list: its id names which."""
        return "/" in self.id.rpartition("@")[0]

    @property
    def is_told(self) -> bool:
        """Return whether it says something of results."""
        return self.verdict not in NOTHING_TOLD


def write(statements: Iterable[Statement], path: Path) -> None:
    """Write statements as JSON, in the order given, one a line."""
    encoder = json.JSONEncoder(ensure_ascii=False, default=vars)
    text = ",\n".join(map(encoder.encode, statements))
    path.write_text(f"[\n{text}\n]\n", encoding="utf-8")


def read(path: Path) -> list[Statement]:
    """Return the statements that :func:`write` wrote.

    Raises
    ------
    ResultsError
        When the file is missing.
    """
    if not path.is_file():
        raise ResultsError("statements are missing", where=str(path), action="run the stages before this one")
    return [_from_json(record) for record in json.loads(path.read_text(encoding="utf-8"))]


def _from_json(record: dict[str, Any]) -> Statement:
    fields = {
        **record,
        "reasons": tuple(record["reasons"]),
        "result_ids": tuple(record["result_ids"]),
        "arguments": {name: tuple(each) for name, each in record["arguments"].items()},
        "items": tuple(_from_json(each) for each in record["items"]),
    }
    return Statement(**fields)
