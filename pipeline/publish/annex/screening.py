"""Blocks of the validation page that screen what was kept: flags, item nonresponse, shares that moved, unknown spaces.

These are counts of records, unweighted and without design: they tell what was received, not what users think. Numbers
stand in spans of class ``record`` that name their table and row. Rates on fewer persons than the evaluation's smallest
number of contributors, and counts of as few persons, are not shown; counts of records that a technical rule flags are.
"""

from __future__ import annotations

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.instrument import Question
from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.publish.annex.set_aside import read
from pipeline.publish.annex.validation import column_words, controls, headings, reason, record, rules_of, title, word
from pipeline.results import one
from pipeline.wording.blocks import Block, table
from pipeline.wording.labels import SIGNS
from pipeline.wording.markdown import literal

#: Questions of a source told with their nonresponse: the others are below.
MOST = 12
#: Shares told of those that moved; the others are in drift.parquet.
MOST_MOVED = 30


def flags(ground: Ground) -> Block:
    """Return every check that flagged something: the source, what was looked at, how many stand out, and their rate."""
    rows = [row for source in ground.evaluation.settings.sources for row in _flags_of(ground, source.name)]
    heads = headings(ground, "flags", "flag", "source", "examined", "flagged", "rate")
    text = table(heads, rows, word(ground, "flags.caption"), "flags", [34, 24, 18, 10, 8], (2, 3, 4))
    return Block(text if rows else word(ground, "flags.none"))


def _flags_of(ground: Ground, source: str) -> list[list[str]]:
    rules = rules_of(ground.evaluation, source)
    found = rules[(rules["severity"] == "flag") & (rules["failing"] > 0)]
    # several contradictions about one question are one line
    rows = []
    for r in controls(found, "unit"):
        column, key = r.column, f"rules/{source}/{r.rule}/{r.column}"
        of = "" if not column or column.startswith("__") else f" ({column_words(ground, source, column)})"
        rate = r.failing / max(r.checked, 1)
        rows.append(
            [
                f"{reason(ground, r.rule)}{of}",
                title(ground, source),
                f"{record(r.checked, f'{key}/checked', ground.lang)} {word(ground, f'units.{r.told}')}",
                record(r.failing, f"{key}/failing", ground.lang),
                record(rate, f"{key}/rate", ground.lang, share=True),
            ]
        )
    return rows


def nonresponse(ground: Ground) -> Block:
    """Return, survey by survey, the questions most often left unanswered among those to whom they were put."""
    every = _table(ground.evaluation, "nonresponse")
    made = [_nonresponse_of(ground, s, part) for s, part in every.groupby("source", sort=False)]
    return Block("\n\n".join(made))


def _nonresponse_of(ground: Ground, source: object, table_of: pd.DataFrame) -> str:
    rate = (table_of["silent"] / table_of["asked"]).groupby(table_of["question"]).max()
    most = rate.sort_values(ascending=False, kind="stable").index[:MOST]
    waves = [w.name for w in ground.evaluation.settings.waves if (table_of["wave"] == w.name).any()] or [""]
    rows = []
    for question in most:
        cells: list[str] = []
        for wave in waves:
            found = table_of[(table_of["question"] == question) & (table_of["wave"] == wave)]
            cells += _asked_and_rate(ground, found, f"nonresponse/{source}/{wave}/{question}")
        rows.append([column_words(ground, str(source), str(question)), *cells])
    heads = [word(ground, "nonresponse.question")]
    heads += [word(ground, f"nonresponse.{name}", wave=literal(w)) for w in waves for name in ("asked", "silent")]
    caption = word(ground, "nonresponse.caption", source=title(ground, str(source)))
    widths = [34, *([12, 12] * len(waves))]
    return table(heads, rows, caption, f"nonresponse-{source}", widths, range(1, 1 + 2 * len(waves)))


def _asked_and_rate(ground: Ground, found: pd.DataFrame, key: str) -> list[str]:
    if found.empty:
        return [word(ground, "nonresponse.not_asked"), SIGNS["nil"]]
    counted = one(found, key)
    asked, silent = int(counted["asked"]), int(counted["silent"])
    if asked < ground.evaluation.settings.disclosure.minimum_contributors:
        return [word(ground, "nonresponse.few")] * 2
    if _few(silent, ground.evaluation):
        return [record(asked, f"{key}/asked", ground.lang), SIGNS["confidential"]]
    rate = record(silent / asked, f"{key}/rate", ground.lang, share=True)
    return [record(asked, f"{key}/asked", ground.lang), rate]


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


def compared(ground: Ground) -> Block:
    """Return how many shares were compared between waves and how many stand out, in one sentence."""
    every = _table(ground.evaluation, "drift")
    if every.empty:
        return Block()
    n, out = len(every), int(every["flagged"].sum())
    key = "none" if not out else "one" if out == 1 else "many"
    told = {
        "compared": record(n, "drift///compared", ground.lang),
        "flagged": record(out, "drift///flagged", ground.lang),
    }
    return Block(word(ground, f"drift.examined_{key}", **told))


def moved(ground: Ground) -> Block:
    """Return the codes whose raw share moved more between two waves than the accident of records explains."""
    every = _table(ground.evaluation, "drift")
    out = every[every["flagged"].astype(bool)]
    widest = (out["share_to"].astype(float) - out["share_from"].astype(float)).abs().nlargest(MOST_MOVED).index
    shown = out[out.index.isin(widest)]
    about = {cell: _about_few(part, ground.evaluation) for cell, part in shown.groupby(["source", "question"])}
    rows = []
    for r in shown.itertuples():
        source, question, key = str(r.source), str(r.question), f"drift/{r.source}/{r.Index}"
        shares = [
            SIGNS["confidential"]
            if about[source, question]
            else record(getattr(r, name), f"{key}/{name}", ground.lang, share=True)
            for name in ("share_from", "share_to")
        ]
        asked = ground.evaluation.instruments[source].question(question)
        between = {"from": literal(str(r.wave_from)), "to": literal(str(r.wave_to))}
        answer = _answer(ground, asked, str(r.code))
        rows.append([column_words(ground, source, question), answer, *shares, word(ground, "drift.between", **between)])
    heads = headings(ground, "drift", "question", "answer", "before", "after", "waves")
    text = table(heads, rows, word(ground, "drift.caption"), "drift", [34, 30, 12, 12, 14], (2, 3))
    return Block(text if rows else "")


def _answer(ground: Ground, question: Question | None, code: str) -> str:
    if code == "(missing)":
        return word(ground, "drift.silent")
    if question is not None:
        texts = {str(k): v for k, v in question.codes.items()} | {i.name: i.label for i in question.items}
        if code in texts:
            return f"[{literal(texts[code].in_language(ground.lang))}]{{.declared}}"
    return f"`{literal(code)}`"


def undecided(ground: Ground) -> Block:
    """Return how many received names of spaces wait for a decision, and on how many records, by source."""
    failures = read(ground.evaluation.stage("ingest"), "failures")
    waiting = failures[failures["rule"] == "undecided_site"]
    rows = [
        [
            title(ground, str(source)),
            record(part["found"].nunique(), f"failures/{source}/undecided_site/names", ground.lang),
            record(len(part), f"failures/{source}/undecided_site/records", ground.lang),
        ]
        for source, part in waiting.groupby("source", sort=False)
    ]
    heads = headings(ground, "undecided", "source", "names", "records")
    text = table(heads, rows, word(ground, "undecided.caption"), "undecided", [50, 20, 20], (1, 2))
    return Block(text if rows else "")


def _table(evaluation: Evaluation, name: str) -> pd.DataFrame:
    return read(evaluation.stage("ingest"), name)


BLOCKS: dict[str, Maker] = {
    "flags": flags,
    "undecided": undecided,
    "nonresponse": nonresponse,
    "compared": compared,
    "moved": moved,
}
