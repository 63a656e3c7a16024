"""Drafts of files: types, codes, roles and waves as a careful person would first guess them, each guess marked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from stdnum import luhn

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation, load
from pipeline.ingest.privacy.reading import _born
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.columns import draft_of, safe_codes, spelled_alike
from pipeline.ingest.scaffold.draft_evaluation import draft_evaluation
from pipeline.ingest.scaffold.no_answer import reason_of
from pipeline.ingest.scaffold.text import REVIEW, Reviewed, flow, yaml_of
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources
from pipeline.instrument import Question, Text

from ...acceptance.received_files import LSS

DAY = dt.date(2024, 12, 1)


def column(name: str, *values: Any, label: str = "", labels: dict[Any, str] | None = None, times: int = 5) -> Column:
    kind = "number" if all(isinstance(v, float) for v in values) else "text"
    return Column(name, label, kind, labels or {}, [], pd.Series(list(values) * times))


def drafted(project: Path, files: dict[str, str]) -> Evaluation:
    for name, content in files.items():
        (project / name).write_text(content, encoding="utf-8")
    new_evaluation("essai", [project / n for n in files], project, lambda standing: False, DAY)
    return load("essai", project)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (column("Q1", 1.0, 2.0, labels={1: "Oui", 2: "Non"}), "single"),
        (column("Q1", *"123", labels={i: f"d'accord {i}" for i in range(1, 5)}), "likert"),
        (column("age", *map(str, range(15, 60))), "count"),
        (column("revenu", "1200,5", "800", "950,25", "1000", "1100,1"), "number"),
        (column("revenu", 1000.5, "2 001,50", 1002.5, "3 003,50", *range(20, 30)), "number"),
        (column("choix", "Oui", "Non"), "single"),
        (column("jour", "2024-11-05", "2024-11-06"), "date"),
        (column("mois", "2024-11", "2024-12"), "month"),
        (column("vide", "", None), None),
        (column("phrase", *[f"J'ai aimé la visite numéro {i} avec les autres." for i in range(30)], times=1), "open"),
    ],
)
def test_types_are_guessed_from_what_the_file_says_and_holds(found: Column, kind: str | None) -> None:
    draft = draft_of(found, None)
    assert (draft.content["type"] if draft else None) == kind


def test_answers_that_mean_nothing_was_said_are_missing_with_their_reason() -> None:
    draft = draft_of(column("Q", 1.0, 2.0, 8.0, 9.0, labels={1: "Oui", 2: "Non", 8: "Ne sait pas", 9: "Refus"}), None)
    assert draft is not None
    assert draft.content["missing"] == {8: "dont_know", 9: "refused"}
    assert list(draft.content["codes"]) == [1, 2]
    assert "missing" in draft.review
    assert reason_of("Non concerné") == "not_applicable"
    assert reason_of("Nature") is None


@pytest.mark.parametrize(
    ("found", "role"),
    [
        (column("courriel", "a@exemple.fr", "b@exemple.fr"), "identifier"),
        (column("telephone", "06 12 34 56 78", "07 98 76 54 32"), "identifier"),
        (column("date_naissance", "1960-02-03", "1985-07-09"), "birth_date"),
    ],
)
def test_what_looks_personal_is_declared_so_and_marked(found: Column, role: str) -> None:
    draft = draft_of(found, None)
    assert draft is not None
    assert draft.content["role"] == role
    assert "personal" in draft.review["role"]


def test_two_years_of_a_survey_are_waves_and_renamed_questions_are_matched(tmp_path: Path) -> None:
    answers = ("Oui", "Non", "Non", "Oui", "Non", "Oui")
    old = "NUM,Avez-vous Internet ?,Votre sexe\n" + "".join(f"{i},{a},{'FH'[i % 2]}\n" for i, a in enumerate(answers))
    new = "num,avez-vous internet,Votre sexe,Aide\n" + "".join(
        f"{i},{a},{'FH'[i % 2]},{a}\n" for i, a in enumerate(answers)
    )
    evaluation = drafted(tmp_path, {"usagers-2003.csv": old, "usagers-2006.csv": new})
    assert [w.name for w in evaluation.settings.waves] == ["2003", "2006"]
    (source,) = evaluation.settings.sources
    assert set(source.files) == {"2003", "2006"}
    questions = {q.name: q for q in evaluation.instruments[source.name].questions}
    assert questions["avez_vous_internet"].columns("2003") == {"avez_vous_internet": "Avez-vous Internet ?"}
    assert not questions["Aide"].asked("2003")
    assert questions["Aide"].asked("2006")


def test_a_column_of_years_makes_waves(tmp_path: Path) -> None:
    rows = "".join(f"{y},{a},{i}.5\n" for i, (y, a) in enumerate([(2010, "Oui"), (2011, "Non")] * 4, 1))
    evaluation = drafted(tmp_path, {"baro.csv": "ANNEE,INTERNET,POND\n" + rows})
    spec = evaluation.settings.sources[0].files["all"]
    assert spec.wave_column == "ANNEE"
    assert spec.waves == {"2010": 2010, "2011": 2011}
    source = evaluation.settings.sources[0]
    assert source.design is not None
    assert source.design.weights == "POND"
    assert source.by == "unstated"


@pytest.mark.parametrize(("header", "of", "years"), [
    ("Saison", "2005-2006", ("2005-2006", "2006-2007")), ("Année scolaire", "2005/06", ("2005/06", "2006/07")),
])  # fmt: skip
def test_a_column_of_school_years_makes_waves_in_their_order(
    tmp_path: Path, header: str, of: str, years: tuple[str, str]
) -> None:
    rows = "".join(f"{years[1 - i % 2]};{'Oui' if i % 3 else 'Non'};{20 + i % 50}\n" for i in range(60))
    evaluation = drafted(tmp_path, {"enquete.csv": f"{header};Avis;Âge\n" + rows})
    assert [w.name for w in evaluation.settings.waves] == ["2005-2006", "2006-2007"]
    clean = next(iter(read_sources(evaluation).clean.values()))
    assert clean["wave"].value_counts().to_dict() == {"2005-2006": 30, "2006-2007": 30}
    assert evaluation.settings.sources[0].files["all"].waves == {"2005-2006": of, "2006-2007": years[1]}


@pytest.mark.parametrize(("header", "waves"), [
    ("Vague", ("Vague 1", "Vague 2")), ("vague", ("V9", "V10")), ("Wave", ("1", "2")),
    ("Vague d'enquête", ("avant", "après")), ("Numéro de vague", ("T0", "T1")), ("Edition", ("before", "after")),
])  # fmt: skip
def test_a_column_of_named_waves_makes_waves_in_their_order(
    tmp_path: Path, header: str, waves: tuple[str, str]
) -> None:
    rows = "".join(f"{waves[1 - i % 2]};{'Oui' if i % 3 else 'Non'};{20 + i % 50}\n" for i in range(60))
    evaluation = drafted(tmp_path, {"enquete-2006.csv": f"{header};Avis;Âge\n" + rows})
    assert [w.name for w in evaluation.settings.waves] == list(waves)
    clean = next(iter(read_sources(evaluation).clean.values()))
    assert clean["wave"].value_counts().to_dict() == dict.fromkeys(waves, 30)


@pytest.mark.parametrize(("header", "values"), [("Année", ("1", "2")), ("Vague", ("chaude", "froide"))])
def test_years_of_study_and_names_without_an_order_make_no_waves(
    tmp_path: Path, header: str, values: tuple[str, str]
) -> None:
    rows = "".join(f"{values[i % 2]};{'Oui' if i % 3 else 'Non'};{20 + i % 50}\n" for i in range(60))
    evaluation = drafted(tmp_path, {"enquete-2006.csv": f"{header};Avis;Âge\n" + rows})
    assert [w.name for w in evaluation.settings.waves] == ["2006"]


def test_counts_and_registers_are_told_from_surveys(tmp_path: Path) -> None:
    register = "id_espace;nom;code_insee;postes\n" + "".join(f"E{i};Espace {i};35238;{i + 3}\n" for i in range(12))
    counts = "id_espace;mois;visites\n" + "".join(f"E{i};2024-{m:02d};{i * m}\n" for i in range(12) for m in (1, 2, 3))
    evaluation = drafted(tmp_path, {"registre.csv": register, "releves.csv": counts})
    kinds = {s.kind: s.name for s in evaluation.settings.sources}
    assert set(kinds) == {"sites", "attendance"}
    assert [p.question for p in evaluation.settings.plan] == ["attendance", "response"]
    roles = {q.role for q in evaluation.instruments[kinds["attendance"]].questions}
    assert roles == {"site", "month", "visits"}
    assert evaluation.settings.territory.level == "epci"


def siret(first: str, start: int) -> str:
    """Return the made-up number of a business, or of a public body (2), that its two check digits confirm."""
    siren = f"{first}{3217654 + 1371 * start:07d}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(siren + '0001')}"


@pytest.mark.parametrize("header", ["SIRET", "N° SIRET", "Code SIRET de la structure", "siret number"])
def test_numbers_of_organisations_are_the_keys_of_spaces_one_to_one(tmp_path: Path, header: str) -> None:
    keys = [siret("82"[i % 2], i) for i in range(12)]
    register = f"{header};Nom;Code INSEE;Nombre de postes\n"
    register += "".join(f"{k};Espace {i};35238;{i + 3}\n" for i, k in enumerate(keys))
    counts = f"{header};Mois;Nombre de visites\n"
    counts += "".join(f"{k};2024-{m:02d};{50 + i * m}\n" for i, k in enumerate(keys) for m in (1, 2, 3))
    answers = f"{header};Avis\n" + "".join(f"{k};{'oui' if i % 2 else 'non'}\n" for i, k in enumerate(keys * 5))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(Path(__file__).parents[3] / "data" / "reference")
    evaluation = drafted(tmp_path, {"registre.csv": register, "releves.csv": counts, "enquete.csv": answers})
    assert {s.kind for s in evaluation.settings.sources} == {"sites", "attendance", "survey"}
    for source in evaluation.settings.sources:
        key = evaluation.instruments[source.name].by_role("site")
        assert key is not None
        assert key.type == "key"
    clean = read_sources(evaluation).clean
    assert {table["site_id"].nunique() for table in clean.values()} == {12}


def test_a_register_is_known_by_its_own_numbers_before_those_of_its_holders(tmp_path: Path) -> None:
    holder = siret("2", 0)[:9]
    register = "SIREN;Identifiant;Nom;Code INSEE;Postes\n"
    register += "".join(f"{holder};E{i};Espace {i};35238;4\n" for i in range(12))
    [draft, *_] = drafted(tmp_path, {"registre.csv": register}).instruments.values()
    key = draft.by_role("site")
    assert key is not None
    assert key.column == "Identifiant"


@pytest.mark.parametrize(
    "texts",
    [
        [siret("8", i) for i in range(6)],
        [siret("82"[i % 2], i) for i in range(6)],
        [siret("8", i)[:9] for i in range(6)],
        [f"06 12 34 56 {i}0" for i in range(6)],
    ],
)
def test_answers_that_are_numbers_of_somebody_never_become_one_code(texts: list[str]) -> None:
    draft = draft_of(column("porteur", *texts), None)
    assert draft is not None
    assert "codes" not in draft.content
    assert draft.content["role"] == "identifier"


def test_an_answer_that_is_the_number_of_somebody_is_in_no_name_of_a_code() -> None:
    assert safe_codes(["mairie", "06 12 34 56 78", "06 12 34 56 79"]) == {
        "mairie": {"fr": "mairie"},
        "masque": {"fr": "(masqué)"},
    }


def test_spaces_of_a_survey_are_keys_however_many_they_are(tmp_path: Path) -> None:
    rows = "".join(f"E{i % 40:02d};{'oui' if i % 3 else 'non'}\n" for i in range(200))
    [instrument] = drafted(tmp_path, {"enquete.csv": "Code espace;Avis\n" + rows}).instruments.values()
    key = instrument.by_role("site")
    assert key is not None
    assert key.type == "key"


@pytest.mark.parametrize("ticks", [["x", "X"], ["1"], ["oui"], ["Internet"]])
def test_a_box_of_its_own_is_a_share_of_all_and_not_of_those_who_ticked_it(tmp_path: Path, ticks: list[str]) -> None:
    rows = "".join(f"{i};{ticks[i % len(ticks)] if i % 3 else ''};{20 + i % 40}\n" for i in range(60))
    evaluation = drafted(tmp_path, {"enquete.csv": "N°;Internet;Âge\n" + rows})
    [instrument] = evaluation.instruments.values()
    [box] = [q for q in instrument.questions if q.type == "multiple"]
    assert [item.column for item in box.items] == ["Internet"]
    clean = next(iter(read_sources(evaluation).clean.values()))
    assert clean["Internet_1"].astype(float).mean() == pytest.approx(40 / 60)


def test_the_only_answer_of_a_column_without_blanks_is_no_box(tmp_path: Path) -> None:
    rows = "".join(f"{i};oui;{20 + i % 40}\n" for i in range(60))
    [instrument] = drafted(tmp_path, {"enquete.csv": "N°;Internet;Âge\n" + rows}).instruments.values()
    assert not [q for q in instrument.questions if q.type == "multiple"]


def test_days_counted_by_a_spreadsheet_are_dates_and_never_amounts() -> None:
    held = column("Date de visite", *[45000.0 + i for i in range(40)])
    draft = draft_of(held, None)
    assert draft is not None
    assert draft.content["type"] == "date"
    draft = draft_of(column("Date de visite", *[str(45000 + i) for i in range(40)]), None)
    assert draft is not None
    assert draft.content["type"] == "open"
    draft = draft_of(column("Jours ouvrés", *[45000.0 + i for i in range(40)]), None)
    assert draft is not None
    assert draft.content["type"] == "count"


def test_what_was_written_beside_other_is_free_text(tmp_path: Path) -> None:
    head = '"id","submitdate","lastpage","startlanguage","Q1. Situation","Q1[other]. Situation [Autre]"\n'
    rows = "".join(f'"{i}","2023-11-04","2","fr","{"-oth-" if i % 2 else "A1"}","{"voisin" if i % 2 else ""}"\n'
                   for i in range(40))  # fmt: skip
    [instrument] = drafted(tmp_path, {"reponses.csv": head + rows}).instruments.values()
    [other] = [q for q in instrument.questions if q.name == "Q1_other"]
    assert other.role == "open_text"


@pytest.mark.parametrize(
    "head", ["Space,January 2023,February 2023,March 2023", "Venue code,Jan 2023,Feb 2023,Mar 2023"]
)
def test_months_side_by_side_are_read_as_rows_in_english_as_in_french(tmp_path: Path, head: str) -> None:
    rows = "".join(f"S{i:02d},{100 + i},{90 + i},{80 + i}\n" for i in range(12))
    [source] = drafted(tmp_path, {"counts.csv": f"{head}\n{rows}"}).settings.sources
    assert source.kind == "attendance"
    across = source.files["all"].across
    assert across is not None
    assert list(across.meant) == head.split(",")[1:]


def test_a_codebook_describes_a_file_that_says_nothing_itself(tmp_path: Path) -> None:
    xml = """<codeBook xmlns="ddi:codebook:2_5" version="2.5"><stdyDscr/><dataDscr>
    <var name="Q1"><labl>Sexe</labl><catgry><catValu>1</catValu><labl>Femme</labl></catgry>
     <catgry><catValu>2</catValu><labl>Homme</labl></catgry></var>
    <var name="Q2" intrvl="contin"><labl>Âge</labl><varFormat type="numeric"/></var></dataDscr></codeBook>"""
    rows = "".join(f"{1 + i % 2},{20 + i}\n" for i in range(40))
    evaluation = drafted(tmp_path, {"codebook.xml": xml, "fichier.csv": "Q1,Q2\n" + rows})
    questions = evaluation.instruments[evaluation.settings.sources[0].name].questions
    assert [q.title("fr") for q in questions] == ["Sexe", "Âge"]
    assert questions[0].codes[1].fr == "Femme"
    assert [q.role for q in questions] == ["sex", "age"]


def test_remarks_end_their_line_and_leave_yaml_as_it_was() -> None:
    content = {
        "yes": "no",
        "texte": 'deux\nlignes, "citées" : oui',
        "codes": {1: {"fr": "l'un"}, "on": {"fr": "# pas un commentaire"}},
        "longue": [{"name": f"n{i}", "label": {"fr": "é" * 40}} for i in range(3)],
        "vide": {},
    }
    text = yaml_of({k: Reviewed(v, "à\nvoir # deux") for k, v in content.items()}, "tête")
    assert yaml.safe_load(text) == content
    assert text.count(REVIEW) == len(content)
    assert yaml.safe_load(flow(content)) == content


def test_a_questionnaire_that_names_two_questions_alike_is_one_message(tmp_path: Path) -> None:
    xml = """<codeBook xmlns="ddi:codebook:2_5"><stdyDscr/><dataDscr><var name="Q1"><labl>a</labl></var>
    <var name="Q1"><labl>b</labl></var></dataDscr></codeBook>"""
    with pytest.raises(PipelineError, match="'Q1' twice"):
        drafted(tmp_path, {"codebook.xml": xml, "fichier.csv": "Q1,Q2\n1,2\n"})
    lss = LSS.replace("<title>Q2</title>", "<title>Q1</title>")
    with pytest.raises(PipelineError, match="'Q1' twice"):
        drafted(tmp_path, {"enquete.lss": lss, "reponses.csv": "id,submitdate,lastpage,Q1\n1,2024-11-04,2,A1\n"})


def test_answers_are_codes_of_letters_and_digits_with_their_text_as_label() -> None:
    codes = safe_codes(["CDI/CDD", "En emploi\n(salarié)", "F", "15-24", "@région", "++", "CDI CDD"])
    assert all(re.fullmatch(r"[A-Za-z0-9_+-]+", str(c)) for c in codes)
    assert codes["CDI_CDD"] == {"fr": "CDI/CDD"}
    assert codes["15-24"] == {"fr": "15-24"}
    assert len(codes) == 7


def test_spellings_of_one_answer_make_one_code_and_initials_are_to_review(tmp_path: Path) -> None:
    path = tmp_path / "oui.csv"
    answers = ["oui", "Oui", "OUI", "oui ", "O", "Non", "non", "NON", " non", "oui"] * 6
    path.write_text("id;Ordinateur\n" + "".join(f"{i};{a}\n" for i, a in enumerate(answers)), encoding="utf-8")
    drafted = draft_evaluation("essai", [path], dt.date(2026, 1, 1))
    draft = next(iter(drafted.instruments.values()))["questions"][1]
    assert len(draft["codes"].value) == 3
    assert "O = oui ?" in draft["codes"].remark


def test_of_spellings_as_usual_the_one_with_accents_and_small_letters_is_kept() -> None:
    assert spelled_alike(pd.Series(["TRÈS BIEN", "Tres bien", "Très bien", "tres bien"])) == ["Très bien"]
    assert spelled_alike(pd.Series(["OUI", "OUI", "Oui"])) == ["OUI"]


def test_counts_of_a_single_month_name_their_spaces(tmp_path: Path) -> None:
    register = "id_espace;nom;code_insee;postes\n" + "".join(f"E{i};Espace {i};35238;{i + 3}\n" for i in range(6))
    counts = "Identifiant espace;Mois;Nombre de visites\n" + "".join(f"E{i};2024-03;{i + 9}\n" for i in range(6))
    evaluation = drafted(tmp_path, {"registre.csv": register, "releves.csv": counts})
    [source] = [s for s in evaluation.settings.sources if s.kind == "attendance"]
    assert {q.role for q in evaluation.instruments[source.name].questions} == {"site", "month", "visits"}


def test_births_with_years_of_two_digits_get_a_format_and_are_never_in_the_future(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    days = [f"{1 + i % 28}/{1 + i % 12}/{(40 + i) % 100:02d}" for i in range(60)]
    path.write_text("id;Naissance\n" + "".join(f"{i};{d}\n" for i, d in enumerate(days)), encoding="utf-8")
    drafted = draft_evaluation("essai", [path], dt.date(2026, 1, 1))
    draft = next(iter(drafted.instruments.values()))["questions"][1]
    assert draft["date_format"].value == "%d/%m/%y"
    born = Question(name="n", type="date", role="birth_date", wording=Text(fr="n"), date_format="%d/%m/%y")
    years, ages = _born(pd.Series(["1/1/60", "2/2/05"]), born, dt.date(2023, 3, 1))
    assert years.tolist() == ["1960", "2005"]
    assert ages.tolist() == [63.0, 18.0]


def test_records_that_do_not_fit_their_header_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "id;avis\n" + "".join(f"{i};bon{';x' if i in (7, 30) else ''}\n" for i in range(60)), encoding="utf-8"
    )
    said = "\n".join(draft_evaluation("essai", [path], dt.date(2006, 1, 1)).said)
    assert "a.csv:9: 2 records are set aside (more or fewer fields than the header has names): lines 9, 32" in said
