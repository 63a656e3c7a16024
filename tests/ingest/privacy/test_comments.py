"""Open comments: only coded themes leave the reading, each put on the comment it was given to."""

from __future__ import annotations

import stat
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import EvaluationError, IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import read_sources
from pipeline.ingest.privacy.to_code import write_sheets

from ..conftest import Make, codes, keyed, question

THEMES = [{"name": t, "label": {"fr": t}} for t in ("accueil", "horaires", "bruit")]
CONTENT = (
    "id;q;remarque\n1;1;Très bon accueil, mais trop de bruit.\n2;2;\n3;1;Ouvrez le samedi\n4;2;Rien à dire\n5;1;Hm\n"
)


def with_comments(make: Make, coded: str | None, content: str = CONTENT, **more: Any) -> Evaluation:
    evaluation = make(
        [
            question("id", "key", role="respondent"),
            question("q", "single", codes=codes(1, 2)),
            question("remarque", "open", role="open_text", themes=THEMES),
        ],
        content,
        file={"separator": ";"},
        source={"comments": {"codes": "codes.csv"}},
        **more,
    )
    if coded is not None:
        (evaluation.data / "codes.csv").write_text(coded, encoding="utf-8")
    return evaluation


def coded_sheet(evaluation: Evaluation, given: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the sheet that a person has coded: start of the comment -> themes."""
    path, _ = write_sheets(evaluation)
    table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    for start, themes in given.items():
        rows = table["comment"].str.startswith(start)
        assert rows.sum() == 1
        for i, theme in enumerate(themes, 1):
            table.loc[rows, f"theme{i}"] = theme
    table.to_csv(evaluation.data / "codes.csv", sep=";", index=False)
    return table


GIVEN = {"Très": ("accueil", "bruit"), "Ouvrez": ("horaires",), "Rien": ("aucun",)}


def test_each_comment_gets_the_themes_it_was_coded_with(make: Make) -> None:
    evaluation = with_comments(make, None)
    table = coded_sheet(evaluation, GIVEN)
    assert len(table) == 4
    read = read_sources(evaluation)
    clean = read.clean["users"].set_index("id")
    one, two, three, four, five = keyed(*"12345")
    assert clean.loc[one, ["remarque_themes_accueil", "remarque_themes_bruit"]].tolist() == [True, True]
    assert clean.loc[three, ["remarque_themes_horaires", "remarque_themes_bruit"]].tolist() == [True, False]
    assert not clean.loc[four, [f"remarque_themes_{t['name']}" for t in THEMES]].any()
    # No comment, or one that nobody has coded yet: outside the base.
    for uncoded in (two, five):
        assert clean.loc[uncoded, "remarque_themes__status"] == "no_answer"
        assert pd.isna(clean.loc[uncoded, "remarque_themes_accueil"])
    assert "4 remarks written, 3 coded, 1 without a code" in " ".join(read.decisions["note"])
    everything = "".join(t.astype("str").to_csv() for t in (read.clean["users"], read.decisions, read.failures))
    assert "samedi" not in everything


def test_codes_follow_the_questionnaire_not_the_line(make: Make) -> None:
    coded_sheet(with_comments(make, None), GIVEN)
    head, *rows = CONTENT.splitlines()
    turned = with_comments(make, None, "\n".join([head, *reversed(rows)]) + "\n")
    clean = read_sources(turned).clean["users"].set_index("id")
    one, three = keyed("1", "3")
    assert clean.loc[three, "remarque_themes_horaires"]
    assert clean.loc[one, "remarque_themes_accueil"]


def test_codes_of_a_comment_that_changed_are_refused(make: Make) -> None:
    coded_sheet(with_comments(make, None), GIVEN)
    changed = with_comments(make, None, CONTENT.replace("Ouvrez le samedi", "Merci"))
    with pytest.raises(IngestError, match="1 coded comments are not among those received") as fault:
        read_sources(changed)
    assert "codes.csv" in str(fault.value)


def test_an_unknown_theme_is_refused_with_its_line(make: Make) -> None:
    evaluation = with_comments(make, "row;theme1\nusers.csv:2;accueil\nusers.csv:4;tarifs\n")
    with pytest.raises(IngestError) as fault:
        read_sources(evaluation)
    assert "codes.csv:3" in str(fault.value)
    assert "tarifs" in str(fault.value)
    assert "accueil" in str(fault.value)


def test_codes_may_be_given_by_file_and_line(make: Make) -> None:
    clean = read_sources(with_comments(make, "row;theme1;theme2\nusers.csv:2;accueil;bruit\n")).clean["users"]
    assert clean["remarque_themes_bruit"].tolist() == [True, *[pd.NA] * 4]


def test_missing_codes_say_how_to_write_the_sheet(make: Make) -> None:
    with pytest.raises(IngestError, match="python -m pipeline comments essai"):
        read_sources(with_comments(make, None))


def test_the_sheet_is_for_its_owner_only(make: Make) -> None:
    path, said = write_sheets(with_comments(make, None))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PERSONAL DATA" in said


def test_comments_without_a_codebook_are_refused(make: Make) -> None:
    with pytest.raises(EvaluationError, match="comments to code are not those of one question"):
        make([question("q", "number")], "q\n1\n", source={"comments": {"codes": "c.csv"}})
