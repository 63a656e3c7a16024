"""Walking the text of a published page: every number must lead to a result, a declaration or the questionnaire.

A number inside a span that names its results must be one of theirs, as rounded for print. A number in a caption, a
note or an alternative text must be one of its figure's or table's. Anything else is prose, where only waves and dates
that the evaluation declares, numbering, and known phrases may hold a digit.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from lxml import html

from pipeline import results
from pipeline.evaluation import Disclosure, Evaluation
from pipeline.publish.annex.validation import read
from pipeline.results.rounding import digits
from pipeline.wording import labels as words
from pipeline.wording import numbers
from pipeline.wording.phrases import capital

NUMBER = re.compile(r"\d+(?:\u202f\d{3})*(?:,\d+)?")
#: Phrases of method that every report shares: confidence level, scale of satisfaction, encoding of a file.
PHRASES = ("à 95 %", "seuil de 5 %", "notes 4 et 5", "UTF-8")
#: Elements whose digits are numbering or exact quotations: sections, references, footnotes, file names, wording.
QUOTED = (
    "//*[contains(@class, 'header-section-number')]",
    "//a[starts-with(@href, '#')]",
    "//*[contains(@class, 'footnote-ref') or contains(@class, 'footnote-back')]",
    "//code",
    "//*[contains(concat(' ', @class, ' '), ' questionnaire ')]",
)
TRACED = ("number", "sentence")


@dataclass(frozen=True)
class Ground:
    """What a site may print: results by id, declared years and days, facts, settings, label texts."""

    rows: pd.DataFrame
    declared: frozenset[str]
    texts: tuple[str, ...]
    facts: dict[str, str]
    settings: frozenset[str]
    evaluation: Evaluation


def ground_of(evaluation: Evaluation) -> Ground:
    """Return what the site of an evaluation may print."""
    table = results.read(evaluation.stage("protect") / "results.parquet")
    settings = evaluation.settings
    times = " ".join([*table["wave"].unique(), *table["period"].unique()])
    days = [day for wave in settings.waves for day in wave.field] + list(_dates([p.settings for p in settings.plan]))
    declared = {
        *re.findall(r"\d+", times),
        str(settings.edition),
        str(settings.territory.vintage),
        *(str(d.day) for d in days),
        *(str(d.year) for d in days),
    }
    labels = json.loads((evaluation.stage("draw") / "labels.json").read_text(encoding="utf-8"))
    texts = {text["fr"] for text in labels.values() if re.search(r"\d", text["fr"])}
    bands = [d.partition("=")[2] for d in table["domain"].unique() if d.startswith("age_band=") and "/" not in d]
    texts |= {form for b in bands for form in (words.age_band(b, "fr"), words.aged(b, "fr"), words.the_aged(b, "fr"))}
    texts |= {q.fr for q in settings.questions}
    texts |= {form for s in settings.sources if s.population for form in (s.population.fr, capital(s.population.fr))}
    cap = [f"{s.visits.cap:g}" for s in settings.sources if s.visits]
    cap += [str(p.settings["window_days"]) for p in settings.plan if "window_days" in p.settings]
    cap += list(_of_statements(evaluation.stage("state") / "statements.json"))
    return Ground(
        table.set_index("result_id"),
        frozenset(declared),
        tuple(sorted({_plain(t) for t in texts}, key=len, reverse=True)),
        {f.id: _plain(str(f.value)) for f in settings.facts},
        frozenset([*_thresholds(settings.disclosure), *cap]),
        evaluation,
    )


def _thresholds(disclosure: Disclosure) -> list[str]:
    """Return the thresholds of confidentiality as the methods tell them."""
    counts = (disclosure.minimum_contributors, disclosure.minimum_units, disclosure.minimum_complement)
    return [*map(str, counts), f"{100 * disclosure.protection:g}"]


def _of_statements(path: Path) -> Iterator[str]:
    """Yield the digits of thresholds, margins and settings that statements refer to, plain and as percentages."""
    made = json.loads(path.read_text(encoding="utf-8"))
    for statement in [each for s in made for each in (s, *s.get("items", ()))]:
        for reference in statement.get("arguments", {}).values():
            if reference[0] == "number":
                value = float(reference[1])
                yield from re.findall(r"\d+", " ".join(f"{v:g} {v:.2f}" for v in (value, 100 * value)))


def _dates(value: object) -> Iterator[dt.date]:
    if isinstance(value, dt.date):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _dates(part)


def words_read(page: Path) -> list[str]:
    """Return the words of a page's text, neither those of drawings nor of what a reader opens; a number is one word."""
    tree = html.parse(str(page)).getroot()
    text = " ".join(tree.xpath("//main//text()[not(ancestor::svg or ancestor::details)]"))
    return re.findall(r"\d[\d,.\u202f]*|\w[\w'’-]*", text)


def untraced(page: Path, ground: Ground) -> list[str]:
    """Return every number of a page that leads to nothing, with where it stands."""
    tree = copy.deepcopy(html.parse(str(page)).getroot())
    faults = [*_spans(tree, ground), *_exhibits(tree, ground), *_records(tree, ground)]
    for path in QUOTED:
        _drop(tree.xpath(path))
    _drop(tree.xpath("//head | //style | //script | //span[contains(concat(' ', @class, ' '), ' file-size ')]"))
    text = "\n".join(" ".join(block.itertext()) for block in tree.xpath("//body"))
    faults += [f"prose: {found} in {_around(found, text)!r}" for found in _left(text, ground)]
    return faults


def _around(found: str, text: str) -> str:
    plain = _plain(text)
    at = max(plain.find(found), 0)
    return plain[max(at - 40, 0) : at + 40]


def _spans(tree: html.HtmlElement, ground: Ground) -> Iterator[str]:
    """Check numbers and sentences against the results they name, then take them out."""
    for kind in TRACED:
        for span in tree.xpath(f"//span[contains(concat(' ', @class, ' '), ' {kind} ')]"):
            ids = (span.get("data-result") or "").split()
            allowed = _tokens(ground, ids)
            for found in _left(span.text_content(), ground):
                if found not in allowed:
                    yield f"{kind} {found!r} is none of {ids}: {span.text_content()!r}"
    for span in tree.xpath("//span[@data-fact]"):
        value = ground.facts.get(span.get("data-fact"))
        shown = re.sub(r"\D", "", span.text_content())
        if value is None or shown != re.sub(r"\D", "", value.removesuffix(".0")):
            yield f"fact {span.get('data-fact')}: {span.text_content()!r}"
    for span in tree.xpath("//span[contains(concat(' ', @class, ' '), ' declared ')]"):
        inside_table = bool(span.xpath("ancestor::table"))
        loose = set(re.findall(r"\d+", span.text_content())) - ground.settings - YEARS
        if loose and not inside_table:
            yield f"declared: {span.text_content()!r}"
    _drop(
        tree.xpath(
            "//span[@data-result and not(@role='img')] | //span[@data-fact]"
            " | //span[contains(concat(' ', @class, ' '), ' declared ')]"
        )
    )


#: Years of the methods that the reports cite.
YEARS = frozenset({"1995", "2001"})


def _exhibits(tree: html.HtmlElement, ground: Ground) -> Iterator[str]:
    """Check captions, notes and alternative texts against the figure's or table's results, then take them out."""
    raw = html.parse(str(tree.base)) if tree.base else None
    for figure in tree.xpath("//figure"):
        ids = " ".join(figure.xpath(".//@data-result | ./@data-result")).split()
        ids += [end for i in ids for end in _ends(i)]
        texts = [
            *figure.xpath(".//*[@role='img']/@aria-label"),
            *(c.text_content() for c in figure.xpath(".//figcaption")),
        ]
        note = figure.xpath("following::div[contains(@class, 'exhibit-note')][1]")
        yield from _checked([*texts, *(n.text_content() for n in note)], _tokens(ground, ids), ground, "figure")
        # axes of a drawing bear numbers that are nobody's
        _drop([*figure.xpath(".//figcaption"), *figure.xpath(".//*[@role='img']"), *note])
    for table in tree.xpath("//table"):
        ids = _table_ids(raw, table) if raw is not None else []
        note = table.xpath("following::div[contains(@class, 'exhibit-note')][1]")
        near = [n for n in note if n.xpath("preceding::table[1]")[0] is table]
        texts = [c.text_content() for c in [*table.xpath("./caption"), *near]]
        yield from _checked(texts, _tokens(ground, ids), ground, "table")
        _drop([*table.xpath("./caption"), *near])


def _ends(result_id: str) -> list[str]:
    """Return the shares between which a share moved: an alternative text tells both beside the change."""
    head, _, tail = result_id.partition(".shift/")
    span = re.search(r"wave=(.+?)\.\.(.+?)/", tail)
    return [f"{head}.share/{tail.replace(span[0], f'wave={wave}/')}" for wave in span.groups()] if span else []


def _table_ids(raw: html.HtmlElement, table: html.HtmlElement) -> list[str]:
    place = len(table.xpath("preceding::table"))
    whole = raw.xpath("//table")[place]
    return " ".join(whole.xpath(".//@data-result")).split()


def _checked(texts: Iterable[str], allowed: set[str], ground: Ground, kind: str) -> Iterator[str]:
    for text in texts:
        body = re.sub(r"^\s*(Figure|Tableau)(\sannexe)?\s\d+", "", _plain(text))
        for found in _left(body, ground):
            if found not in allowed:
                yield f"{kind} {found!r}: {text!r}"


def _records(tree: html.HtmlElement, ground: Ground) -> Iterator[str]:
    """Check counts of the validation page against the tables of ingest, then take them out."""
    spans = tree.xpath("//span[@data-record]")
    for span in spans:
        kind, source, *rest = span.get("data-record").split("/")
        if kind == "results":
            value = _by_reason(ground.rows, rest[0])
            if numbers.count(value) != span.text_content():
                yield f"record {span.get('data-record')}: {span.text_content()} instead of {value}"
            continue
        table = read(ground.evaluation.stage("ingest"), kind)
        part = table[table["source"] == source] if source else table
        value, is_share = _recorded(kind, part, rest)
        if kind == "drift" and source:
            value = float(table.loc[int(rest[0]), rest[1]])
        shown = numbers.share(value, "fr", 1 if 0 < value < 0.1 else 0) if is_share else numbers.count(value)
        if shown != span.text_content():
            yield f"record {span.get('data-record')}: {span.text_content()} instead of {value}"
    _drop(spans)


def _by_reason(rows: pd.DataFrame, sign: str) -> int:
    """Return how many results are published, or hidden under a sign."""
    hidden = rows["quality"] == "suppress"
    if sign == "published":
        return int((~hidden).sum())
    return int((hidden & (rows["reason"].str.partition("_")[0] == sign)).sum())


def _recorded(kind: str, part: pd.DataFrame, rest: list[str]) -> tuple[float, bool]:
    """Return the value that the last names of a record's key lead to in its table, and whether it is a share."""
    if kind == "rules":
        rule, column, measure = rest
        part = part[(part["column"] == column) & ((part["rule"] == rule) if rule else True)]
        checked, failing = float(part["checked"].max()), float(part["failing"].sum())
        return {"checked": checked, "failing": failing, "rate": failing / max(checked, 1)}[measure], measure == "rate"
    if kind == "nonresponse":
        wave, question, measure = rest
        row = part[(part["wave"] == wave) & (part["question"] == question)].iloc[0]
        return (row["silent"] / row["asked"], True) if measure == "rate" else (float(row["asked"]), False)
    if kind == "drift":
        if rest[-1] == "compared":
            return float(len(part)), False
        return (float(part["flagged"].sum()), False) if rest[-1] == "flagged" else (0.0, True)
    if kind == "failures":
        waiting = part[part["rule"] == rest[0]]
        return float(waiting["found"].nunique() if rest[1] == "names" else len(waiting)), False
    return float((part["kind"] == rest[0]).sum()), False


def _tokens(ground: Ground, ids: Iterable[str]) -> set[str]:
    """Return every way in which the numbers of results may be printed, without sign."""
    out: set[str] = set()
    known = [i for i in ids if i in ground.rows.index]
    for row in ground.rows.loc[known].to_dict("records"):
        values = [row[c] for c in ("estimate", "lower", "upper", "n", "coverage", "contributors")]
        if math.isfinite(row["lower"]) and math.isfinite(row["upper"]):
            values += [(row["upper"] - row["lower"]) / 2, math.ceil(max(abs(row["lower"]), abs(row["upper"])))]
        for value in values:
            if value is None or not math.isfinite(value):
                continue
            # 0.145 * 100 is 14.499999999999998 in binary
            for scaled in (value, round(value * 100, 9)):
                out |= {numbers.decimal(abs(scaled), "fr", digits(scaled, d)) for d in range(3)}
                out |= {numbers.decimal(abs(scaled), "fr", d) for d in range(3)}
        limits = (row["lower"], row["upper"])
        for low, high in (limits, [round(v * 100, 9) for v in limits]) if all(map(math.isfinite, limits)) else ():
            # a limit that stands halfway is told outward
            out |= {numbers.decimal(abs(v), "fr", d) for d in range(3) for v in numbers.outward(low, high, d)}
        out |= _in_words(row["estimate"], str(row["unit"]))
    return out


def _in_words(value: float, unit: str) -> set[str]:
    """Return the numbers in which a sentence may tell a large amount, nearly all, or one in so many."""
    if not math.isfinite(value):
        return set()
    out = set(NUMBER.findall(numbers.about(value, unit, "fr") or ""))
    if unit in ("share", "rate"):
        out |= {"99"} if 0.995 <= value < 1 else set()
        out |= {numbers.count(round(1 / value, d)) for d in (0, -1)} if value > 0 else set()
    return out


def _left(text: str, ground: Ground) -> list[str]:
    """Return the numbers of a text that no declaration explains."""
    plain = _plain(text)
    for known in (*ground.texts, *PHRASES):
        if known in plain:
            # a label such as « 10 € » is not the end of a larger amount
            plain = re.sub(rf"(?<![\d,\u202f]){re.escape(known)}", " ", plain)
    return [n for n in NUMBER.findall(plain) if n not in ground.declared]


def _plain(text: str) -> str:
    """Return a text with plain spaces and apostrophes; the space between thousands stays as it is."""
    text = re.sub(r"\u202f(?!\d{3}(?!\d))", " ", text.replace("\xa0", " ")).replace("’", "'")
    return re.sub(r"[ \n\t]+", " ", text)


def _drop(elements: Iterable[html.HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
