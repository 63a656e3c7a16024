"""Structure files (.lss, XLSForm) become questions with codes, boxes, routing and remarks; bad ones one message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import IngestError
from pipeline.ingest.tools.draft import Draft, Questionnaire
from pipeline.ingest.tools.lss import read_lss
from pipeline.ingest.tools.xlsform import is_xlsform, read_xlsform
from pipeline.instrument import Instrument

from ...acceptance.received_files import LSS, workbook, write_kobo

ROW = "<row>{}</row>"


def written(folder: Path, text: str) -> Path:
    path = folder / "enquete.lss"
    path.write_text(text, encoding="utf-8")
    return path


def drafts(questionnaire: Questionnaire) -> dict[str, Draft]:
    content = {"name": "q", "title": questionnaire.title, "questions": [d.content for d in questionnaire.drafts]}
    Instrument.model_validate(content)
    return {d.name: d for d in questionnaire.drafts}


def test_a_limesurvey_structure_gives_every_question_that_holds_answers(tmp_path: Path) -> None:
    found = drafts(read_lss(written(tmp_path, LSS)))
    assert list(found) == ["response_id", "Q1", "Q2", "Q3", "Q4_SQ001", "Q4_SQ002", "Q5", "Q6"]
    assert found["Q1"].content["wording"] == {"fr": "Vous êtes ?"}
    assert list(found["Q1"].content["codes"]) == ["A1", "A2"]
    assert found["Q1"].content["required"] is True
    assert found["Q3"].content["asked_if"] == [{"question": "Q2", "codes": ["Y"]}]
    assert [i["column"] for i in found["Q3"].content["items"]] == ["Q3[SQ001]", "Q3[SQ002]", "Q3[other]"]
    assert found["Q4_SQ001"].content["wording"]["fr"] == "Êtes-vous d'accord ? [L'accueil est bon]"
    assert list(found["Q4_SQ001"].content["codes"]) == [1, 2, 3, 4]
    assert found["Q6"].content["role"] == "open_text"
    assert "count(Q3) > 2" in found["Q6"].review["wording"]


def test_newer_structures_keep_their_texts_in_tables_of_their_own(tmp_path: Path) -> None:
    def rows(table: str, *content: dict[str, str]) -> str:
        cells = "".join(ROW.format("".join(f"<{k}>{v}</{k}>" for k, v in row.items())) for row in content)
        return f"<{table}><rows>{cells}</rows></{table}>"

    text = "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" + rows(
        "questions",
        {"qid": "1", "parent_qid": "0", "sid": "9", "gid": "1", "type": "R", "title": "rang", "question_order": "1"},
        {"qid": "2", "parent_qid": "0", "sid": "9", "gid": "1", "type": "1", "title": "deux", "question_order": "2"},
        {"qid": "4", "parent_qid": "0", "sid": "9", "gid": "1", "type": "X", "title": "texte", "question_order": "3"},
    ) + rows("subquestions", {"qid": "3", "parent_qid": "2", "title": "SQ1", "question_order": "1"}) + rows(
        "question_l10ns",
        {"qid": "1", "question": "Classez", "language": "fr"}, {"qid": "1", "question": "Rank", "language": "en"},
        {"qid": "2", "question": "Notez", "language": "fr"}, {"qid": "3", "question": "Accueil", "language": "fr"},
    ) + rows(
        "answers",
        {"aid": "1", "qid": "1", "code": "B", "sortorder": "2", "scale_id": "0"},
        {"aid": "2", "qid": "1", "code": "A", "sortorder": "1", "scale_id": "0"},
        {"aid": "3", "qid": "2", "code": "1", "sortorder": "1", "scale_id": "0"},
        {"aid": "4", "qid": "2", "code": "2", "sortorder": "1", "scale_id": "1"},
    ) + rows(
        "answer_l10ns",
        {"aid": "1", "answer": "Le web", "language": "fr"}, {"aid": "2", "answer": "Courriel", "language": "fr"},
        {"aid": "3", "answer": "Bon", "language": "fr"}, {"aid": "4", "answer": "Utile", "language": "fr"},
    ) + rows(
        "question_attributes",
        {"qid": "2", "attribute": "dualscale_headerA", "value": "Avant", "language": "fr"},
    ) + "</document>"  # fmt: skip
    found = drafts(read_lss(written(tmp_path, text)))
    labels = [found[name].content["label"]["fr"] for name in ("deux_SQ1_1", "deux_SQ1_2", "rang_rank2")]
    assert labels == ["Accueil (Avant)", "Accueil (échelle 2)", "Classez : rang 2"]
    assert list(found) == ["response_id", "rang_rank1", "rang_rank2", "deux_SQ1_1", "deux_SQ1_2"]
    assert found["rang_rank1"].content["column"] == "rang[1]"
    assert found["rang_rank1"].content["codes"] == {"A": {"fr": "Courriel"}, "B": {"fr": "Le web"}}
    assert found["rang_rank1"].content["wording"]["en"] == "Rank [Rank 1]"
    assert found["deux_SQ1_2"].content["column"] == "deux[SQ1][2]"
    assert found["deux_SQ1_2"].content["codes"] == {2: {"fr": "Utile"}}


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><document>&x;</document>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (LSS.replace("<qid>4</qid>", "", 1).replace("<qid>3</qid><parent_qid>0", "<parent_qid>0"), "a row lacks"),
        (LSS.replace("<title>Q1</title>", "<title/>"), "table questions, row 1"),
        (LSS[:900], "not readable XML"),
        ("", "not readable XML"),
        ("<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "no LimeSurvey survey structure"),
        ("<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>", "no question"),
    ],
)
def test_hostile_or_damaged_structures_end_in_one_message(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(IngestError, match=said) as fault:
        read_lss(written(tmp_path, text))
    assert "enquete.lss" in str(fault.value)


def test_an_xlsform_gives_questions_choices_and_routing(tmp_path: Path) -> None:
    _, form = write_kobo(tmp_path, np.random.default_rng(1), 5)
    assert is_xlsform(form)
    questionnaire = read_xlsform(form)
    found = drafts(questionnaire)
    assert questionnaire.title == {"fr": "Enquête de terrain"}
    assert list(found) == ["submission", "sexe", "age_repondant", "usages", "aide", "nom_complet"]
    assert found["sexe"].content["codes"] == {"h": {"fr": "Homme"}, "f": {"fr": "Femme"}}
    assert found["usages"].content["items"][0] == {
        "name": "demarches", "label": {"fr": "Démarches en ligne"}, "column": "usages/demarches"}  # fmt: skip
    assert found["aide"].content["asked_if"] == [{"question": "usages", "codes": ["demarches"]}]


def test_routing_of_a_group_holds_for_its_questions_and_what_cannot_be_said_is_remarked(tmp_path: Path) -> None:
    form = workbook(tmp_path / "form.xlsx", {
        "survey": [
            ["type", "name", "label", "relevant"],
            ["integer", "age", "Âge", ""],
            ["begin_group", "g", "", "${age} >= 18"],
            ["select_one on", "a", "A", "${age} <= 60"],
            ["end_group", "", "", ""],
            ["select_one on", "b", "B", "string-length(${age}) > 2"],
        ],
        "choices": [["list_name", "name", "label"], ["on", 1, "Oui"], ["on", 0, "Non"]],
    })  # fmt: skip
    found = drafts(read_xlsform(form))
    assert found["a"].content["asked_if"] == [{"question": "age", "minimum": 18}, {"question": "age", "maximum": 60}]
    assert found["a"].content["codes"] == {1: {"fr": "Oui"}, 0: {"fr": "Non"}}
    assert "asked_if" not in found["b"].content
    assert "string-length" in found["b"].review["wording"]


def test_a_list_of_choices_that_does_not_exist_is_told_with_its_row(tmp_path: Path) -> None:
    form = workbook(tmp_path / "form.xlsx", {
        "survey": [["type", "name", "label"], ["select_one sexes", "s", "Sexe"]],
        "choices": [["list_name", "name", "label"], ["sexe", "h", "Homme"]],
    })  # fmt: skip
    with pytest.raises(IngestError, match=r"(?s)form\.xlsx, sheet survey, row 2.*sexes"):
        read_xlsform(form)


def test_an_ordinary_workbook_is_no_xlsform(tmp_path: Path) -> None:
    assert not is_xlsform(workbook(tmp_path / "a.xlsx", {"Feuil1": [["a"], [1]]}))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert not is_xlsform(tmp_path / "b.xlsx")


def test_dialects_of_xlsform_are_one_questionnaire(tmp_path: Path) -> None:
    forms = [
        ("survey", "type", "name", "label::EN", "select_one lieux or_other", "select_multiple lieux", "list_name"),
        ("SURVEY", "TYPE", "Name", "LABEL:English", "Select one from lieux or specify other",
         "select all that apply from lieux", "List Name"),
        ("Survey", "Type", "NAME", "Label::English (en)", "select one lieux or_other",
         "select multiple from lieux", "list name"),
    ]  # fmt: skip
    found = []
    for i, (sheet, kind, name, label, one, several, listed) in enumerate(forms):
        sheets: dict[str, list[list[object]]] = {
            sheet: [
                [kind, name, label],
                [one, "where", "Where?"],
                [several, "all", "Which?"],
                ["Integer", "n", "How?"],
            ],
            "choices": [[listed, name, label], ["lieux", "mairie", "Town hall"], ["lieux", "autre_lieu", "Elsewhere"]],
        }
        form = workbook(tmp_path / f"{i}.xlsx", sheets)
        assert is_xlsform(form)
        found.append([d.content for d in read_xlsform(form).drafts])
    assert found[0] == found[1] == found[2]
    assert [(d["type"], d["wording"]["fr"]) for d in found[0][1:]] == [
        ("single", "Where?"),
        ("multiple", "Which?"),
        ("number", "How?"),
    ]
    assert list(found[0][1]["codes"]) == ["mairie", "autre_lieu", "other"]
