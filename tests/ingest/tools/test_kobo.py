"""Kobo and ODK exports: groups, labels, and both ways of select_multiple give the same answers."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest import read_sources

from ..conftest import Make, question

KOBO = {"path": "users.csv", "format": "kobo", "encoding": "utf-8", "separator": ","}
QUESTIONS = [
    question("uuid", "key", column="_uuid", role="respondent", required=True, unique=True),
    {**question("sex", "single", codes={"h": {"fr": "Homme"}, "f": {"fr": "Femme"}}), "wording": {"fr": "Vous êtes"}},
    {**question("uses", "multiple", items=[
        {"name": "mail", "label": {"fr": "Courriel"}, "column": "uses/mail"},
        {"name": "web", "label": {"fr": "Le web"}, "column": "uses/web"},
        {"name": "web_tv", "label": {"fr": "Le web et la télé"}, "column": "uses/web_tv"}]),
     "wording": {"fr": "Quels usages ?"}},
]  # fmt: skip
ONE_COLUMN = "start,_uuid,who/sex,what/uses\nx,1,h,mail web\nx,2,f,web_tv\nx,3,,\n"
COLUMNS = "start,_uuid,who/sex,what/uses,what/uses/mail,what/uses/web,what/uses/web_tv\n" + (
    "x,1,h,mail web,1,1,0\nx,2,f,web_tv,0,0,1\nx,3,,,,,\n"
)
TRUE_FALSE = "_uuid,sex,uses/mail,uses/web,uses/web_tv\n1,h,True,True,False\n2,f,False,False,True\n3,,,,\n"
LABELS = "_uuid,Vous êtes,Quels usages ?/Courriel,Quels usages ?/Le web,Quels usages ?/Le web et la télé\n" + (
    "1,Homme,1,1,0\n2,Femme,0,0,1\n3,,,,\n"
)
LABELS_TOGETHER = "_uuid,Vous êtes,Quels usages ?\n1,Homme,Courriel Le web\n2,Femme,Le web et la télé\n3,,\n"
STYLES = {
    "one column": ONE_COLUMN, "a column a choice": COLUMNS, "true and false": TRUE_FALSE, "labels": LABELS,
    "labels in one column": LABELS_TOGETHER,
}  # fmt: skip


def read(make: Make, text: str) -> pd.DataFrame:
    return read_sources(make(QUESTIONS, text, file=KOBO)).clean["users"]


@pytest.mark.parametrize("style", list(STYLES))
def test_every_style_of_export_gives_the_same_answers(make: Make, style: str) -> None:
    clean = read(make, STYLES[style])
    assert clean["sex"].tolist()[:2] == ["h", "f"]
    assert clean["uses_mail"].tolist()[:2] == [True, False]
    assert clean["uses_web"].tolist()[:2] == [True, False]
    assert clean["uses_web_tv"].tolist()[:2] == [False, True]
    assert clean["uses__status"].tolist() == ["answered", "answered", "no_answer"]


def test_a_word_that_is_no_choice_is_told(make: Make) -> None:
    rows = "".join(f"x,{i},h,mail blog\n" for i in range(4, 9))
    evaluation = make(QUESTIONS, ONE_COLUMN + rows, file=KOBO)
    with pytest.raises(IngestError, match=r"(?s)unknown_code.*blog"):
        read_sources(evaluation)


def test_two_groups_with_the_same_question_are_not_guessed_at(make: Make) -> None:
    text = "_uuid,a/sex,b/sex,uses\n1,h,f,mail\n"
    with pytest.raises(IngestError, match="does not say which column is 'sex'"):
        read_sources(make(QUESTIONS, text, file=KOBO))
