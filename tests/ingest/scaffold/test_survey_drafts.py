"""What a draft says of a survey: boxes of one question, questions of two waves, weights, and rankings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.columns import draft_of
from pipeline.ingest.scaffold.no_answer import reason_of
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources
from pipeline.instrument import Question

from .drafting import TODAY, drafted, plain, questions
from .test_drafts import column


@pytest.mark.parametrize("mark", [" : ", ": ", " - ", " – "])
def test_columns_of_one_heading_that_are_ticked_are_one_question(tmp_path: Path, mark: str) -> None:
    head = ";".join(f"Usages{mark}{item}" for item in ("Messagerie", "Emploi", "Photos"))
    rows = [f"{'X' if i % 2 else ''};{'X' if i % 3 else ''};{'X' if i % 5 else ''};{20 + i}" for i in range(40)]
    asked = questions(drafted(tmp_path, {"enquete-2024.csv": [f"{head};Âge", *rows]}))
    [boxes] = [q for q in asked.values() if q["type"] == "multiple"]
    assert boxes["wording"]["fr"] == "Usages"
    assert [i["label"]["fr"] for i in boxes["items"]] == ["Messagerie", "Emploi", "Photos"]


def test_a_question_put_otherwise_in_another_wave_is_proposed_as_one(tmp_path: Path) -> None:
    answers = ("Oui", "Non", "En partie")
    waves = {2023: "Globalement, avez-vous trouvé ce que vous cherchiez ?",
             2025: "Dans l'ensemble, avez-vous trouvé ce que vous cherchiez ?"}  # fmt: skip
    files = {f"enquete-{y}.csv": [f"{wording};Âge;Votre sexe", *(f"{answers[i % 3]};{20 + i};{'FH'[i % 2]}"
             for i in range(40))] for y, wording in waves.items()}  # fmt: skip
    made = drafted(tmp_path, files)
    [instrument] = made.instruments.values()
    remarks = [q["waves"].remark for q in instrument["questions"] if "waves" in q]
    first = "'Globalement, avez-vous trouvé ce que vous cherchiez ?'"
    history = f"{{'2023': {{column: {first}, wording: {{fr: {first}}}, comparable: true}}}}"
    assert sum(history in remark for remark in remarks) == 1


@pytest.mark.parametrize(("space", "persons"), [("Code espace", "users"), ("Quartier", "inhabitants")])
def test_a_weight_says_neither_how_persons_were_chosen_nor_that_users_are_inhabitants(
    tmp_path: Path, space: str, persons: str
) -> None:
    head = f"{space};Strate;Pondération;Êtes-vous venu ?;Âge"
    rows = [f"E{i % 6};{'AB'[i % 2]};{0.7 + i % 7 / 10:.4f};{('oui', 'non')[i % 2]};{20 + i}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": [head, *rows]})
    [source] = made.settings["sources"]
    assert plain(source["by"]) == "unstated"
    assert plain(source["persons"]) == persons
    assert source["persons"].remark
    assert plain(source["design"]) == {"weights": "Ponderation", "strata": "Strate"}
    figures = plain(made.settings["figures"])
    assert {p for f in figures for p in f["settings"].get("populations", [])} == {persons}


def test_a_question_that_all_answer_alike_is_in_no_table_and_the_draft_says_so(tmp_path: Path) -> None:
    rows = [f"Papier;{('Oui', 'Non')[i % 2]};{20 + i}" for i in range(40)]
    made = drafted(tmp_path, {"enquete.csv": ["Canal;Venez-vous seul ?;Âge", *rows]})
    assert "  enquete: in no table, for their answers are one or too many: 'Canal' (1 answer)" in made.said
    [profile] = [e["settings"]["variables"] for e in plain(made.settings["plan"]) if e["question"] == "profile"]
    assert profile == ["age_band", "Venez_vous_seul"]


def test_a_ranking_tells_what_stands_first_and_the_place_of_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets = {
        "survey": [["type", "name", "label"], ["rank wishes", "wish", "Classez"],
                   ["select_one sat", "sat", "Satisfait ?"]],
        "choices": [["list_name", "name", "label"], ["wishes", "hours", "Horaires"], ["wishes", "desks", "Postes"],
                    ["wishes", "talks", "Ateliers"], ["sat", "1", "Très satisfait"], ["sat", "2", "Peu satisfait"],
                    ["sat", "3", "Pas du tout satisfait"], ["sat", "99", "Ne sait pas"]],
    }  # fmt: skip
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "form.xlsx")
    orders = ["hours desks talks", "hours talks desks", "desks hours talks", ""]
    lines = ["_uuid;_index;_submission_time;wish;sat"]
    lines += [f"u{i};{i};2024-03-0{1 + i % 9};{orders[i % 4]};{(1, 2, 3, 99)[i % 4]}" for i in range(40)]
    (tmp_path / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    new_evaluation("essai", [tmp_path / "form.xlsx", tmp_path / "export.csv"], tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    clean = next(iter(read_sources(evaluation).clean.values()))
    assert clean["wish_first"].value_counts().to_dict() == {"hours": 20, "desks": 10}
    places = {c: clean[f"wish_place_{c}"].astype("Float64").mean() for c in ("hours", "desks", "talks")}
    assert places == pytest.approx({"hours": 4 / 3, "desks": 2.0, "talks": 8 / 3})
    [instrument] = evaluation.instruments.values()
    sat = instrument.question("sat")
    assert sat is not None
    assert sat.missing == {99: "dont_know"}
    assert 99 not in sat.codes


def test_marks_whose_ends_alone_are_worded_have_a_mean_and_not_eleven_shares() -> None:
    ends = {0: "Extremely unhappy", **{i: str(i) for i in range(1, 10)}, 10: "Extremely happy", 77: "Refusal"}
    draft = draft_of(column("happy", *range(11), 77, label="How happy are you", labels=ends), None)
    assert draft is not None
    assert (draft.content["type"], draft.content["range"], draft.content["missing"]) == (
        "count",
        [0, 10],
        {77: "refused"},
    )
    assert draft.content["label"]["fr"] == "How happy are you (0 : Extremely unhappy ; 10 : Extremely happy)"
    all_worded = {i: f"level {i} of agreement" for i in range(11)}
    worded = draft_of(column("q", *range(11), labels=all_worded), None)
    assert worded is not None
    assert "codes" in worded.content


def test_a_year_of_birth_that_somebody_refused_is_missing_and_not_out_of_range() -> None:
    asked = column("yrbrn", 1950, 1980, 2001, 7777, label="Year of birth", labels={7777: "Refusal"})
    draft = draft_of(asked, None)
    assert draft is not None
    assert (draft.content["role"], draft.content["missing"]) == ("birth_date", {7777: "refused"})


def test_of_several_weights_the_final_one_is_used_and_the_others_are_named(tmp_path: Path) -> None:
    head = "Êtes-vous venu ?;dweight;pspwght;anweight;stratum;psu"
    rows = [f"{('oui', 'non')[i % 2]};{0.71 + i / 100:.4f};{0.81 + i / 90:.4f};{3.1 + i / 70:.4f};{i % 3};{i % 12}"
            for i in range(60)]  # fmt: skip
    [source] = drafted(tmp_path, {"enquete-2024.csv": [head, *rows]}).settings["sources"]
    assert plain(source["design"]) == {"weights": "anweight", "strata": "stratum", "clusters": ["psu"]}
    assert "pspwght, dweight" in source["design"].remark


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("(DO NOT READ) Don't know/Refused", "dont_know"),
        ("(VOL) Refused", "refused"),
        ("[SPONTANÉ] Ne sait pas", "dont_know"),
        ("Vol.: Not sure", "dont_know"),
        ("Sans opinion", "dont_know"),
        ("Ne souhaite pas répondre", "refused"),
        ("No answer/Refused", "no_answer"),
        ("Ne se prononce pas", "dont_know"),
        ("Je ne me prononce pas", "dont_know"),
        ("Ne se prononcent pas", "dont_know"),
        ("Aucun avis", "dont_know"),
        ("Ne me concerne pas", "not_applicable"),
        ("[sans réponse]", "no_answer"),
        ("Aucune", None),
        ("Pas d'accord", None),
        ("(VOL) Never", None),
        ("Sans emploi", None),
    ],
)
def test_why_nothing_is_said_is_told_whatever_an_interviewer_is_told_before_it(label: str, reason: str | None) -> None:
    assert reason_of(label) == reason


def test_a_number_that_its_file_gives_a_reason_for_is_in_no_mean() -> None:
    asked = column(
        "q12", 0, 3, 8, 25, 12, 99, label="About how many years", labels={0: "Under a year", 99: "(DNR) Refused"}
    )
    draft = draft_of(asked, None)
    assert draft is not None
    assert (draft.content["type"], draft.content["missing"]) == ("count", {99: "refused"})


def test_several_answers_in_a_cell_are_parted_as_each_wave_parts_them(tmp_path: Path) -> None:
    uses = (("Imprimer", "Démarches"), ("Démarches",), ("Jeux", "Imprimer"), ("Jeux",))
    files = {}
    for year, mark, more in ((2024, ";", "Photos"), (2025, ", ", "Emploi")):
        cells = [
            f'{i},"{mark.join((*uses[i % 4], more) if i % 3 else uses[i % 4])}",{20 + i * 7 % 50}' for i in range(60)
        ]
        files[f"enquete-{year}.csv"] = ["Identifiant,Qu'êtes-vous venu faire ?,Âge", *cells]
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    new_evaluation("essai", [tmp_path / n for n in files], tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    read = read_sources(evaluation)
    assert read.failures.empty
    clean = next(iter(read.clean.values()))
    name = "Qu_etes_vous_venu_faire"
    told = clean.groupby("wave")[[c for c in clean if c.startswith(f"{name}_") and "__" not in c]].sum()
    counted = {w: {c.removeprefix(f"{name}_"): int(n) for c, n in row.items() if n} for w, row in told.iterrows()}
    shared = {"Demarches": 30, "Imprimer": 30, "Jeux": 30}
    assert counted == {"2024": {**shared, "Photos": 40}, "2025": {**shared, "Emploi": 40}}
    assert clean.loc[clean["wave"] == "2024", f"{name}_Emploi"].isna().all()


def test_a_separator_of_a_wave_without_one_of_the_question_is_refused() -> None:
    items = [{"name": n, "label": {"fr": n}} for n in "ab"]
    with pytest.raises(ValueError, match="needs `separator:` of the question"):
        Question(name="q", type="multiple", wording={"fr": "q"}, items=items, waves={"2024": {"separator": ";"}})  # type: ignore[arg-type]


def test_an_answer_said_twice_in_one_cell_leaves_a_question_of_several_answers_what_it_is() -> None:
    cells = [";".join(pair) for pair in (("Mails", "Emploi"), ("Emploi", "Jeux"), ("Mails", "Jeux"), ("Jeux",))] * 20
    found = draft_of(column("Usages", *cells, "Mails;Mails", times=1), None)
    assert found is not None
    assert found.content["type"] == "multiple"


@pytest.mark.parametrize("joined", [True, False])
def test_the_drafted_answer_tells_what_most_ticked_and_not_what_stands_first(tmp_path: Path, joined: bool) -> None:
    items = ("Emploi", "Jeux", "Mails", "Photos")
    ticked = [[x for x, every in zip(items, (5, 4, 2, 1), strict=True) if i % every == 0] for i in range(60)]
    if joined:
        lines = ["Âge;Qu'avez-vous fait ?", *(f'{20 + i * 7 % 50};"{", ".join(t)}"' for i, t in enumerate(ticked))]
    else:
        head = ";".join(f"Usages : {x}" for x in items)
        rows = (";".join("X" if x in t else "" for x in items) for t in ticked)
        lines = [f"Âge;{head}", *(f"{20 + i * 7 % 50};{row}" for i, row in enumerate(rows))]
    [question] = plain(drafted(tmp_path, {"enquete-2024.csv": lines}).settings["questions"])
    assert [i.rpartition("_")[2] for i in question["indicators"]] == ["Photos", "Mails", "Jeux"]


@pytest.mark.parametrize(("space", "across"), [("Région", "independent"), ("Code espace", "shared")])
def test_units_of_a_sample_of_inhabitants_are_others_in_each_wave(tmp_path: Path, space: str, across: str) -> None:
    head = f"{space};Pondération;psu;Êtes-vous venu ?;Âge"
    rows = [f"E{i % 6};{0.7 + i % 7 / 10:.4f};{1 + i % 9};{('oui', 'non')[i % 2]};{20 + i}" for i in range(60)]
    made = drafted(tmp_path, {f"enquete-{year}.csv": [head, *rows] for year in (2023, 2025)})
    [source] = made.settings["sources"]
    assert plain(source["design"])["clusters"] == ["psu"]
    assert plain(source["design"]).get("clusters_across_waves", "shared") == across
    made = drafted(tmp_path, {"enquete-2025.csv": [head, *rows]})
    assert "clusters_across_waves" not in plain(made.settings["sources"][0]["design"])  # one wave has no change


def test_towns_whose_accents_were_spoiled_in_a_sound_file_are_no_other_towns(tmp_path: Path) -> None:
    towns = ["Guéret", "Évaux-les-Bains", "Ahun", "GuÃ©ret", "Ã‰vaux-les-Bains"]
    rows = [f"{towns[i % 5 if i % 4 == 0 else i % 3]};{('oui', 'non')[i % 2]}" for i in range(80)]
    made = drafted(tmp_path, {"enquete-2025.csv": ["Commune ?;Êtes-vous venu ?", *rows]})
    labels = [t["fr"] for t in questions(made)["Commune ?"]["codes"].values()]
    assert labels == ["Ahun", "Évaux-les-Bains", "Guéret"]
