"""What the results answer to an evaluation question: one line an indicator, with the strength of its evidence."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.errors import PublishError
from pipeline.export.findings import graded
from pipeline.export.prose import bullets, uncapital
from pipeline.results.time import ends, is_span, is_year, last_of, years
from pipeline.wording import labels as words
from pipeline.wording import numbers, sentences
from pipeline.wording.numbers import NO_BREAK
from pipeline.wording.phrases import EVIDENCE

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation, Question

#: Whole populations before visits, levels before everything else.
_POPULATIONS = ("users", "inhabitants", "non_users", "respondents", "spaces", "visits")
_MEASURES = ("share", "score", "evolution", "count", "mean", "per_inhabitant", "per_space", "rate")
_CHANGES = ("shift", "score_shift", "mean_shift")
_SATISFIED = {"fr": "Usagers satisfaits", "en": "Users satisfied"}
_GAP = {"fr": ", selon le territoire", "en": ", by territory"}
_PART = {"fr": "Part parmi les", "en": "Share of"}
_PARTLY = {
    "fr": "Une partie de la question n'est pas étudiée dans cette édition.",
    "en": "Part of the question is not studied in this edition.",
}
_NOTHING = {"fr": "aucun résultat publiable", "en": "no publishable result"}


@dataclass(frozen=True)
class Answer:
    """An indicator in one line of Markdown, and the word for its evidence (empty when nothing is claimed)."""

    text: str
    evidence: str


def answers(report: Any, question: Question) -> Markdown:
    """Return what the indicators of a question answer, as a list, each with its evidence."""
    kept = studied(report, question.indicators)
    lines = []
    for indicator in kept:
        domains: Sequence[str | None] = stated_domains(question, indicator) or [None]
        for domain in domains:
            found = finding(report, indicator, domain)
            text = found.text + (spread(report, indicator) if question.criterion == "coherence" else "")
            lines.append(f"{text} *({found.evidence})*" if found.evidence else text)
    if len(kept) < len(question.indicators):
        lines.append(_PARTLY[report.lang] if kept else sentences.not_studied(report.lang))
    return bullets(*lines)


def studied(report: Any, indicators: Sequence[str]) -> list[str]:
    """Return the indicators whose analysis was made in this edition."""
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    made = {*table["analysis"].unique(), *(entry.name for entry in report.evaluation.settings.plan)}
    return [indicator for indicator in indicators if indicator.partition(".")[0] in made]


def sources_of(report: Any, indicators: Sequence[str]) -> list[str]:
    """Return the names of the sources that indicators come from, in order."""
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    found = pd.concat([_rows(table, i)["source"] for i in indicators]) if indicators else pd.Series(dtype=str)
    return [str(report.text(f"source={s}")) for s in dict.fromkeys(found) if s]


def spread(report: Any, indicator: str) -> str:
    """Return « , de 0,19 à 0,58 d'un territoire à l'autre » for an exhaustive count, without naming any of them."""
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    rows = _rows(table, indicator)
    rows = rows[(rows["territory_level"] != "region") & (rows["inference"] == "census") & (rows["domain"] == "")]
    rows = rows[(rows["quality"] != "suppress") & rows["estimate"].notna() & ~rows["measure"].isin(_CHANGES)]
    rows = rows[_years(rows) == _years(rows).max()] if len(rows) else rows
    if len(rows) < 2:
        return ""
    ordered = rows.sort_values("estimate", kind="stable")["result_id"]
    low, high = (report.number(r)._repr_markdown_() for r in (ordered.iloc[0], ordered.iloc[-1]))
    if report.lang == "fr":
        return f", de {low} à {high} d'un territoire à l'autre"
    return f", from {low} to {high} between territories"


def stated_domains(question: Question, indicator: str) -> list[str]:
    """Return the categories of an indicator that the question's own statements are about, in order."""
    about = [s.about.split("/") for s in question.statements]
    named_so = [parts for parts in about if f"{parts[0]}.".startswith(f"{indicator}.")]
    return list(dict.fromkeys("/".join(parts[3:]) for parts in named_so if len(parts) > 3))


def finding(report: Any, indicator: str, domain: str | None = None) -> Answer:
    """Return the latest level of an indicator in the region, and its change when there is one.

    Parameters
    ----------
    report : the report of a document's cells, which writes the numbers.
    indicator : ``analysis.indicator`` or ``analysis.indicator.measure``, as evaluation.yaml lists them.
    domain : the category to tell (``age_band=60+``); the whole population, else the largest category, by default.

    Raises
    ------
    PublishError
        When no analysis of the plan makes this indicator.
    """
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    rows = _rows(table, indicator)
    if rows.empty:
        raise no_such_indicator(report.evaluation, table, indicator, "questions")
    exact = _named(rows) == indicator
    here = rows[(rows["territory_level"] == "region") & ((rows["method"] == "") | exact)]
    told = _whole(here) if domain is None else here["domain"] == domain
    levels = here[~here["measure"].isin([*_CHANGES, "gap"]) & (here["quality"] != "suppress") & told]
    name = indicator_name(report, indicator)
    if levels.empty:
        spread = rows["measure"].eq("gap").any() and (rows["quality"] != "suppress").any()
        text = "situation de chaque territoire au chapitre qui les compare" if spread else _NOTHING[report.lang]
        return Answer(f"{name}{NO_BREAK}: {text}", "")
    row = _main(levels)
    change = _change(here, row)
    colon = f"{NO_BREAK}:" if report.lang == "fr" else ":"
    said = f"{named(report, name, row)}{colon} {written(report, row)}{when(report, row)}"
    grade = graded(report.evaluation, table, row if change is None else change)
    word = EVIDENCE[grade.strength][report.lang] if grade.strength else ""
    if change is not None:
        said += f", {_changed(report, change, grade.direction)}"
    return Answer(said, word)


def made_for(table: pd.DataFrame, indicator: str) -> bool:
    """Return whether an analysis makes an indicator."""
    return not _rows(table, indicator).empty


def no_such_indicator(evaluation: Evaluation, table: pd.DataFrame, indicator: str, key: str) -> PublishError:
    """Return the error of an evaluation question whose indicator no analysis makes."""
    return PublishError(
        "an evaluation question names an indicator that no analysis makes",
        where=f"{evaluation.folder / 'evaluation.yaml'}, key {key}",
        found=indicator,
        allowed=_near(table, indicator) or "an indicator that an analysis of the plan makes",
        action="name one of these, or take the indicator out",
    )


def _rows(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    # texts of thousands of results are put together only for those of the analysis
    table = table[table["analysis"] == indicator.partition(".")[0]]
    head = table["analysis"] + "." + table["indicator"]
    return table[(head == indicator) | (head + "." + table["measure"] == indicator) | (_named(table) == indicator)]


def _named(rows: pd.DataFrame) -> pd.Series:
    """Return the first part of the identifiers: analysis, indicator, measure and method."""
    return rows["result_id"].str.split("/", n=1).str[0]


def _near(table: pd.DataFrame, indicator: str) -> list[str]:
    names = (table["analysis"] + "." + table["indicator"]).unique().tolist()
    return difflib.get_close_matches(indicator, names, n=5, cutoff=0.4)


def _main(levels: pd.DataFrame) -> pd.Series:
    """Return the row that says most: whole population, a level, the latest, the largest category."""
    ranked = levels.assign(
        _population=levels["population"].map(_rank(_POPULATIONS)),
        _measure=levels["measure"].map(_rank(_MEASURES)),
        _time=-_years(levels),
    )
    order = ["_population", "_measure", "_time", "estimate"]
    return ranked.sort_values(order, ascending=[True, True, True, False], kind="stable").iloc[0]


def _whole(rows: pd.DataFrame) -> pd.Series:
    """Return where a row is about a whole population: no domain, or a category of the indicator itself."""
    variable = rows["domain"].map(lambda text: text.partition("=")[0])
    own = (variable == rows["indicator"]) | (variable == "answer")
    return (rows["domain"] == "") | (own & ~rows["domain"].str.contains("/", regex=False))


def _rank(order: tuple[str, ...]) -> Any:
    return lambda value: order.index(value) if value in order else len(order)


def _years(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) how late a row is: the place of its wave, or the year of its period."""
    waves = rows["wave"] != ""
    return rows["order"].where(waves, rows["period"].map(lambda name: max(years(name), default=0)).astype("float64"))


def _change(here: pd.DataFrame, row: pd.Series) -> pd.Series | None:
    same = (here["population"] == row["population"]) & (here["domain"] == row["domain"])
    found = here[same & here["measure"].isin(_CHANGES) & (here["quality"] != "suppress")]
    found = found[found["wave"].map(last_of) == row["wave"]]
    return found.iloc[0] if len(found) else None


def indicator_name(report: Any, indicator: str) -> str:
    """Return what an indicator of an evaluation question is called.

    Raises
    ------
    ResultsError
        When neither the indicator nor one of its measures has a label.
    """
    indicator = ".".join(indicator.split(".")[:3])
    head, _, measure = indicator.rpartition(".")
    if of := _known(report, f"{indicator}:of"):
        return f"{_SATISFIED[report.lang]} {of}"
    if measure == "gap":
        return f"{indicator_name(report, head)}{_GAP[report.lang]}"
    variable = indicator.partition(".")[2]
    keys = [indicator, f"{indicator}.count", *(f"{indicator}.{m}" for m in _MEASURES), f"by={variable}"]
    return next((text for key in keys if (text := _known(report, key))), None) or str(report.text(indicator))


def _known(report: Any, key: str) -> str | None:
    found = report.text_or_none(key)
    return None if found is None else str(found)


def named(report: Any, name: str, row: pd.Series) -> str:
    """Return the name of an indicator with the category that a row is about, and how it was estimated."""
    specific = _known(report, f"{row['analysis']}.{row['indicator']}.{row['measure']}")
    if row["method"] and (method := _known(report, f"method={row['method']}")):
        name = f"{name} ({uncapital(method)})"
        specific = f"{specific} ({uncapital(method)})" if specific else None
    if not row["domain"]:
        return specific or name
    variable, _, code = str(row["domain"]).partition("=")
    if variable == row["indicator"] and (people := _known(report, f"group={row['population']}")):
        name = f"{_PART[report.lang]} {people}"
    elif specific:
        name = specific
    category = (
        report.text(f"{variable}={code}") if not variable.startswith("age") else words.age_band(code, report.lang)
    )
    return f"{name}, «{NO_BREAK}{category}{NO_BREAK}»" if report.lang == "fr" else f"{name}, “{category}”"


def when(report: Any, row: pd.Series) -> str:
    """Return « en 2006 », « entre 2003 et 2006 »; empty where a row has no date."""
    time = row["wave"] or row["period"]
    if not row["wave"] and not years(time):
        return ""
    if is_span(time):
        first, last = ends(time)
        return f" entre {first} et {last}" if report.lang == "fr" else f" between {first} and {last}"
    if row["wave"] and not is_year(time):
        return f" ({'vague' if report.lang == 'fr' else 'wave'} {time})"
    day = time.count("-") == 2
    word = ("au" if day else "en") if report.lang == "fr" else ("on" if day else "in")
    return f" {word} {numbers.period(time, report.lang)}"


def written(report: Any, row: pd.Series) -> str:
    """Return the number of a row with its interval, where it has one."""
    near_an_end = row["unit"] in ("share", "rate") and not 0.02 <= row["estimate"] <= 0.98
    exact = report.share(row["result_id"], decimals=1) if near_an_end else report.number(row["result_id"])
    number = exact._repr_markdown_()
    if pd.isna(row["lower"]):
        return str(number)
    return f"{number} ({report.interval(row['result_id'])._repr_markdown_()})"


def _changed(report: Any, change: pd.Series, direction: str) -> str:
    since = sentences.since_wave(ends(change["wave"] or change["period"])[0], report.lang)
    french = report.lang == "fr"
    # an exhaustive count has no interval to set against a margin
    if direction in ("rise", "fall") or pd.isna(change["lower"]):
        return f"{written(report, change)} {since}"
    bounds = report.interval(change["result_id"])._repr_markdown_()
    if direction == "stable":
        said = f"stable {since}"
    else:
        said = f"{'sans évolution décelable' if french else 'no detectable change'} {since}"
    return f"{said} ({'écart' if french else 'gap'} {bounds})"
