"""The sheet of comments to code: personal data, kept on this machine, destroyed by `forget`."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest.faults import Blocked, Fault, raise_faults
from pipeline.ingest.privacy.comments import NONE, open_question, sheet
from pipeline.ingest.privacy.pseudonym import pseudonym_key

#: Folder of the build that holds what a person must code; never published.
TO_CODE = "to-code"


def write_sheets(evaluation: Evaluation) -> tuple[Path, str]:
    """Write ``build/<evaluation>/to-code/comments.csv`` for its owner's eyes only; return it and what to tell.

    Raises
    ------
    IngestError
        No source declares `comments:`, or a received file cannot be read.
    """
    from pipeline.ingest.sources import each_sheet, received_waves

    sources = [s for s in evaluation.settings.sources if s.comments]
    if not sources:
        raise IngestError(
            "no source has comments to code",
            where=str(evaluation.folder / "evaluation.yaml"),
            action="give the open question its `themes:` in the instrument and the source `comments: {codes: FILE}`",
        )
    key = pseudonym_key(evaluation)
    sheets: list[pd.DataFrame] = []
    themes: dict[str, str] = {}
    faults: list[Fault] = []
    for source in sources:
        question = open_question(evaluation, source)
        assert question is not None
        themes |= {t.name: t.label.fr for t in question.themes}
        for name, spec in source.files.items():
            try:
                read = [
                    received_waves(evaluation, source, name, each)[1]
                    for own in spec.each
                    for each in each_sheet(evaluation, own)
                ]
            except Blocked as blocked:
                faults += blocked.faults
                continue
            sheets += [sheet(evaluation, source, wave, part, key) for waves in read for wave, part in waves.items()]
    raise_faults(faults)
    table = pd.concat(sheets, ignore_index=True).drop_duplicates("comment_id")
    path = evaluation.stage(TO_CODE) / "comments.csv"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        table.to_csv(file, sep=";", index=False)
    return path, _told(len(table), themes, [s.comments.codes for s in sources if s.comments], evaluation)


def _told(n: int, themes: dict[str, str], targets: list[str], evaluation: Evaluation) -> str:
    lines = [
        f"{n} comments to code. PERSONAL DATA: keep this file on this machine, send it to nobody.",
        f"in theme1 to theme3 write up to three of the codes below, or '{NONE[0]}'; blank is not yet coded:",
        *(f"  {code:<20} {label}" for code, label in themes.items()),
        f"then save it as CSV UTF-8 (semicolons) under {', '.join(str(evaluation.data / t) for t in targets)}",
        f"`python -m pipeline forget {evaluation.name}` destroys both",
    ]
    return "\n".join(lines)
