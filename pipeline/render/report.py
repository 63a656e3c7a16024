"""The ``report`` of a document's cells: it fetches what the pipeline computed, and computes nothing."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import results
from pipeline.errors import PublishError, ResultsError
from pipeline.render import markup
from pipeline.render.publishable import Publishable, Row, open_publishable
from pipeline.wording import labels as words
from pipeline.wording import numbers, withheld
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation, Wave


def open_report(evaluation: str, territory: str, lang: str) -> Report:
    """Return the report of a territory (``region`` or a unit's code), for the cells of a document.

    Raises
    ------
    PublishError
        When a stage before has not run, or the territory is unknown.
    """
    return Report(open_publishable(evaluation, territory, lang), territory, lang)


@dataclass(frozen=True)
class Place:
    """The territory a document is about, with the forms its name takes in a sentence."""

    level: str
    code: str
    name: str
    label: str
    de: str
    a: str
    dans: str

    def __str__(self) -> str:
        return self.name


class Report:
    """What a cell may ask for. Every number is a published result, wrapped with its ``result_id``.

    A partial ``result_id`` takes the document's territory; ``of="region"`` takes the region's instead. In place of a
    number that is not published stands why it is not, « non diffusable (secret statistique) », or what ``absent`` says:
    ``"sign"`` for the sign of tables (c, ns, nd), or any words, where ``{why}`` stands for the reason.
    """

    def __init__(self, publishable: Publishable, territory: str, lang: str) -> None:
        self._from = publishable
        self.lang = lang
        self.territory = self._place(territory)
        self.region = self._place("region")
        #: The identifiers of the results printed so far, in order.
        self.printed: list[str] = []

    # --- what the document is about -------------------------------------------------------------------------

    @property
    def evaluation(self) -> Evaluation:
        """Return the evaluation's settings and paths."""
        return self._from.evaluation

    @property
    def is_region(self) -> bool:
        """Return whether the document is about the whole region."""
        return self.territory.level == "region"

    @property
    def edition(self) -> int:
        """Return the year of the edition."""
        return self.evaluation.settings.edition

    @property
    def waves(self) -> list[str]:
        """Return the names of the waves, in order."""
        return [w.name for w in self.evaluation.settings.waves]

    def dates(self, wave: str) -> Markdown:
        """Return the dates of a wave's fieldwork: « du 13 novembre au 8 décembre 2006 »."""
        first, last = self._wave(wave).field
        return markup.display(literal(numbers.dates(first, last, self.lang)))

    def year(self, wave: str) -> int:
        """Return the year that a wave stands for among periods; its name is only a name."""
        return self._wave(wave).year

    def period(self, period: str) -> Markdown:
        """Return a period in words: « 2003 à 2006 »."""
        return markup.display(literal(numbers.period(period, self.lang)))

    def text(self, key: str) -> str:
        """Return the label of a key in the document's language (see wording.labels)."""
        return words.label(key, self._from.labels, self.lang)

    def text_or_none(self, key: str) -> str | None:
        """Return the label of a key, or None where nothing names it."""
        return words.find(key, self._from.labels, self.lang)

    def fact(self, name: str) -> Markdown:
        """Return a figure declared under ``facts:``, written as a number."""
        value = self._fact(name).value
        if isinstance(value, str):
            return markup.display(f"[{literal(value)}]{{.fact data-fact={name}}}")
        decimals = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
        text = str(value) if self._is_year(name, value) else numbers.decimal(float(value), self.lang, decimals)
        return markup.display(f"[{literal(text)}]{{.fact data-fact={name}}}")

    def fact_source(self, name: str) -> str:
        """Return the source of a declared fact."""
        return self._in_language(self._fact(name).source)

    # --- results ------------------------------------------------------------------------------------------------

    def row(self, result_id: str, of: str | None = None) -> Row:
        """Return the row that a result_id means, published or not; estimates of suppressed rows are blank."""
        place = self.region if of == "region" else self.territory
        if of not in (None, "region"):
            raise PublishError("a number is of the document's territory or of the region", found=of, allowed="region")
        return self._from.results.find(result_id, place.level, place.code)

    def has(self, result_id: str, of: str | None = None) -> bool:
        """Return whether a result is published here.

        Raises
        ------
        ResultsError
            When no territory has such a result, published or not: then the id is mistyped, not suppressed.
        """
        try:
            return not withheld.is_hidden(self.row(result_id, of))
        except ResultsError:
            if not self._from.results.known(result_id):
                raise
            return False

    def knows(self, result_id: str) -> bool:
        """Return whether the analysis made such a result for any territory, published or not."""
        return self._from.results.known(result_id)

    def caution(self, result_id: str, of: str | None = None) -> bool:
        """Return whether a result is published with caution."""
        return bool(self.row(result_id, of)["quality"] == "caution")

    def share(self, result_id: str, *, decimals: int = 0, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return a share: « 48 % »."""
        return self._number(
            result_id, ("share", "rate"), lambda r: numbers.share(r["estimate"], self.lang, decimals), of, absent
        )

    def points(
        self, result_id: str, *, signed: bool = True, of: str | None = None, absent: str | None = None
    ) -> Markdown:
        """Return a difference in points: « + 9 points »."""
        return self._number(
            result_id, ("point",), lambda r: numbers.points(r["estimate"], self.lang, signed), of, absent
        )

    def count(self, result_id: str, *, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return a count: « 12 480 »."""
        return self._number(result_id, ("count",), lambda r: numbers.count(r["estimate"], self.lang), of, absent)

    def mean(self, result_id: str, *, decimals: int = 1, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return a mean or a rate: « 2,6 »."""
        return self._number(
            result_id, ("mean", "rate"), lambda r: numbers.mean(r["estimate"], self.lang, decimals), of, absent
        )

    def score(self, result_id: str, *, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return a net recommendation score: « + 38 »."""
        return self._number(result_id, ("score",), lambda r: numbers.score(r["estimate"], self.lang), of, absent)

    def number(self, result_id: str, *, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return a result written in its own unit."""
        return self._number(result_id, results.UNITS, self._in_unit, of, absent)

    def interval(self, result_id: str, *, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return the confidence interval: « entre 45 % et 52 % »."""

        def write(r: Row) -> str:
            return numbers.interval(r["lower"], r["upper"], r["unit"], self.lang, measure=r["measure"])

        return self._number(result_id, results.UNITS, write, of, absent)

    def margin(self, result_id: str, *, of: str | None = None, absent: str | None = None) -> Markdown:
        """Return half the interval's width: « plus ou moins 3 points »."""
        around = "plus ou moins" if self.lang == "fr" else "plus or minus"

        def write(r: Row) -> str:
            half = (r["upper"] - r["lower"]) / 2
            if r["unit"] in ("share", "rate", "point"):
                half = half if r["unit"] == "point" else numbers.scaled(half)
                return f"{around} {numbers.points(half, self.lang, signed=False)}"
            return f"{around} {numbers.estimate(half, r['unit'], self.lang, measure=r['measure'])}"

        return self._number(result_id, results.UNITS, write, of, absent)

    def n(self, result_id: str, *, of: str | None = None) -> Markdown:
        """Return the number of respondents or records behind a result; suppressed results have one too."""
        row = self.row(result_id, of)
        if math.isnan(row["n"]):
            return self._withheld(row)
        return self._shown(numbers.count(row["n"], self.lang), [row["result_id"]])

    def sentence(self, name: str, *arguments: Any, **options: Any) -> Markdown:
        """Return a sentence of ``pipeline.wording.sentences`` by its name.

        Arguments that are result_ids (texts with ``/``), or lists of them, become rows.
        """
        from pipeline.wording import compared, sentences

        write = getattr(sentences, name, None) or getattr(compared, name, None)
        if write is None or name.startswith("_"):
            raise PublishError("wording has no such sentence", found=name)
        used: list[str] = []
        given = [self._rows(a, used) for a in arguments]
        named = {k: self._rows(v, used) for k, v in options.items()}
        return self._shown(write(*given, lang=self.lang, **named), used, "sentence")

    # --- figures and tables ---------------------------------------------------------------------------------------

    def figures(self) -> list[str]:
        """Return the names of the figures and tables drawn for this territory."""
        return sorted(self._from.figures)

    def shows(self, name: str) -> bool:
        """Return whether a figure or table was drawn here; an unknown name raises."""
        if name in self._from.figures:
            return True
        if name in self._from.absent:
            return False
        raise PublishError(
            "no figure or table has this name", found=name, allowed=sorted({*self._from.figures, *self._from.absent})
        )

    def figure(self, name: str, *, absent: str | None = None, width: str | None = None, note: bool = True) -> Markdown:
        """Return a figure with caption, alternative text and note; ``absent`` is its subject when nothing is shown."""
        if not self.shows(name):
            return self._nothing(name, absent)
        record = self._kind(name, "figure")
        self.printed += record["result_ids"]
        file = str(record["file"])
        if not Path(file).is_file():
            file = Path(os.path.relpath(self._from.drawn / file)).as_posix()
        return markup.display(markup.figure(name, record, file, self.lang, width, note))

    def table(self, name: str, *, absent: str | None = None, note: bool = True) -> Markdown:
        """Return a table with caption, header cells, result ids and note."""
        if not self.shows(name):
            return self._nothing(name, absent)
        record = self._kind(name, "table")
        self.printed += [rid for row in record["cell_ids"] for rid in row if rid]
        return markup.display(markup.table(name, record, self.lang, note))

    def see(self, name: str, before: str = " (voir ", after: str = ")") -> Markdown:
        """Return « (voir figure 1) » when the figure or table is shown, else nothing."""
        if not self.shows(name):
            return markup.display("")
        kind = "fig" if self._from.figures[name]["kind"] == "figure" else "tbl"
        return markup.display(f"{before}@{kind}-{name}{after}")

    # --- inside -----------------------------------------------------------------------------------------------------

    def _wave(self, name: str) -> Wave:
        if name not in self.waves:
            raise PublishError("the evaluation has no such wave", found=name, allowed=self.waves)
        return self.evaluation.wave(name)

    def _place(self, territory: str) -> Place:
        settings = self._from.evaluation.settings.territory
        level, code = ("region", settings.region) if territory == "region" else (settings.level, territory)
        key, labels = f"{level}={code}", self._from.labels
        label = words.label(key, labels, self.lang)
        forms = {form: words.find(f"{key}:{form}", labels, self.lang) or label for form in ("name", "de", "a", "dans")}
        return Place(level, code, label=label, **forms)

    def _number(
        self,
        result_id: str,
        units: tuple[str, ...],
        write: Callable[[Row], str],
        of: str | None,
        absent: str | None,
    ) -> Markdown:
        row = self.row(result_id, of)
        if row["unit"] not in units:
            raise PublishError("the result has another unit", where=row["result_id"], found=row["unit"], allowed=units)
        if not withheld.is_hidden(row):
            return self._shown(write(row), [row["result_id"]])
        if absent is None:
            return self._withheld(row)
        if absent != "sign":
            return markup.display(literal(absent.replace("{why}", withheld.why(row, self.lang))))
        sign = words.sign(row["quality"], row["reason"])
        return markup.display(f'[{sign}]{{.sign title="{words.label(f"sign={sign}", {}, self.lang)}"}}')

    def _withheld(self, row: Row) -> Markdown:
        return markup.display(f"[{literal(withheld.in_place(row, self.lang))}]{{.withheld}}")

    def _shown(self, text: str, result_ids: list[str], kind: str = "number") -> Markdown:
        self.printed += result_ids
        return markup.display(markup.number(text, result_ids, kind))

    def _in_unit(self, row: Row) -> str:
        return numbers.estimate(row["estimate"], row["unit"], self.lang, measure=row["measure"])

    def _rows(self, value: Any, used: list[str]) -> Any:
        if isinstance(value, str) and value.count("/") >= 2:
            row = self.row(value)
            used.append(row["result_id"])
            return row
        if isinstance(value, list):
            return [self._rows(v, used) for v in value]
        return value

    def _kind(self, name: str, kind: str) -> dict[str, Any]:
        record: dict[str, Any] = self._from.figures[name]
        if record["kind"] != kind:
            raise PublishError("asked for with the other call", found=f"{name} is a {record['kind']}", allowed=kind)
        return record

    def _nothing(self, name: str, subject: str | None) -> Markdown:
        unnamed = "Tableau ou figure" if self.lang == "fr" else "Table or figure"
        reason = self._from.absent[name]
        return markup.display(f"\n- {literal(subject or unnamed)}\u00a0: {literal(reason)}\n")

    def _fact(self, name: str) -> Any:
        facts = {f.id: f for f in self.evaluation.settings.facts}
        if name not in facts:
            raise PublishError("the evaluation declares no such fact", found=name, allowed=sorted(facts))
        return facts[name]

    def _is_year(self, name: str, value: float) -> bool:
        return "year" in name and float(value).is_integer()

    def _in_language(self, text: Any) -> str:
        return str(getattr(text, self.lang, None) or text.fr)
