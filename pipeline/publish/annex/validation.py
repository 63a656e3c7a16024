"""Blocks of the validation page that count what came in: files, reasons, checks that failed, corrections on reading.

Their words are those of ``reports/<lang>/_validation.yaml``. Numbers of results carry their result; those of the tables
of ingest stand in a span of class ``record`` that names table and row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.publish.annex.set_aside import read
from pipeline.wording import numbers, withheld
from pipeline.wording.blocks import Block, table
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import capital

_WORDS = "_validation"
_COUNTED = ("received", "accepted", "set_aside")
#: Columns that ingest makes, by the word that tells what they are.
_MADE = {"__key": "key", "site_id": "site", "__block": "battery", "": "source"}


def word(ground: Ground, key: str, **said: str) -> str:
    """Return a text of ``_validation.yaml``, with what it names besides nouns."""
    return ground.speaker.compose(f"{_WORDS}.{key}", said) if said else ground.word(f"{_WORDS}.{key}")


def headings(ground: Ground, section: str, *names: str) -> list[str]:
    """Return the headings of a table."""
    return [word(ground, f"{section}.{name}") for name in names]


def files(ground: Ground) -> Block:
    """Return, file by file, how many records were received, accepted and set aside.

    Numbers are results of the account; a file of one wave has those of its source and wave, as have several of one.
    """
    rows, ids = [], []
    for source in ground.evaluation.settings.sources:
        for wave, received in source.files.items():
            time = "period=all" if wave == "all" else f"wave={wave}"
            found = [_account(ground, kind, time, f"source={source.name}") for kind in _COUNTED]
            ids += [str(row["result_id"]) for row in found if row is not None]
            counts = [_count(ground, row) for row in found]
            names = ", ".join(f"`{literal(each.path)}`" for each in received.each)
            rows.append([names, title(ground, source.name), *counts])
    heads = headings(ground, "files", "file", "source", *_COUNTED)
    text = table(heads, rows, word(ground, "files.caption"), "files", [26, 30, 12, 12, 12], (2, 3, 4))
    return Block(text, tuple(ids))


def reasons_aside(ground: Ground) -> Block:
    """Return how many records were set aside for each main reason, source by source, the most frequent first."""
    rows_of_account = ground.table[ground.table["analysis"] == "account"]
    found = [row for row in map(ground.row, rows_of_account["result_id"]) if row and _is_reason(row)]
    found.sort(key=lambda row: -float(row["estimate"]) if not withheld.is_hidden(row) else 0.0)
    rows = []
    for source in ground.evaluation.settings.sources:
        for row in found:
            reason, _, of = str(row["domain"]).removeprefix("reason=").partition("/source=")
            if of == source.name:
                rows.append([capital(word(ground, f"reasons.{reason}")), title(ground, of), _count(ground, row)])
    if not rows:
        return Block()
    heads = headings(ground, "reasons-aside", "reason", "source", "count")
    text = table(heads, rows, word(ground, "reasons-aside.caption"), "reasons-aside", [46, 36, 12], (2,))
    return Block(text, tuple(str(row["result_id"]) for row in found))


def _is_reason(row: Mapping[str, Any]) -> bool:
    own = row["analysis"] == "account" and row["indicator"] == "set_aside" and row["period"] == "all"
    return bool(own and str(row["domain"]).startswith("reason="))


def _account(ground: Ground, kind: str, time: str, domain: str) -> Mapping[str, Any] | None:
    region = ground.evaluation.settings.territory.code
    return ground.row(f"account.{kind}.count/records/{time}/region={region}/{domain}")


def _count(ground: Ground, row: Mapping[str, Any] | None) -> str:
    if row is None:
        # ingest writes no row for what never happened
        return word(ground, "files.none")
    if withheld.is_hidden(row):
        return withheld.sign_of([row])
    return ground.speaker.mark(numbers.count(row["estimate"], ground.lang), str(row["result_id"]))


def failing(ground: Ground) -> Block:
    """Return, source by source, the checks that set records aside: what was checked, what failed, what follows."""
    made = _by_source(ground, _failing_of)
    return made if made.text else Block(word(ground, "failing.none"))


def set_aside_file(ground: Ground) -> Block:
    """Return what the published list of records set aside or flagged holds, with the way to it."""
    return Block(word(ground, "failing.file", file=f"{ground.data}/set-aside.csv"))


def _failing_of(ground: Ground, source: str) -> str:
    rules = rules_of(ground.evaluation, source)
    # a rule with two bounds (a first and a last day) is one control
    broken = [r for r in controls(rules[rules["severity"] != "flag"], "severity") if r.failing > 0]
    broken.sort(key=lambda r: -r.failing)
    rows = [
        [
            f"{reason(ground, r.rule)} ({column_words(ground, source, r.column)})",
            record(r.checked, f"rules/{source}/{r.rule}/{r.column}/checked", ground.lang),
            record(r.failing, f"rules/{source}/{r.rule}/{r.column}/failing", ground.lang),
            word(ground, f"severities.{r.told.replace(' ', '_')}"),
        ]
        for r in broken
    ]
    heads = headings(ground, "failing", "rule", "checked", "failing", "severity")
    caption = word(ground, "failing.caption", source=title(ground, source))
    return table(heads, rows, caption, f"failing-{source}", [44, 14, 14, 22], (1, 2)) if rows else ""


@dataclass
class Control:
    """A rule on a column: how many records were checked, how many failed, and what its first line tells besides."""

    rule: str
    column: str
    checked: float
    failing: float
    told: str


def controls(rules: pd.DataFrame, about: str) -> list[Control]:
    """Return the controls of rules in their order, those with several lines as one; ``about`` names what to tell."""
    made: dict[tuple[str, str], Control] = {}
    names = ("rule", "column", "checked", "failing", about)
    for rule, column, checked, failing, told in zip(*(rules[name].tolist() for name in names), strict=True):
        control = made.setdefault((rule, column), Control(str(rule), str(column), checked, 0, str(told)))
        control.checked = max(control.checked, checked)
        control.failing += failing
    return list(made.values())


def rules(ground: Ground) -> Block:
    """Return, source by source, every rule that was run, broken or not, one line a column."""
    return _by_source(ground, _rules_of)


def _rules_of(ground: Ground, source: str) -> str:
    found = rules_of(ground.evaluation, source)
    rows = []
    for column, part in found.groupby("column", sort=False):
        said = dict.fromkeys(zip(part["asked"], part["values"], strict=True))
        asked = " ; ".join(dict.fromkeys(_asked(ground, *each) for each in said))
        failures = record(part["failing"].sum(), f"rules/{source}//{column}/failing", ground.lang)
        rows.append([column_words(ground, source, str(column)), f"[{asked}]{{.declared}}", failures])
    caption = word(ground, "rules.caption", source=title(ground, source))
    heads = headings(ground, "rules", "column", "asked", "failing")
    return table(heads, rows, caption, f"rules-{source}", [28, 56, 10], (2,)) if rows else ""


def _asked(ground: Ground, key: str, values: str) -> str:
    """Return what a rule asks; a value is a number, a text as it stands, or a text by language."""
    said = {name: asked_value(value, ground.lang) for name, value in json.loads(values or "{}").items()}
    return ground.fill(f"{_WORDS}.asked.{key}", **said)


def asked_value(value: float | str | Mapping[str, str], lang: str) -> str:
    """Return a value that a rule names, as pages and sheets of a language say it."""
    if isinstance(value, Mapping):
        value = value.get(lang) or next(iter(value.values()))
    if isinstance(value, str):
        return literal(value)
    # a whole number may be a year: its thousands do not stand apart
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return numbers.decimal(value, lang, decimals) if decimals else f"{value:.0f}"


def _by_source(ground: Ground, make: Any) -> Block:
    made = (make(ground, source.name) for source in ground.evaluation.settings.sources)
    return Block("\n\n".join(text for text in made if text))


def decisions(ground: Ground) -> Block:
    """Return how many corrections of each kind were made on reading, by source."""
    rows = [
        [title(ground, source), word(ground, f"kinds.{kind}"), record(n, f"decisions/{source}/{kind}", ground.lang)]
        for source, kind, n in _decided(ground.evaluation)
    ]
    heads = headings(ground, "decisions", "source", "kind", "count")
    text = table(heads, rows, word(ground, "decisions.caption"), "decisions", [30, 54, 10], (2,))
    return Block(text if rows else word(ground, "decisions.none"))


def _decided(evaluation: Evaluation) -> Iterator[tuple[str, str, int]]:
    made = read(evaluation.stage("ingest"), "decisions")
    for cell, part in made.groupby(["source", "kind"], sort=False):
        source, kind = map(str, cell)
        yield source, kind, len(part)


def rules_of(evaluation: Evaluation, source: str) -> pd.DataFrame:
    """Return the rules that ingest ran on a source, and on the source as a whole."""
    found = read(evaluation.stage("ingest"), "rules")
    return found[found["source"] == source]


def title(ground: Ground, source: str) -> str:
    """Return what a source is called."""
    return capital(ground.speaker.label(f"source={source}"))


def column_words(ground: Ground, source: str, column: str) -> str:
    """Return a column's question in words; columns made by ingest are named after what they are."""
    question = ground.evaluation.instruments[source].question(column)
    if question is None or column in _MADE:
        return word(ground, f"columns.{_MADE[column]}") if column in _MADE else literal(column)
    return f"[{literal(question.title(ground.lang).partition(' (')[0])}]{{.declared}}"


def reason(ground: Ground, rule: str) -> str:
    """Return the name of a check, with a capital."""
    return capital(word(ground, f"reasons.{rule}"))


def record(value: object, key: str, lang: str, share: bool = False) -> str:
    """Return a number of a table of ingest in a span that names its table, source and row.

    Shares under ten per cent keep a decimal.
    """
    number = float(str(value))
    said = numbers.share(number, lang, 1 if 0 < number < 0.1 else 0) if share else numbers.count(number, lang)
    return f'[{said}]{{.record data-record="{key}"}}'


BLOCKS: dict[str, Maker] = {
    "files": files,
    "reasons-aside": reasons_aside,
    "failing": failing,
    "set-aside-file": set_aside_file,
    "rules": rules,
    "decisions": decisions,
}
