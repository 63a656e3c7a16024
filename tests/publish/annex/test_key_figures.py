"""Key figures as a table: only what is told as a figure, in words and in numbers, safe for a spreadsheet."""

import csv
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pipeline.publish.annex.key_figures import FIELDS, write_key_figures
from pipeline.results.statement import Statement
from pipeline.wording.speaking import Speaker

ROW = {"estimate": 0.48, "lower": 0.45, "upper": math.nan, "unit": "share"}
SAID = {("level", "value"): "48 %", ("level", "key"): "=des usagers", ("trend", "key"): "de plus"}


def stated(name: str, verdict: str = "stated", rows: tuple[str, ...] = ("demand.elaborate",)) -> Statement:
    return Statement(f"demand.{name}@pays=03", "demand", "demand", name, "level", verdict, result_ids=rows)


def written(path: Path, *made: Statement) -> list[dict[str, str]]:
    speaker: Any = SimpleNamespace(
        rows={"demand.elaborate": ROW},
        labels={"pays=03:name": {"fr": "Pays de Brest"}},
        words=SimpleNamespace(lang="fr"),
        text=lambda statement, variant: SAID.get((statement.name, variant), ""),
    )
    write_key_figures(made, cast(Speaker, speaker), path)
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def test_a_key_figure_is_told_in_words_and_numbers_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    (line,) = written(tmp_path / "key-figures.csv", stated("level"))
    assert list(line) == list(FIELDS)
    assert [line[name] for name in ("code", "place", "said")] == ["03", "Pays de Brest", "48 %"]
    assert line["about"].endswith("des usagers")
    assert not line["about"].startswith("=")
    assert [line[name] for name in ("estimate", "lower", "upper")] == ["0,48", "0,45", ""]
    assert line["result_id"] == "demand.elaborate"


def test_what_is_withheld_or_told_as_a_sentence_only_is_no_key_figure(tmp_path: Path) -> None:
    told = written(tmp_path / "k.csv", stated("trend"), stated("other"), stated("level", "withheld", ()))
    assert told == []
