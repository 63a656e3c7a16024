"""Cross-tables (« tris croisés ») as an annex: a workbook of all waves and a page of the last one.

Lines are answers, columns the categories of a characteristic; every share carries its result, suppressed ones a sign.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.instrument import Question
from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.publish.annex.spreadsheet import sheet_name
from pipeline.results.significance import ALPHA
from pipeline.wording import labels as words
from pipeline.wording import numbers, withheld
from pipeline.wording.blocks import Block, table
from pipeline.wording.labels import Labels
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import capital, uncapital
from pipeline.wording.words import Words

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

QUESTION = "crossings"
#: Between answers that are told together.
TOGETHER = "+"
_WORDS = "_crosstabs"


@dataclass(frozen=True)
class Crossing:
    """One table: a question by a characteristic in one wave.

    lines : keys of the answers.   columns : keys of the categories.   cells : (answer, category) -> row of results.
    test : the row of its association; None for items, which have one test each, or where there is none.
    """

    question: Question
    by: str
    wave: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], dict[Any, Any]]
    tests: dict[str, dict[Any, Any]]


def entry_of(evaluation: Evaluation) -> PlanEntry | None:
    """Return the plan's entry of cross-tables, None without one."""
    return next((p for p in evaluation.settings.plan if p.question == QUESTION), None)


def crossings(evaluation: Evaluation, rows_of: pd.DataFrame, wave: str | None = None) -> Iterator[Crossing]:
    """Yield the tables of the plan, question by question in the order of the questionnaire.

    Parameters
    ----------
    rows_of : publishable results.   wave : one wave, all of them by default.
    """
    entry = entry_of(evaluation)
    if entry is None:
        return
    rows = rows_of[rows_of["analysis"] == entry.name]
    rows = rows if wave is None else rows[rows["wave"] == wave]
    told: dict[tuple[str, str], list[tuple[dict[Any, Any], str, str, str]]] = {}
    for row in results.records(rows):
        # two surveys may ask a question of the same name
        told.setdefault((row["indicator"], row["source"]), []).append(_placed(row))
    level = evaluation.settings.territory.level
    for source in evaluation.sources("survey"):
        for question in evaluation.instruments[source.name].questions:
            own = told.get((question.name, source.name), [])
            for by in [*entry.settings["by"], level]:
                placed = sorted((t for t in own if t[1] == by), key=lambda t: t[0]["order"])
                for when in dict.fromkeys(t[0]["wave"] for t in placed):
                    here = [t for t in own if t[1] == by and t[0]["wave"] == when]
                    cells = {(answer, code): r for r, _, code, answer in here if r["measure"] == "share"}
                    tests = {answer: r for r, _, _, answer in here if r["measure"] == "association"}
                    if cells:
                        yield Crossing(question, by, when, _lines(question, cells), _columns(cells), cells, tests)


def _placed(row: dict[Any, Any]) -> tuple[dict[Any, Any], str, str, str]:
    """Return a row with its characteristic, category and answer."""
    parts = dict(p.split("=", 1) for p in str(row["domain"]).split("/") if p)
    answer = parts.pop("answer", None) or parts.pop("item", "")
    if row["measure"] == "association":
        return row, parts["by"], "", answer
    if row["territory_level"] != "region":
        return row, str(row["territory_level"]), str(row["territory"]), answer
    by, code = next(iter(parts.items()), ("", ""))
    return row, by, code, answer


def _lines(question: Question, cells: dict[tuple[str, str], dict[Any, Any]]) -> tuple[str, ...]:
    order = [i.name for i in question.items] or list(map(results.part, question.codes))
    # answers told together stand where the first of them does
    first = {a: a if a in order else a.partition(TOGETHER)[0] for a, _ in cells}
    return tuple(sorted((a for a in first if first[a] in order), key=lambda a: order.index(first[a])))


def _columns(cells: dict[tuple[str, str], dict[Any, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sorted((code for _, code in cells), key=_rank)))


def _rank(code: str) -> tuple[float, str]:
    head = code.partition("-")[0].removesuffix("+")
    return (float(head) if head.isdigit() else math.inf, code)


def title(question: Question, lang: str) -> str:
    """Return the short title of a question."""
    return capital(question.title(lang))


def answer_text(question: Question, answer: str, lang: str) -> str:
    """Return the label of an answer or of an item."""
    for item in question.items:
        if item.name == answer:
            return capital(item.label.in_language(lang))
    codes = {results.part(c): t.in_language(lang) for c, t in question.codes.items()}
    told = [codes[c] for c in ([answer] if answer in codes else answer.split(TOGETHER)) if c in codes]
    _, either, *_ = of(lang).LISTS
    return capital(of(lang).joined(told, either)) if told else answer


def category_text(by: str, code: str, labels: Labels, lang: str) -> str:
    """Return the label of a category."""
    if words.is_aged(by, code):
        return words.age_band(code, lang)
    return words.find(f"{by}={code}", labels, lang) or literal(code)


def _head(said: Words, name: str) -> str:
    """Return a heading of the workbook; its name where a language has no such text."""
    entry = said.texts.get(f"{_WORDS}.{name}")
    return entry.text if entry else name


def write_crosstabs(
    evaluation: Evaluation, published: pd.DataFrame, labels: Labels, path: Path, said: Words
) -> Path | None:
    """Write the workbook of all cross-tables, a sheet a characteristic and one of tests; None without cross-tables."""
    made = list(crossings(evaluation, published))
    if not made:
        return None
    import xlsxwriter

    lang = said.lang
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": evaluation.settings.title.in_language(lang),
            "created": dt.datetime(evaluation.settings.edition, 12, 31),
        }
    )
    bold, percent = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "0%"})
    for by in dict.fromkeys(c.by for c in made):
        named = [_head(said, "tests"), *(other.get_name() for other in book.worksheets())]
        sheet = book.add_worksheet(sheet_name(words.find(f"by={by}", labels, lang) or by, named))
        sheet.set_column(0, 1, 34)
        line = 0
        for crossing in (c for c in made if c.by == by):
            line = _block(sheet, line, crossing, labels, said, bold, percent) + 1
    _tests_sheet(book.add_worksheet(_head(said, "tests")), made, labels, said, bold)
    book.close()
    return path


def _block(sheet: Any, line: int, crossing: Crossing, labels: Labels, said: Words, bold: Any, percent: Any) -> int:
    lang = said.lang
    heads = [f"{title(crossing.question, lang)} ({crossing.wave})", _head(said, "answer")]
    heads += [category_text(crossing.by, c, labels, lang) for c in crossing.columns]
    for j, text in enumerate(heads):
        sheet.write_string(line, j, text, bold)
    for answer in crossing.lines:
        line += 1
        sheet.write_string(line, 1, answer_text(crossing.question, answer, lang))
        for j, code in enumerate(crossing.columns, 2):
            row = crossing.cells.get((answer, code))
            if row is not None and math.isfinite(row["estimate"]):
                sheet.write_number(line, j, round(row["estimate"], 4), percent)
            else:
                sheet.write_string(line, j, _sign(row))
    line += 1
    sheet.write_string(line, 1, _head(said, "n"))
    for j, code in enumerate(crossing.columns, 2):
        rows = [crossing.cells[a, code] for a in crossing.lines if (a, code) in crossing.cells]
        most = max(rows, key=_told, default=None)
        if most is not None and math.isfinite(most["n"]):
            sheet.write_number(line, j, most["n"])
        else:
            sheet.write_string(line, j, _sign(most))
    return line + 1


def _tests_sheet(sheet: Any, made: list[Crossing], labels: Labels, said: Words, bold: Any) -> None:
    lang = said.lang
    heads = [_head(said, name) for name in ("question", "answer", "by", "wave", "v", "p")]
    for j, text in enumerate(heads):
        sheet.write_string(0, j, text, bold)
    line = 0
    for crossing in made:
        for answer, row in crossing.tests.items():
            line += 1
            texts = (
                title(crossing.question, lang),
                answer_text(crossing.question, answer, lang) if answer else "",
                words.find(f"by={crossing.by}", labels, lang) or crossing.by,
                crossing.wave,
            )
            for j, text in enumerate(texts):
                sheet.write_string(line, j, text)
            if withheld.is_hidden(row):
                sheet.write_string(line, 4, _sign(row))
                continue
            sheet.write_number(line, 4, round(row["estimate"], 4))
            if math.isfinite(row["p_adjusted"]):
                sheet.write_number(line, 5, round(row["p_adjusted"], 6))
    sheet.set_column(0, 2, 34)
    sheet.freeze_panes(1, 0)


def _sign(row: dict[Any, Any] | None) -> str:
    return words.SIGNS["nil"] if row is None else words.sign("suppress", row["reason"])


def crosstabs(ground: Ground) -> Block:
    """Return every cross-table of the last wave by characteristics, as sections; units are in the workbook only."""
    level = ground.evaluation.settings.territory.level
    labels: Labels = {key: {lang: literal(text) for lang, text in said.items()} for key, said in ground.labels.items()}
    parts: list[str] = []
    ids: list[str] = []
    last = ""
    made = crossings(ground.evaluation, ground.table, ground.evaluation.settings.waves[-1].name)
    for i, crossing in enumerate(c for c in made if c.by != level):
        if crossing.question.name != last:
            last = crossing.question.name
            parts.append(f"\n## {literal(title(crossing.question, ground.lang))} {{#sec-{last.replace('_', '-')}}}\n")
        parts.append(_markdown(ground, crossing, labels, i))
        ids += [str(row["result_id"]) for row in (*crossing.cells.values(), *crossing.tests.values())]
    return Block("\n".join(parts), tuple(ids))


def about(ground: Ground) -> Block:
    """Return whom the tables are about, and where they come from."""
    entry, settings = entry_of(ground.evaluation), ground.evaluation.settings
    if entry is None:
        return Block()
    asked = entry.settings.get("source")
    source = ground.evaluation.source(asked) if asked else ground.evaluation.sources("survey")[0]
    said = {
        "population": literal(source.population.in_language(ground.lang)) if source.population else "",
        "perimeter": ground.speaker.label(f"region={settings.territory.code}:name"),
        "source": ground.speaker.label(f"source={source.name}"),
        "wave": literal(settings.waves[-1].name),
        "synthetic": ground.speaker.label("synthetic") if settings.synthetic else "",
    }
    return Block(ground.fill(f"{_WORDS}.about", **said))


def workbook(ground: Ground) -> Block:
    """Return the way to the workbook of all cross-tables."""
    return Block(ground.fill(f"{_WORDS}.workbook", file=f"{ground.data}/crosstabs.xlsx"))


def _markdown(ground: Ground, crossing: Crossing, labels: Labels, place: int) -> str:
    lang = ground.lang
    heads = [ground.word(f"{_WORDS}.answer")]
    heads += [category_text(crossing.by, c, labels, lang) for c in crossing.columns]
    body = []
    for answer in crossing.lines:
        cells = [_cell(crossing.cells.get((answer, code)), lang) for code in crossing.columns]
        mark = _mark(crossing.tests.get(answer)) if crossing.question.items else ""
        body.append([f"{literal(answer_text(crossing.question, answer, lang))}{mark}", *cells])
    first = [
        max((crossing.cells[a, c] for a in crossing.lines if (a, c) in crossing.cells), key=_told)
        for c in crossing.columns
    ]
    body.append([ground.word(f"{_WORDS}.n"), *(_respondents(r, lang) for r in first)])
    by = uncapital(words.find(f"by={crossing.by}", labels, lang) or literal(crossing.by))
    caption = ground.fill(f"{_WORDS}.caption", question=literal(title(crossing.question, lang)), by=by)
    widths = [40, *[15] * len(crossing.columns)]
    text = table(heads, body, caption, f"cross-{place}", widths, range(1, len(heads)))
    return f"{text}\n\n{_association(ground, crossing)}\n"


def _cell(row: dict[Any, Any] | None, lang: str) -> str:
    if row is None or not math.isfinite(row["estimate"]):
        return _sign(row)
    mark = "\u202f\\*" if row["quality"] == "caution" else ""
    return f'[{numbers.share(row["estimate"], lang)}]{{.number data-result="{row["result_id"]}"}}{mark}'


def _respondents(row: dict[Any, Any], lang: str) -> str:
    if not math.isfinite(row["n"]):
        return _sign(row)
    return f'[{numbers.count(row["n"], lang)}]{{.number data-result="{row["result_id"]}"}}'


def _told(row: dict[Any, Any]) -> float:
    return float(row["n"]) if math.isfinite(row["n"]) else -1.0


def _mark(test: dict[Any, Any] | None) -> str:
    return " †" if test is not None and test["p_adjusted"] < ALPHA else ""


def _association(ground: Ground, crossing: Crossing) -> str:
    test = crossing.tests.get("")
    if test is None:
        return ""
    if withheld.is_hidden(test):
        return ground.word(f"_common.unpublished.{withheld.sign_of([test])}")
    value = numbers.decimal(test["estimate"], ground.lang, 2)
    told = f'[{value}]{{.number data-result="{test["result_id"]}"}}'
    return ground.fill(f"{_WORDS}.{'established' if test['p_adjusted'] < ALPHA else 'unseen'}", v=told)


BLOCKS: dict[str, Maker] = {"crosstabs": crosstabs, "crosstabs-about": about, "crosstabs-workbook": workbook}
