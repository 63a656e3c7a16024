"""LimeSurvey exports: whatever its header and answers look like, the same answers come out, and no response is lost."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest import read_sources

from ..conftest import Make, codes, keyed, question

LIMESURVEY = {"path": "users.csv", "format": "limesurvey", "encoding": "utf-8"}
TEXT = {
    "Q1": "Quel est votre sexe ?",
    "Q2": "Que venez-vous faire ?",
    "Q3": "Êtes-vous satisfait de l'accueil ?",
    "Q5": "Classez ces services",
}
QUESTIONS = [
    question("numero", "key", column="id", role="respondent", required=True, unique=True),
    {**question("sex", "single", column="Q1", codes={"A1": {"fr": "Homme"}, "A2": {"fr": "Femme"}}),
     "wording": {"fr": TEXT["Q1"]}},
    {**question("wants", "multiple", items=[
        {"name": "mail", "label": {"fr": "Courriel"}, "column": "Q2[SQ001]"},
        {"name": "web", "label": {"fr": "Le web"}, "column": "Q2[SQ002]"},
        {"name": "other", "label": {"fr": "Autre"}, "column": "Q2[other]"}]), "wording": {"fr": TEXT["Q2"]}},
    {**question("welcome", "likert", column="Q3[SQ001]", codes=codes(1, 2, 3)),
     "wording": {"fr": f"{TEXT['Q3']} [À l'arrivée]"}},
    {**question("first", "single", column="Q5[1]", codes={"S1": {"fr": "Formation"}, "S2": {"fr": "Accès"}}),
     "wording": {"fr": f"{TEXT['Q5']} [Rang 1]"}},
]  # fmt: skip
CODED = ["id", "submitdate", "lastpage", "Q1", "Q2[SQ001]", "Q2[SQ002]", "Q2[other]", "Q3[SQ001]", "Q5[1]", "Q1Time"]
FULL = ["id", "submitdate", "lastpage", TEXT["Q1"], f"{TEXT['Q2']} [Courriel]", f"{TEXT['Q2']} [Le web]",
        f"{TEXT['Q2']} [Autre]", f"{TEXT['Q3']} [À l'arrivée]", f"{TEXT['Q5']} [Rang 1]", "Durée : Q1"]  # fmt: skip
BOTH = [c if c == t else f"{c}. {t}" for c, t in zip(CODED, FULL, strict=True)]
ROWS = [
    ["1", "2006-11-20 10:00:00", "3", "A1", "Y", "N", "", "2", "S1", "4.2"],
    ["2", "2006-11-20 11:00:00", "3", "A2", "N", "Y", "le club photo", "3", "S2", "4.2"],
    ["3", "", "1", "A2", "N", "N", "", "", "", "1.0"],
    ["4", "", "2", "A1", "Y", "Y", "", "1", "S1", "9.1"],
]
IN_FULL = {"A1": "Homme", "A2": "Femme", "Y": "Oui", "N": "Non", "S1": "Formation", "S2": "Accès"}


def export(header: list[str], texts: bool = False) -> str:
    rows = [[IN_FULL.get(c, c) if texts else c for c in r] for r in ROWS]
    return "\n".join(";".join(f'"{c}"' for c in r) for r in [header, *rows]) + "\n"


def answers(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=[c for c in table if c.startswith("_") or c == "wave"])


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("header", [CODED, FULL, BOTH], ids=["codes", "full text", "code and text"])
def test_header_and_answer_styles_give_the_same_clean_table(make: Make, header: list[str], texts: bool) -> None:
    clean = read_sources(make(QUESTIONS, export(header, texts), file=LIMESURVEY)).clean["users"]
    expected = read_sources(make(QUESTIONS, export(CODED), file=LIMESURVEY)).clean["users"]
    pd.testing.assert_frame_equal(answers(clean), answers(expected))
    assert clean["sex"].tolist() == ["A1", "A2", "A2", "A1"]
    assert clean["wants_other"].tolist() == [False, True, False, False]
    assert clean["first"].dropna().tolist() == ["S1", "S2", "S1"]


@pytest.mark.parametrize(
    ("rule", "accepted", "aside"),
    [
        (None, [1, 2, 3, 4], []),
        ({"then": "keep"}, [1, 2, 3, 4], []),
        ({"then": "set aside"}, [1, 2], [4, 5]),
        ({"reached": 2}, [1, 2, 4], [4]),
    ],
)
def test_incomplete_responses_are_accepted_or_set_aside_with_their_line(
    make: Make, rule: dict[str, object] | None, accepted: list[int], aside: list[int]
) -> None:
    file = {**LIMESURVEY, **({"incomplete": rule} if rule else {})}
    read = read_sources(make(QUESTIONS, export(CODED), file=file))
    assert read.clean["users"]["numero"].tolist() == keyed(*map(str, accepted))
    assert read.quarantine["users"]["_line"].tolist() == aside
    n = read.account.set_index("kind")["n"]
    assert n["received"] == n["accepted"] + n["set_aside"] == 4
    if aside:
        assert read.account.set_index("reason")["n"]["incomplete"] == len(aside)
    else:
        assert "incomplete" in set(read.decisions["kind"])


def test_a_rule_whose_column_is_absent_is_refused(make: Make) -> None:
    text = export(CODED).replace("lastpage", "page")
    with pytest.raises(IngestError, match="lastpage"):
        read_sources(make(QUESTIONS, text, file={**LIMESURVEY, "incomplete": {"reached": 2}}))


def test_a_text_that_stands_for_two_columns_is_refused(make: Make) -> None:
    header = [*FULL[:-1], f"{TEXT['Q1']} "]
    with pytest.raises(IngestError, match=r"twice|does not say which"):
        read_sources(make(QUESTIONS, export(header), file=LIMESURVEY))


def test_what_respondents_wrote_beside_other_is_nowhere(make: Make) -> None:
    read = read_sources(make(QUESTIONS, export(CODED), file=LIMESURVEY))
    tables = [read.clean["users"], read.quarantine["users"], read.failures, read.decisions, read.account]
    assert all("club photo" not in t.to_csv() for t in tables)
