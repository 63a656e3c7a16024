"""What a figure draws from: the publishable results of one territory, in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.errors import DrawError, WordsError
from pipeline.results import at_most_one
from pipeline.wording import labels as words
from pipeline.wording.grammar import Template, parse, render
from pipeline.wording.labels import Labels

if TYPE_CHECKING:
    from pipeline.territory import Outlines


#: What rows are asked for: analysis, indicator, measure, method, population, by, time, level, code.
Wanted = tuple[str, str | None, str | None, str, str | None, str | None, str | None, str, str | None]


@dataclass(frozen=True)
class Shapes:
    """Outlines for maps: the ``units`` compared and the ``region`` drawn under them.

    ``communes`` (code, x, y) are their centres in the projection of the outlines, where points are drawn.
    """

    units: Outlines
    region: Outlines
    communes: pd.DataFrame | None = None


@dataclass(frozen=True)
class Scope:
    """The results a figure may use and the words it writes with.

    Parameters
    ----------
    results : publishable results (contract 4); estimates of suppressed rows are blank.
    labels : ``{key: {lang: text}}``, see :mod:`pipeline.wording.labels`.
    territory : ``"region"`` or the code of a unit.
    lang : language of the document.
    shapes : outlines, where maps are drawn.
    whole : the scope of the region with the same results, labels and language, of which a unit's takes its part.
    """

    results: pd.DataFrame = field(repr=False)
    labels: Labels = field(repr=False)
    territory: str
    lang: str
    shapes: Shapes | None = field(default=None, repr=False)
    whole: Scope | None = field(default=None, repr=False)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return the results that the document may use, with ``time``, ``by`` and ``code``."""
        table = prepared(self.results)
        return table if self.territory == "region" else self._own(table)

    def _own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that are of the unit or of the region."""
        return rows[((rows["territory_level"] == "region") | (rows["territory"] == self.territory)).to_numpy()]

    @cached_property
    def analyses(self) -> frozenset[str]:
        """Return the analyses that have results."""
        return frozenset(self.results["analysis"].unique()) if self.whole is None else self.whole.analyses

    @cached_property
    def _about(self) -> dict[tuple[str, str | None], pd.DataFrame]:
        """Parts of the table that were asked for: comparing the texts of all results each time takes milliseconds."""
        return {}

    @cached_property
    def _found(self) -> dict[Wanted, pd.DataFrame]:
        """Rows that were asked for: the lines of a table ask for the same several times."""
        return {}

    @cached_property
    def _columns(self) -> dict[tuple[str, str | None, str], np.ndarray]:
        """Texts of the parts of the table that were looked through."""
        return {}

    @cached_property
    def here(self) -> pd.DataFrame:
        """Return the results of the document's own territory."""
        level, code = self.place
        return self.table[((self.table["territory_level"] == level) & (self.table["territory"] == code)).to_numpy()]

    @cached_property
    def _orders(self) -> dict[str, dict[str, int]]:
        """Places of the codes of a variable among the labels, which are many to walk."""
        return {} if self.whole is None else self.whole._orders

    def _part(self, analysis: str, indicator: str | None) -> pd.DataFrame:
        """Return the results of an analysis, or of one of its indicators."""
        key = (analysis, indicator)
        if key not in self._about:
            if indicator is not None:
                whole = self._part(analysis, None)
                self._about[key] = whole[being(whole, "indicator", indicator)]
            elif self.whole is not None:
                self._about[key] = self._own(self.whole._part(analysis, None))
            else:
                self._about[key] = self.table[(self.table["analysis"] == analysis).to_numpy()]
        return self._about[key]

    @cached_property
    def region(self) -> str:
        """Return the code of the region."""
        if self.whole is not None:
            return self.whole.region
        codes = self.results.loc[self.results["territory_level"] == "region", "territory"].unique()
        return str(codes[0]) if len(codes) else ""

    @cached_property
    def unit_level(self) -> str:
        """Return the level that reports compare (pays, EPCI...)."""
        if self.whole is not None:
            return self.whole.unit_level
        levels = [x for x in self.results["territory_level"].unique() if x != "region"]
        return str(levels[0]) if levels else "unit"

    @property
    def place(self) -> tuple[str, str]:
        """Return the level and code that the document is about."""
        return ("region", self.region) if self.territory == "region" else (self.unit_level, self.territory)

    @property
    def region_key(self) -> str:
        """Return the label key of the region."""
        return f"region={self.region}"

    @property
    def place_key(self) -> str:
        """Return the label key of the document's territory."""
        return "=".join(self.place)

    def within(self, row: pd.Series) -> str:
        """Return where a row is of, inside a sentence: « dans le pays d'Auray », « en Bretagne »."""
        return self.text(f"{row['territory_level']}={row['territory']}:dans")

    def rows(
        self,
        analysis: str,
        indicator: str | None = None,
        measure: str | None = None,
        *,
        method: str = "",
        population: str | None = None,
        by: str | None = None,
        time: str | None = None,
        place: tuple[str, str] | None = None,
        units: bool = False,
    ) -> pd.DataFrame:
        """Return direct rows with columns ``code`` (of ``by``) and ``time`` (wave or period), or those of a ``method``.

        ``place`` is the document's territory unless given; ``units=True`` takes all units of the compared level.
        ``by=None`` keeps whole populations only; ``time`` is a wave or period.
        """
        level, code = (self.unit_level, None) if units else place or self.place
        key = (analysis, indicator, measure, method, population, by, time, level, code)
        # what sheets show of the region beside their unit is found once for all of them
        scope = self.whole if self.whole is not None and (level, code) == self.whole.place else self
        if key not in scope._found:
            scope._found[key] = scope._rows(key)
        return scope._found[key].copy(deep=False)

    def _rows(self, key: Wanted) -> pd.DataFrame:
        analysis, indicator, measure, method, population, by, time, level, code = key
        wanted = {
            "measure": measure,
            "population": population,
            "territory_level": level,
            "territory": code,
            "time": time,
            "method": method,
            "by": by or "",
        }
        table = self._part(analysis, indicator)
        # by position, column after column: a table cut once costs a tenth of one compared whole and then sorted
        found = np.arange(len(table))
        for column, value in wanted.items():
            if value is not None:
                found = found[self._texts(analysis, indicator, column)[found] == value]
        codes, orders, places = (table[column].to_numpy()[found] for column in ("code", "order", "territory"))
        keys: list[tuple[Any, Any]]
        if by:
            rank = self.code_order(by)
            keys = [(rank(code), _at_end(order)) for code, order in zip(codes, orders, strict=True)]
        else:
            keys = [(_at_end(order), place) for order, place in zip(orders, places, strict=True)]
        return table.take(found[sorted(range(len(found)), key=keys.__getitem__)])

    def _texts(self, analysis: str, indicator: str | None, column: str) -> np.ndarray:
        """Return the texts of a column of a part of the table."""
        key = (analysis, indicator, column)
        if key not in self._columns:
            self._columns[key] = self._part(analysis, indicator)[column].to_numpy()
        return self._columns[key]

    def one(self, *args: Any, **kwargs: Any) -> pd.Series | None:
        """Return the only row that :meth:`rows` finds, None when there is none.

        Raises
        ------
        ResultsError
            When several rows answer.
        """
        return at_most_one(self.rows(*args, **kwargs), "a figure's number")

    def code_order(self, variable: str) -> Any:
        """Return the sort key of a variable's codes: age, else the order of the labels mapping."""
        prefix = f"{variable}="
        if variable not in self._orders:
            order = {k.removeprefix(prefix): i for i, k in enumerate(self.labels) if k.startswith(prefix)}
            self._orders[variable] = order
        order = self._orders[variable]
        return lambda code: words.age_order(code) if words.is_aged(variable, code) else order.get(code, 999)

    def indicators(self, analysis: str) -> list[str]:
        """Return the indicators of an analysis that have results, in the order of the labels mapping."""
        have = self.results.loc[self.results["analysis"] == analysis, "indicator"].unique()
        keys = [k.partition(".")[2] for k in self.labels if k.startswith(f"{analysis}.")]
        ordered = [k for k in dict.fromkeys(keys) if k in set(have)]
        return [*ordered, *[i for i in have if i not in ordered]]

    def text(self, key: str) -> str:
        """Return the label of a key in the document's language."""
        return words.label(key, self.labels, self.lang)

    def find_text(self, key: str) -> str | None:
        """Return the label of a key, None when there is none."""
        return words.find(key, self.labels, self.lang)

    def say(self, key: str, **values: str) -> str:
        """Return a text of ``reports/<lang>/_figures.yaml``; a part in [...] that names an empty value is left out.

        Raises
        ------
        DrawError
            When there is no such text, or it names a value that is missing.
        """
        text = self.find_say(key, **values)
        if text is None:
            raise DrawError(
                "a figure lacks a text", where=_file(self.lang), found=key, action="write it, as in the other languages"
            )
        return text

    def find_say(self, key: str, **values: str) -> str | None:
        """Return a text as :meth:`say` does, None when there is none.

        Raises
        ------
        DrawError
            When it names a value that is missing.
        """
        text = self.labels.get(f"figures:{key}", {}).get(self.lang)
        return None if text is None else _filled(text, values, key, self.lang)

    def code_text(self, variable: str, code: str) -> str:
        """Return the label of a code of a variable."""
        return words.code_label(variable, code, self.labels, self.lang)

    def quoted(self, variable: str, code: str) -> str:
        """Return an answer as the questionnaire writes it, for a sentence that quotes it."""
        return self.find_text(f"{variable}={code}:quoted") or self.code_text(variable, code)

    def indicator_text(self, analysis: str, indicator: str, measure: str) -> str:
        """Return the label of an indicator, that of its measure first (``attendance.visits.per_space``)."""
        return self.find_text(f"{analysis}.{indicator}.{measure}") or self.text(f"{analysis}.{indicator}")


def _at_end(order: float) -> float:
    """Return the place of a wave or period, the last where none is known."""
    return math.inf if math.isnan(order) else order


def _file(lang: str) -> str:
    return f"reports/{lang}/_figures.yaml"


@lru_cache(maxsize=1024)
def _read(text: str, lang: str) -> Template:
    return parse(text, _file(lang))


def _filled(text: str, values: Mapping[str, str], key: str, lang: str) -> str:
    try:
        return render(_read(text, lang), lambda hole: values.get(hole.name) or None, sentence=False)
    except WordsError as fault:
        raise DrawError(
            "a text of figures names what does not exist there",
            where=f"{_file(lang)}, key {key}",
            found=fault.found,
            allowed=sorted(f"{{{name}}}" for name, value in values.items() if value),
            action="name one of these, between [ and ] where it may be missing",
        ) from None


def published(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be shown."""
    return rows[~being(rows, "quality", "suppress") & ~np.isnan(rows["estimate"].to_numpy(float))]


def being(rows: pd.DataFrame, column: str, value: object) -> np.ndarray:
    """Return which of some hundred rows have a value in a column: as arrays, in a fourth of the time of a Series."""
    return np.asarray(rows[column].to_numpy() == value, dtype=bool)


def has_interval(row: Any) -> bool:
    """Return whether a row carries an interval: not an exhaustive count, nor a share that calibration makes exact."""
    low, high = row["lower"], row["upper"]
    return math.isfinite(low) and math.isfinite(high) and not (row["se"] == 0 and low == high)


def prepared(results: pd.DataFrame) -> pd.DataFrame:
    """Return results with ``time`` (wave or period), ``by`` (the domain's only variable) and ``code`` (its value).

    ``by`` is empty for whole populations and « + » for domains of several variables. Texts become plain objects:
    figures compare them many thousand times. A text that many rows have is one object, which workers receive once. A
    prepared table comes back as it is.
    """
    if "time" in results.columns:
        return results
    out = results.copy()
    for column in out.columns[[not pd.api.types.is_numeric_dtype(t) for t in out.dtypes]]:
        out[column] = _each_once(out[column])
    parts = [d.partition("=") for d in out["domain"]]
    several = ["/" in d for d in out["domain"]]
    out["by"] = pd.Series(["+" if many else p[0] for p, many in zip(parts, several, strict=True)], out.index, object)
    out["code"] = pd.Series(["" if many else p[2] for p, many in zip(parts, several, strict=True)], out.index, object)
    out["time"] = out["wave"].where(out["wave"] != "", out["period"])
    # columns of one type side by side: rows are taken of all of them at once
    return out.copy()


def _each_once(column: pd.Series) -> Any:
    """Return the values of a column as plain objects, equal ones the same object."""
    if column.dtype == object:
        return column
    places, values = pd.factorize(column, use_na_sentinel=False)
    return values.astype(object).take(places)


def why_absent(rows: pd.DataFrame, scope: Scope) -> str:
    """Return why nothing of ``rows`` can be shown: the one reason of all, that there are several, or no data at all."""
    if not len(rows):
        return scope.text("reason=nd")
    signs = set(rows["reason"].str.partition("_")[0])
    alone = {"c": "reason=c", "ns": "reason=ns_n", "np": "reason=np"}.get(signs.pop()) if len(signs) == 1 else None
    return scope.text(alone or "quality=suppress")
