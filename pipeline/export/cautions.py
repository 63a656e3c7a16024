"""The warnings that the statistics raise about themselves, as documents show them: callouts, lines, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.errors import PublishError
from pipeline.export.blocks import Ground
from pipeline.export.prose import bullets, paragraph
from pipeline.results.statement import Statement
from pipeline.state.warnings import WARNING, concerned, raised
from pipeline.wording.blocks import Block, table
from pipeline.wording.blocks import bullets as bullets_of
from pipeline.wording.cautions import CAUTIONS, Caution
from pipeline.wording.grammar import capitalised

if TYPE_CHECKING:
    from IPython.display import Markdown

_TITLE = {"fr": "À lire avec prudence", "en": "Read with caution"}
_WORDS = "_methods.checks"
_VERDICTS = ("raised", "quiet")


def cautions(report: Any, *analyses: str) -> Markdown:
    """Return a callout for every raised warning that concerns one of some analyses; nothing when none is raised."""
    table = _table(report)
    told = [name for name in raised(table) if any(concerned(name, analysis) for analysis in analyses)]
    boxes = [
        f'\n::: {{.callout-warning title="{_TITLE[report.lang]}"}}\n{_caution(name).means[report.lang]}\n:::\n'
        for name in told
    ]
    return paragraph("\n".join(boxes), lang=report.lang)


def unknowns(report: Any) -> Markdown:
    """Return a line for every raised warning; nothing when none is raised."""
    lines = (_unknown(_caution(name), report.lang) for name in raised(_table(report)))
    return bullets(*lines, lang=report.lang)


def checks(ground: Ground) -> Block:
    """Return the table of all warnings that the planned questions look for, raised or not."""
    looked: dict[str, Statement] = {}
    for stated in ground.statements:
        if stated.kind == WARNING and stated.verdict in _VERDICTS:
            # two questions may look at one warning
            looked.setdefault(stated.result_ids[0], stated)
    rows = [
        [capitalised(ground.word(f"{s.question}.{s.name}.subject.first")), ground.word(f"{_WORDS}.found.{s.verdict}")]
        for s in looked.values()
    ]
    if not rows:
        return Block()
    columns = [ground.word(f"{_WORDS}.heads.{head}") for head in ("looking", "found")]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.caption"), "checks", [70, 30]), tuple(looked))


def alerts(ground: Ground) -> Block:
    """Return a line for every warning that is raised."""
    found: dict[str, Statement] = {}
    for stated in ground.statements:
        if stated.kind == WARNING and stated.verdict == "raised":
            found.setdefault(stated.result_ids[0], stated)
    return Block(bullets_of(ground.speaker.say([stated]) for stated in found.values()), tuple(found))


def _caution(name: str) -> Caution:
    if name not in CAUTIONS:
        raise PublishError("a warning has no words", where="wording.cautions", found=name, allowed=sorted(CAUTIONS))
    return CAUTIONS[name]


def _unknown(caution: Caution, lang: str) -> str:
    return f"**{_capital(caution.name[lang])}.** {caution.means[lang]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(report: Any) -> pd.DataFrame:
    return results.read_once(report.evaluation.stage("protect") / "results.parquet")


BLOCKS = {"alerts": alerts, "checks": checks}
