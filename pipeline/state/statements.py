"""Making the statements of every planned question, for the perimeter and for each unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipeline.errors import StateError
from pipeline.results import at_most_one, complete
from pipeline.results.rounding import rounded, shown_decimals
from pipeline.results.significance import published
from pipeline.results.statement import (
    ALONE,
    ASKED,
    CUTS,
    FURTHER,
    NOTHING_TOLD,
    TABLE,
    UNIT,
    Pick,
    Reference,
    Statement,
    StatementSpec,
    code_references,
    named_reference,
)
from pipeline.results.time import from_to, last_of
from pipeline.state.kinds import DIRECTIONS, KINDS, Evidence, Kind, main_name, number, verdict_of_list
from pipeline.state.selection import USERS, Found, Selection, indexed, largest
from pipeline.state.settings import asked_together, is_asked
from pipeline.state.strength import strength
from pipeline.state.warnings import Weakening, concerning, sources_of

#: Base of a number that everybody was asked for.
ALL = "all"


@dataclass(frozen=True)
class Asked:
    """An entry of the plan with what its question may state.

    question, entry : names.   analysis : first part of the result_ids it states, its own or those that it looks at.
    contrast : waves or periods it compares; None for the first and the last of its results.
    waves : those of the evaluation.   settings : of the entry, over what its question takes by default.
    beside : the pair that the entry compares first, where this one is a further one: its statements say both its ends.
    """

    question: str
    entry: str
    analysis: str
    specs: Sequence[StatementSpec]
    contrast: tuple[str, str] | None = None
    waves: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[str, str] | None = None


@dataclass(frozen=True)
class Declared:
    """What an evaluation declares about a result: the change that would not matter, the level to pass, what agrees."""

    margin: float | None = None
    threshold: float | None = None
    agrees: tuple[str, ...] = ()


def state(
    table: pd.DataFrame,
    asked: Iterable[Asked],
    declared: Mapping[str, Declared],
    perimeter: str,
    units: Sequence[str] = (),
    weakening: Weakening | None = None,
) -> list[Statement]:
    """Return what may be said, entry by entry and place by place.

    Parameters
    ----------
    table : publishable results.
    asked : entries of the plan, in order.
    declared : partial result_id (without its place) -> what the evaluation declares about it.
    perimeter, units : places, ``region=53`` and ``pays=03``...
    weakening : which warnings weaken which results; none without it.

    Raises
    ------
    StateError
        When a question names a kind of statement that does not exist.
    """
    asked = list(asked)
    made: list[Statement] = []
    index = indexed(table[table["analysis"].isin(_looked_at(asked))])
    warned, followed = sources_of(table), _followed(asked, table)
    for each in asked:
        people = str(each.settings.get("survey", {}).get("units", USERS))
        selection = Selection(index, each.analysis, each.contrast, perimeter, each.waves, people, followed)
        maker = _Maker(table, warned, weakening or Weakening(), each, selection, declared, units)
        for spec in each.specs:
            said = is_asked(spec, each.settings) and not (spec.optional and not selection.exists(spec.rows))
            if not (said and selection.compares(spec.rows)):
                # of one wave, nothing is said about a change: not even that it is missing
                continue
            places = [*([] if spec.of == "units" else [perimeter]), *([] if spec.of == "whole" else units)]
            made += [maker.statement(spec, place) for place in places]
    return made


def _followed(asked: Sequence[Asked], table: pd.DataFrame) -> frozenset[str]:
    """Return the questions of the survey whose change an entry tells as that of its own indicators or items.

    Elsewhere it is not told again: judged among other comparisons, the same change may be detected here and not there.
    """
    shifts = table[table["measure"] == "shift"]
    moved = set(zip(shifts["analysis"], shifts["indicator"], strict=True))
    found: set[str] = set()
    for each in asked:
        names = {name: question for question, held in asked_together(each.settings).items() for name in held}
        items = each.settings.get("items")
        # some questions ask there whether items are told too, or leave it open
        names |= {str(item): str(item) for item in items} if isinstance(items, list | tuple) else {}
        found |= {question for name, question in names.items() if (each.analysis, name) in moved}
    return frozenset(found)


def _looked_at(asked: Sequence[Asked]) -> set[str]:
    """Return the analyses whose results statements may name."""
    picks = [pick for each in asked for spec in each.specs for pick in (spec.rows, *spec.arguments.values())]
    return {*(each.analysis for each in asked), *(pick.analysis for pick in picks)}


@dataclass(frozen=True)
class _Maker:
    table: pd.DataFrame
    warned: Mapping[str, frozenset[str]]
    weakening: Weakening
    asked: Asked
    selection: Selection
    declared: Mapping[str, Declared]
    units: Sequence[str] = ()

    def statement(self, spec: StatementSpec, place: str) -> Statement:
        if spec.kind not in KINDS or (spec.each and spec.each not in KINDS):
            raise StateError(
                "there is no such kind of statement",
                where=f"question {self.asked.question}, statement {spec.name}",
                found=spec.each or spec.kind,
                allowed=sorted(KINDS),
            )
        if spec.rows.by:
            return self._list(spec, place)
        found = self.selection.one(spec.rows, place)
        return self._single(spec, KINDS[spec.kind], spec.kind, found, place, "")

    def _list(self, spec: StatementSpec, place: str) -> Statement:
        if spec.rows.by == ASKED:
            return self._gathered(spec, place, "", tuple(self._asked(spec, place)))
        if spec.rows.by == CUTS:
            return self._gathered(replace(spec, arguments={}), place, "", tuple(self._cut(spec, place)))
        items = tuple(
            self._single(spec, KINDS[spec.each], spec.each, found, where, found.code)
            for where, found in self._listed(spec, place)
        )
        return self._gathered(spec, place, "", (*items, *self._not_asked_before(spec, place)))

    def _not_asked_before(self, spec: StatementSpec, place: str) -> Iterator[Statement]:
        """Yield, of a list of changes, the indicators that the last wave asked and the first did not."""
        if spec.rows.by != "indicator" or not {"before", "now"} <= set(spec.arguments):
            return
        if not self.selection.is_one_of_several(spec.rows):
            return
        before, now = ([f.code for f in self.selection.several(spec.arguments[n], place)] for n in ("before", "now"))
        for code in now:
            if code not in before:
                about = {**self._about(spec, place), **code_references(code)}
                yield self._made(spec, place, code, "not_asked", arguments=about)

    def _asked(self, spec: StatementSpec, place: str) -> Iterator[Statement]:
        """Yield one list a question of the survey that has several indicators."""
        for question, names in asked_together(self.asked.settings).items():
            if len(names) > 1:
                pick = replace(spec.rows, by="indicator", among=tuple(names))
                found = self.selection.several(pick, place)
                items = tuple(self._single(spec, KINDS[spec.each], spec.each, f, place, f.code) for f in found)
                if any(item.verdict not in NOTHING_TOLD for item in items):
                    yield self._gathered(spec, place, f"by={question}", items)

    def _cut(self, spec: StatementSpec, place: str) -> Iterator[Statement]:
        """Yield one list a column that the entry cuts by, behind the first, which has statements of its own."""
        for column in (self.asked.settings.get("by") or ())[1:]:
            arguments = {n: replace(pick, indicator=column, by=column) for n, pick in spec.arguments.items()}
            own = replace(spec, arguments=arguments, named={**spec.named, "column": f"by={column}"})
            found = self.selection.several(replace(spec.rows, indicator=column, by=column), place)
            items = tuple(self._single(own, KINDS[spec.each], spec.each, f, place, f.code) for f in found)
            if items:
                yield self._gathered(own, place, f"by={column}", items)

    def _gathered(self, spec: StatementSpec, place: str, code: str, items: tuple[Statement, ...]) -> Statement:
        verdict = verdict_of_list([i.verdict for i in items], spec.kind)
        ids = tuple(rid for i in items for rid in (i.result_ids if i.items else i.result_ids[:1]))
        others = self._others(spec, place, "").items()
        told = {n: ("result", str(r["result_id"])) for n, r in others if not spec.arguments[n].by and published(r)}
        arguments = {**self._about(spec, place), **told, **code_references(code), **_widest(items)}
        made = self._made(spec, place, code, verdict, result_ids=ids, arguments=arguments, items=items)
        return replace(made, kind=spec.kind)

    def _listed(self, spec: StatementSpec, place: str) -> Iterator[tuple[str, Found]]:
        """Yield what each item of a list rests on, and its place."""
        if spec.rows.by == ALONE:
            lone = tuple(names[0] for names in asked_together(self.asked.settings).values() if len(names) == 1)
            pick = replace(spec.rows, by="indicator", among=lone)
            yield from ((place, found) for found in (self.selection.several(pick, place) if lone else ()))
            return
        if spec.rows.by != UNIT:
            yield from ((place, found) for found in self.selection.several(spec.rows, place))
            return
        pick = replace(spec.rows, by="")
        found = [Found(self.selection.one(pick, unit).row, unit) for unit in self.units]
        for each in largest(found, spec.rows.most):
            # of a unit that nothing is known of, nothing is told
            if each.row is not None or self._others(spec, each.code, ""):
                yield each.code, each

    def _single(
        self, spec: StatementSpec, kind: Kind, kind_name: str, found: Found, place: str, code: str
    ) -> Statement:
        row = found.row
        others = self._others(spec, place, code)
        arguments = {**self._about(spec, place), **code_references(code)}
        told = {n: r for n, r in others.items() if published(r) and not (n == "whole" and _prints_alike(row, r))}
        arguments |= {n: ("result", str(r["result_id"])) for n, r in told.items()}
        if row is None or not published(row):
            return self._without(spec, kind, place, code, row, arguments)
        lacking = next((n for n in kind.needs if n not in others or not published(others[n])), "")
        if lacking:
            return self._without(spec, kind, place, code, others.get(lacking), arguments)
        said = self.declared.get(_placeless(str(row["result_id"])), Declared())
        assert kind.decide is not None
        declared = said.threshold is not None
        margin = said.margin
        if kind_name == "change":
            # a margin of the method's own decides, and ranks nothing
            margin = spec.convention if margin is None else margin
        elif not declared:
            said = replace(said, threshold=spec.convention)
        verdict = kind.decide(Evidence(row, margin, said.threshold, spec.limit, others))
        arguments[main_name(spec, kind_name)] = ("result", str(row["result_id"]))
        arguments |= _base(row)
        if margin is not None:
            arguments["margin"] = number(margin, row)
        if said.threshold is not None:
            arguments["threshold"] = number(said.threshold, row)
        made = self._graded(spec, place, code, verdict, row, said, arguments, kind)
        return replace(made, declared=declared)

    def _graded(
        self,
        spec: StatementSpec,
        place: str,
        code: str,
        verdict: str,
        row: Mapping[str, Any],
        said: Declared,
        arguments: Mapping[str, Reference],
        kind: Kind,
    ) -> Statement:
        direction = DIRECTIONS.get(verdict, 0)
        grade, ids = "", [str(row["result_id"])]
        reasons: tuple[str, ...] = ()
        if verdict in kind.claims:
            agreeing = self._agreeing(said.agrees)
            warned = concerning(self.warned, self.weakening, row)
            sign = direction if kind.compares else 0
            grade, reasons = strength(
                row, compares=kind.compares, sign=sign, others=[s for _, s in agreeing], warnings=warned
            )
            ids += [rid for rid, s in agreeing if s]
        return self._made(
            spec,
            place,
            code,
            verdict,
            direction=direction,
            strength=grade,
            reasons=reasons,
            size=abs(row["estimate"]) / said.margin if said.margin else None,
            result_ids=tuple(ids),
            arguments=arguments,
        )

    def _without(
        self,
        spec: StatementSpec,
        kind: Kind,
        place: str,
        code: str,
        row: Mapping[str, Any] | None,
        arguments: dict[str, Reference],
    ) -> Statement:
        """Return the statement of what cannot be told: a model instead, not asked, or withheld and why."""
        if "model" in arguments:
            model = self.selection.one(spec.arguments["model"], place).row
            assert model is not None
            return self._graded(spec, place, code, "modelled", model, Declared(), arguments, kind)
        of_wave = self.selection.times(spec.rows)[0] == "wave"
        if row is None and of_wave and not self.selection.is_asked(spec.rows) and self.selection.elsewhere(spec.rows):
            return self._made(spec, place, code, "not_asked", arguments=arguments)
        sign = str(row["reason"]).partition("_")[0] or "nd" if row is not None else self._why_absent(spec, place)
        return self._made(spec, place, code, "withheld", arguments={**arguments, "reason": ("reason", sign)})

    def _why_absent(self, spec: StatementSpec, place: str) -> str:
        """Return the sign of a number that no row gives: in a unit where others answered, nobody did.

        What is counted does not rest on answers; and where no unit has the number, answers are not told by place.
        """
        whole = self.selection.one(spec.rows, self.selection.perimeter).row
        counted = whole is not None and whole["inference"] == "census"
        asked = place != self.selection.perimeter and self.selection.is_asked(spec.rows)
        if not asked or counted:
            return "nd"
        located = any(self.selection.one(spec.rows, unit).row is not None for unit in self.units)
        return "ns" if located else "nl"

    def _made(self, spec: StatementSpec, place: str, code: str, verdict: str, **fields: Any) -> Statement:
        own = code.partition("=")[2] or code.partition(".")[2]
        # a list of several columns has the same code more than once
        subject = f"/{code if spec.rows.by in ('domain', TABLE, CUTS) else own}" if code else ""
        pair = f"{FURTHER}{from_to(*self.asked.contrast)}" if self.asked.beside and self.asked.contrast else ""
        name = f"{self.asked.entry}.{spec.name}{pair}{subject}@{place}"
        kind = spec.each if code else spec.kind
        return Statement(name, self.asked.question, self.asked.entry, spec.name, kind, verdict, **fields)

    def _about(self, spec: StatementSpec, place: str) -> dict[str, Reference]:
        """Return the places, the times and the labels that the words of a statement may name."""
        kind, first, _ = self.selection.times(spec.rows)
        time = self.selection.time(spec.rows)
        last = time if spec.rows.at == "over" else last_of(time)
        places: dict[str, Reference] = {"here": ("place", place), "perimeter": ("place", self.selection.perimeter)}
        if place != self.selection.perimeter:
            places["territory"] = ("place", place)
        named = {name: named_reference(key) for name, key in spec.named.items()}
        beside = self.asked.beside
        # since a wave means until the one that its neighbours speak of; another end is told
        since = (kind, from_to(first, last)) if beside is not None and last != beside[1] else (kind, first)
        return {**places, **named, "since": since, "wave": (kind, last)}

    def _others(self, spec: StatementSpec, place: str, code: str) -> dict[str, Mapping[str, Any]]:
        """Return the rows of a statement's arguments.

        Those of the perimeter exist under the whole only, those of the first of several waves where there are several.
        Of an item of a list, an argument that is cut by the same column is the one of the same code.
        """
        under = place != self.selection.perimeter
        compares = self.selection.compares
        picks: Iterator[tuple[str, Pick]] = (
            (n, p) for n, p in spec.arguments.items() if (under or not p.whole) and compares(p)
        )
        found = ((name, self.selection.one(pick, place, code if pick.by else "").row) for name, pick in picks)
        return {name: row for name, row in found if row is not None}

    def _agreeing(self, agrees: Sequence[str]) -> list[tuple[str, int]]:
        signs = []
        for partial in agrees:
            row = self._by_id(partial.removeprefix("-"))
            if row is not None and published(row):
                moved = KINDS["change"].decide(Evidence(row)) if KINDS["change"].decide else ""
                signs.append((str(row["result_id"]), (-1 if partial.startswith("-") else 1) * DIRECTIONS.get(moved, 0)))
        return signs

    def _by_id(self, partial: str) -> Mapping[str, Any] | None:
        whole = complete(partial, *self.selection.perimeter.split("=", 1))
        row = at_most_one(self.table[self.table["result_id"] == whole], whole)
        return None if row is None else {str(k): v for k, v in row.items()}


def _prints_alike(row: Mapping[str, Any] | None, whole: Mapping[str, Any]) -> bool:
    """Return whether a number of a unit reads like that of the whole: « 96 %, contre 96 % » compares nothing."""
    if row is None or not published(row) or row["measure"] != whole["measure"]:
        return False
    one, other = (rounded(each["estimate"], shown_decimals(each)) for each in (row, whole))
    return one == other


def _widest(items: Iterable[Statement]) -> dict[str, Reference]:
    """Return the margin within which all items of a list lie that are said to lie within theirs."""
    margins = [i.arguments["margin"] for i in items if "margin" in i.arguments]
    return {"margin": max(margins, key=lambda margin: float(margin[1]))} if margins else {}


def _base(row: Mapping[str, Any]) -> dict[str, Reference]:
    """Return of whom alone a number is, where not of all: those who were asked."""
    base = str(row["base"])
    return {} if base in ("", ALL) else {"base": ("codes", [f"base={part}" for part in base.split("+")])}


def _placeless(result_id: str) -> str:
    parts = result_id.split("/")
    return "/".join([*parts[:3], *parts[4:]])
