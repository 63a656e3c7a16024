"""What is personal in a large sheet is found, refused and masked as in a small one."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest.privacy.patterns import MASK
from pipeline.ingest.stage import read_sources

from ..conftest import question
from .conftest import MakeSigned, sheet

HEADER = "espace;date;age;activite;carte;arrivee;depart;motif\n"
PASTED = ("écrire à anne@exemple.fr", "06 12 34 56 78", "12 rue de la Gare, Auray", "1 51 02 35 238 012 35", "10.1.2.3")
ORDINARY = ("impression", "1 cours par semaine", "salle 3", "90 min", "W291234567", "3.2.1", "2024-11-13 10:05:00")


def asked() -> list[dict[str, object]]:
    return [*sheet(), question("why", "text", column="motif")]


def rows(seed: int, pasted: float, n: int = 400) -> str:
    """Return a sheet whose reasons are ordinary texts, and now and then something of a person."""
    draw = random.Random(seed)
    lines = []
    for i in range(n):
        phone = f"06 12 34 {i % 10}5 {i % 100:02d}"
        why = draw.choice((*PASTED, *[phone] * 9)) if draw.random() < pasted else draw.choice(ORDINARY)
        lines.append(f"A;2003-01-{i % 28 + 1:02d};{15 + i % 60};open;c{i};09:00;10:00;{why}")
    return HEADER + "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_of_reading_mask_the_same_and_refuse_nothing(signed: MakeSigned, tmp_path: Path, seed: int) -> None:
    # Of the different values most are telephones, and of the records few: no column of persons.
    evaluation = signed(rows(seed, 0.06) + "A;2003-02-01;30;open;z;09:00;10:00;b@exemple.fr\n", asked=asked())
    table = read_sources(evaluation).clean["users"]
    streamed = read_sources(evaluation, tmp_path / "out", largest=0)
    records = pd.read_parquet(tmp_path / "out" / "users" / "records" / "all.parquet").sort_values("_line")
    assert records["why"].tolist() == table.sort_values("_line")["why"].tolist()
    assert records["why"].str.contains(MASK, regex=False).sum() > 3
    assert not records["why"].str.contains("@|0612|06 12|rue de", regex=True).any()
    assert set(ORDINARY) <= set(records["why"])
    assert "users" not in streamed.clean


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_both_ways_of_reading_refuse_an_undeclared_column_of_persons(
    signed: MakeSigned, tmp_path: Path, share: float
) -> None:
    draw = random.Random(7)
    mails = [f"usager{i}@exemple.fr" if draw.random() < 0.5 + share / 2 else "" for i in range(60)]
    text = HEADER + "".join(f"A;2003-01-02;30;open;c{i};09:00;10:00;{m}\n" for i, m in enumerate(mails))
    evaluation = signed(text, asked=asked())
    told = []
    for out, largest in ((None, 1 << 30), (tmp_path / "out", 0)):
        with pytest.raises(IngestError, match="e-mail addresses") as refused:
            read_sources(evaluation, out, largest=largest)
        assert "usager" not in str(refused.value)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert not list((tmp_path / "out").rglob("*.parquet"))
