"""Screening shown on the validation page: flags with their rates, item nonresponse, codes that moved between waves.

These are counts of records, unweighted and without design: they tell what was received, not what users think. Numbers
stand in spans of class ``record`` that name their table and row. Rates on fewer persons than the evaluation's smallest
number of contributors, and counts of as few persons, are not shown; counts of records that a technical rule flags are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.export.prose import grid
from pipeline.export.set_aside import read
from pipeline.export.validation import column_words, reason_words, record, rules_of, title
from pipeline.wording import labels as words
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation
    from pipeline.instrument import Question

#: Questions of a source told with their nonresponse: the others are below.
MOST = 12
#: Shares told of those that moved; the others are in drift.parquet.
MOST_MOVED = 30
_UNITS = {
    "record": "fiches",
    "question": "questions",
    "code": "parts",
    "month": "mois d'espace",
    "quarter": "trimestres d'espace",
    "half-year": "semestres d'espace",
    "year": "années d'espace",
}
_TOO_FEW = "nd"


def has_flags(evaluation: Evaluation) -> bool:
    """Return whether anything was flagged."""
    rules = read(evaluation.stage("ingest"), "rules")
    return bool(((rules["severity"] == "flag") & (rules["failing"] > 0)).any())


def flags(evaluation: Evaluation, lang: str = "fr") -> Markdown:
    """Return every check that flagged something: the source, what was looked at, how many stand out, and their rate."""
    rows: list[list[object]] = []
    for source in evaluation.settings.sources:
        rules = rules_of(evaluation, source.name)
        found = rules[(rules["severity"] == "flag") & (rules["failing"] > 0)]
        # several contradictions about one question are one line
        sums = {"checked": "max", "failing": "sum", "unit": "first"}
        for r in found.groupby(["rule", "column"], sort=False).agg(sums).reset_index().itertuples():
            key = f"rules/{source.name}/{r.rule}/{r.column}"
            of = f" ({column_words(evaluation, source.name, str(r.column))})" if r.column else ""
            rows.append(
                [
                    f"{reason_words(str(r.rule))}{of if not str(r.column).startswith('__') else ''}",
                    title(evaluation, source.name),
                    f"{record(r.checked, f'{key}/checked', lang)} {_UNITS.get(str(r.unit), '')}",
                    record(r.failing, f"{key}/failing", lang),
                    record(float(str(r.failing)) / max(float(str(r.checked)), 1), f"{key}/rate", lang, share=True),
                ]
            )
    headings = ["Signalement", "Source", "Examinés", "Signalés", "Taux"]
    return grid(headings, rows, "Les signalements et leur taux", "flags", [34, 24, 18, 10, 8], (2, 3, 4))


def has_nonresponse(evaluation: Evaluation) -> bool:
    """Return whether any question was put to people."""
    return not _table(evaluation, "nonresponse").empty


def nonresponse(evaluation: Evaluation, source: str, lang: str = "fr") -> Markdown:
    """Return the questions most often left unanswered, wave by wave, among those to whom they were put."""
    table = _table(evaluation, "nonresponse")
    table = table[table["source"] == source]
    rate = (
        (table["silent"] / table["asked"]).groupby(table["question"]).max().sort_values(ascending=False, kind="stable")
    )
    waves = [w.name for w in evaluation.settings.waves if (table["wave"] == w.name).any()] or [""]
    rows: list[list[object]] = []
    for question in rate.index[:MOST]:
        cells: list[object] = []
        for wave in waves:
            found = table[(table["question"] == question) & (table["wave"] == wave)]
            cells += _asked_and_rate(evaluation, found, f"nonresponse/{source}/{wave}/{question}", lang)
        rows.append([column_words(evaluation, source, str(question)), *cells])
    headings = ["Question"]
    for wave in waves:
        headings += [f"Interrogés {wave}".strip(), f"Sans réponse {wave}".strip()]
    widths = [34, *([12, 12] * len(waves))]
    caption = f"{title(evaluation, source)} : les questions le plus souvent laissées sans réponse"
    return grid(headings, rows, caption, f"nonresponse-{source}", widths, range(1, 1 + 2 * len(waves)))


def _asked_and_rate(evaluation: Evaluation, found: pd.DataFrame, key: str, lang: str) -> list[object]:
    if found.empty:
        return ["non posée", "–"]
    asked, silent = int(found["asked"].iloc[0]), int(found["silent"].iloc[0])
    if asked < evaluation.settings.disclosure.minimum_contributors:
        return [_TOO_FEW, _TOO_FEW]
    if _few(silent, evaluation):
        return [record(asked, f"{key}/asked", lang), words.SIGNS["confidential"]]
    return [record(asked, f"{key}/asked", lang), record(silent / asked, f"{key}/rate", lang, share=True)]


def _few(persons: int, evaluation: Evaluation) -> bool:
    """Return whether so few persons answered, or kept silent, that they may be known."""
    return 0 < persons < evaluation.settings.disclosure.minimum_contributors


def _about_few(shares: pd.DataFrame, evaluation: Evaluation) -> bool:
    """Return whether a raw share is about few persons, or about all but one or two: the others would give it back."""
    given = [
        (round(s * n), n) for w in ("from", "to") for s, n in zip(shares[f"share_{w}"], shares[f"n_{w}"], strict=True)
    ]
    least = evaluation.settings.disclosure.minimum_complement
    return any(_few(k, evaluation) or 0 < n - k < least for k, n in given)


def has_drift(evaluation: Evaluation) -> bool:
    """Return whether two waves could be compared."""
    return not _table(evaluation, "drift").empty


def has_moved(evaluation: Evaluation) -> bool:
    """Return whether any raw share moved so much that it stands out."""
    return bool(_table(evaluation, "drift")["flagged"].any())


def drift_examined(evaluation: Evaluation, lang: str = "fr") -> str:
    """Return how many shares were compared and how many stand out, in one sentence."""
    table = _table(evaluation, "drift")
    n, out = len(table), int(table["flagged"].sum())
    compared = record(n, "drift///compared", lang)
    if not out:
        return f"{compared} parts ont été comparées entre vagues : aucune ne ressort."
    told = record(out, "drift///flagged", lang)
    verb = "ressort" if out == 1 else "ressortent"
    return f"{compared} parts ont été comparées entre vagues : {told} {verb}."


def moved(evaluation: Evaluation, lang: str = "fr") -> Markdown:
    """Return the codes whose raw share moved more between two waves than the accident of records explains."""
    table = _table(evaluation, "drift")
    rows: list[list[object]] = []
    out = table[table["flagged"]]
    widest = (out["share_to"] - out["share_from"]).abs().nlargest(MOST_MOVED).index
    shown = out[out.index.isin(widest)]
    about = {cell: _about_few(part, evaluation) for cell, part in shown.groupby(["source", "question"])}
    for r in shown.itertuples():
        source, question = str(r.source), str(r.question)
        asked = evaluation.instruments[source].question(question)
        key = f"drift/{source}/{r.Index}"
        rows.append(
            [
                column_words(evaluation, source, question),
                _answer(asked, str(r.code)),
                *(
                    words.SIGNS["confidential"]
                    if about[source, question]
                    else record(float(str(getattr(r, name))), f"{key}/{name}", lang, share=True)
                    for name in ("share_from", "share_to")
                ),
                f"{r.wave_from} à {r.wave_to}",
            ]
        )
    headings = ["Question", "Réponse", "Part brute, avant", "Part brute, après", "Vagues"]
    return grid(headings, rows, "Les parts brutes qui ressortent le plus", "drift", [34, 30, 12, 12, 14], (2, 3))


def _answer(question: Question | None, code: str) -> str:
    if code == "(missing)":
        return "sans réponse"
    if question is not None:
        texts = {str(k): v for k, v in question.codes.items()} | {i.name: i.label for i in question.items}
        if code in texts:
            return f"[{texts[code].fr}]{{.declared}}"
    return f"`{literal(code)}`"


def undecided(evaluation: Evaluation) -> pd.DataFrame:
    """Return the received spaces that a person has still to identify: source and number of records."""
    failures = read(evaluation.stage("ingest"), "failures")
    waiting = failures[failures["rule"] == "undecided_site"]
    return waiting.groupby(["source", "found"], sort=False).size().rename("n").reset_index()


def spaces_to_decide(evaluation: Evaluation, lang: str = "fr") -> Markdown:
    """Return how many received names of spaces wait for a decision, and on how many records, by source."""
    waiting = undecided(evaluation)
    rows: list[list[object]] = []
    for source, part in waiting.groupby("source", sort=False):
        names = record(len(part), f"failures/{source}/undecided_site/names", lang)
        records = record(int(part["n"].sum()), f"failures/{source}/undecided_site/records", lang)
        rows.append([title(evaluation, str(source)), names, records])
    headings = ["Source", "Espaces à identifier", "Fiches en attente"]
    return grid(
        headings, rows, "Les espaces que le registre ne permet pas d'identifier", "undecided", [50, 20, 20], (1, 2)
    )


def _table(evaluation: Evaluation, name: str) -> pd.DataFrame:
    return read(evaluation.stage("ingest"), name)
