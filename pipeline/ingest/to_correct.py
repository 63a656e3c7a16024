"""What was set aside of each space, value by value: where it stands, what was received, found and asked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.ingest.privacy.gate import HIDDEN
from pipeline.ingest.privacy.reading import hides_its_keys
from pipeline.ingest.values import text_of
from pipeline.instrument import Instrument, Question

#: The sheet of records whose space is not told, or not known.
NO_SPACE = "no-space"
#: Rules that a record breaks whose space is none that is known.
_STRANGERS = frozenset({"unknown_site", "undecided_site"})
#: Columns of what was set aside: a place and the value received there; the rule with what it found, and what it asks.
ASIDE = ["source", "key", "column", "old", "wave", "rule", "found", "asked", "values"]


def set_aside_by_space(evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return space -> a row a value that was set aside, with the columns of ``ASIDE``.

    ``key`` is FILE:LINE, ``column`` a question (blank where the record does not stand under its header), ``old`` the
    text as received, blank where it may say something of a person: who sent it finds it at its line.
    """
    folder = evaluation.stage("ingest")
    failures = pd.read_parquet(folder / "failures.parquet")
    failures = failures[(failures["severity"] != "flag") & failures["line"].notna()]
    asked = _asked(pd.read_parquet(folder / "rules.parquet"))
    rows: dict[str, list[list[str]]] = {}
    for source, part in failures.groupby("source", sort=False):
        aside = pd.read_parquet(folder / str(source) / "quarantine.parquet")
        at = aside.drop_duplicates(["_file", "_line"]).set_index(["_file", "_line"])
        instrument = evaluation.instruments[str(source)]
        for failing in part.drop_duplicates(["file", "line", "column"]).to_dict("records"):
            place = (failing["file"], int(failing["line"]))
            record = at.loc[[place]].iloc[0] if place in at.index else pd.Series(dtype=object)
            question, column, rule = question_at(instrument, str(failing["column"])), "", str(failing["rule"])
            if question is not None:
                column = str(failing["column"]) if failing["column"] in record.index else question.name
            hidden = question is not None and hides_its_keys(question, evaluation.source(str(source)).kind)
            old = "" if hidden else text_of(record.get(column)) or ""
            found = str(failing["found"] or "")
            line = [str(source), f"{place[0]}:{place[1]}", column, "" if old == HIDDEN else old, failing["wave"]]
            line += [rule, found, *asked.get((str(source), rule, str(failing["column"])), ("", ""))]
            rows.setdefault(_space(instrument, record), []).append(line)
    return {space: pd.DataFrame(rows[space], columns=ASIDE) for space in sorted(rows)}


def _asked(rules: pd.DataFrame) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return source, rule and column -> what the rule asks, and what it names."""
    keys = zip(rules["source"], rules["rule"], rules["column"], strict=True)
    return dict(zip(keys, zip(rules["asked"], rules["values"], strict=True), strict=True))


def question_at(instrument: Instrument, column: str) -> Question | None:
    """Return the question of a column of failures, those that ingest makes after what they are made of."""
    made = {
        "site_id": instrument.by_role("site"),
        "total": instrument.by_role("total"),
        "__key": instrument.by_role("respondent") or next((q for q in instrument.questions if q.unique), None),
    }
    named = instrument.question(column) or next((q for q in instrument.questions if column in q.clean_columns()), None)
    return named or made.get(column)


def _space(instrument: Instrument, record: pd.Series) -> str:
    """Return the space of a record as it was received."""
    site = instrument.by_role("site")
    reasons = str(record.get("reasons") or "").split("; ")
    told = None if site is None or _STRANGERS & set(reasons) else text_of(record.get(site.name))
    return told if told and told != HIDDEN else NO_SPACE


def lines_aside(by_space: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str, str], str]:
    """Return source, key and column of every value that was set aside -> its text as received."""
    tables = list(by_space.values())
    return {tuple(row[:3]): row[3] for table in tables for row in table.itertuples(index=False)}  # type: ignore[misc]
