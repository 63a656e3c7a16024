"""The warnings that the statistics raise about themselves, as the methods show them."""

from __future__ import annotations

from pipeline.publish.annex.blocks import Ground
from pipeline.results.statement import Statement
from pipeline.state.warnings import WARNING
from pipeline.wording.blocks import Block, bullets, table
from pipeline.wording.grammar import capitalised

_WORDS = "_methods.checks"
_VERDICTS = ("raised", "quiet")


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
    return Block(bullets(ground.speaker.say([stated]) for stated in found.values()), tuple(found))


BLOCKS = {"alerts": alerts, "checks": checks}
