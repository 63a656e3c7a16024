"""Reading the export of a survey tool: its columns under the instrument's names, its own habits undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.received import Choose, Received, read_received
from pipeline.ingest.tools import kobo, limesurvey
from pipeline.ingest.tools.headers import Asked, asked_columns
from pipeline.instrument import Instrument, Question

TOOLS = ("limesurvey", "kobo")


def read_export(
    path: Path, file: str, spec: FileSpec, choose: Choose, instrument: Instrument, waves: Iterable[str | None]
) -> Received:
    """Read a received file; exports of survey tools come back with the columns that the instrument names.

    Parameters
    ----------
    path, file, spec, choose : as `read_received` takes them.
    instrument, waves : whose columns are looked for.

    Raises
    ------
    Blocked
        The file cannot be read, or its header cannot be matched.
    """
    if spec.format not in TOOLS:
        return read_received(path, file, spec, choose)
    asked = asked_columns(instrument, waves)
    names: dict[str, str] = {}
    together: dict[str, Question] = {}
    ranked: dict[str, list[Asked]] = {}

    def chosen(columns: list[str]) -> list[str]:
        tool = limesurvey if spec.format == "limesurvey" else kobo
        own = limesurvey.own_columns(columns) if tool is limesurvey else {}
        short = [own.get(c, c) for c in columns]
        known = tool.columns_of(file, short, asked)
        names.update({c: known.get(s, s) for c, s in zip(columns, short, strict=True) if s in known or c in own})
        extra: list[str] = []
        if spec.format == "kobo":
            together.update(kobo.joined_columns(file, columns, asked, names))
            ranked.update(kobo.ranked_columns(columns, asked, names))
            extra = [*together, *ranked]
        else:
            needed = limesurvey.rule_columns(file, short, spec.incomplete)
            extra = [c for c, s in zip(columns, short, strict=True) if s in needed]
        spread = {a.column for a in asked for q in together.values() if a.question.name == q.name}
        spread |= {a.column for parts in ranked.values() for a in parts}
        held = [names.get(c, c) for c in columns]
        kept = set(choose([*held, *(c for c in spread if c not in held)]))
        return [c for c, name in zip(columns, held, strict=True) if name in kept or c in extra]

    received = read_received(path, file, spec, chosen)
    received = replace(
        received,
        columns=[names.get(c, c) for c in received.columns if c not in together and c not in ranked],
        table=received.table.rename(columns=names),
        user_missing={names.get(c, c): v for c, v in received.user_missing.items()},
    )
    if spec.format == "limesurvey":
        return limesurvey.settled(received, spec, asked)
    return kobo.settled(received, asked, together, ranked)
