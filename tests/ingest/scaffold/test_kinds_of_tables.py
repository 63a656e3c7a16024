"""A table is a survey where somebody was asked; others are told for what they are, or left out and said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ingest.privacy.gate import Unusable

from .drafting import TODAY, drafted, kinds, plain, questions

ASKED = ["Êtes-vous content ?;Âge", *(f"{('oui', 'non')[i % 2]};{20 + i % 50}" for i in range(40))]
COSTS = ["Exercice;Nature de la dépense;Montant (€);Financeur"] + [
    f"{2004 + i % 3};{('Salaires', 'Loyer')[i % 2]};{1000 * (1 + i)};{('Ville', 'Région')[i % 3 == 0]}"
    for i in range(9)
]
CYCLES = ["Espace;Thème;Début;Places;Inscrits;Heures-stagiaires"] + [
    f"E{i % 4};{('Web', 'Photo')[i % 2]};{1 + i % 28:02d}/0{1 + i % 9}/2006;8;{4 + i % 5};{20 + i}" for i in range(30)
]
LISTS = ["Espace;N° stagiaire;Première séance;Dernière séance;Terminé"] + [
    f"E{i % 4};S{i % 19};0{1 + i % 9}/02/2006;1{i % 9}/03/2006;{('oui', 'non')[i % 2]}" for i in range(40)
]
STAFF = ["Animateur;Contrat;Heures par semaine"] + [f"AN{i};{('CDI', 'CDD')[i % 2]};{10 + 3 * i}" for i in range(9)]
RECEIPTS = ["Mois;Espace;Entrées payantes (0,50 euro);Recette"] + [
    f"{m:02d}/2006;E{k};{m * 10 + k};{m * 5 + k},50" for m in range(1, 13) for k in range(4)
]
TIES = ["annee;cite_par;cite;nature"] + [
    f"2006;P{i % 20:02d};P{(i * 7 + 3) % 20:02d};{('prêt', 'aide')[i % 2]}" for i in range(80)
]
ACTORS = ["personne;type;a répondu"] + [f"P{i:02d};{('mairie', 'école')[i % 2]};{('oui', 'non')[i % 4 == 0]}"
                                        for i in range(20)]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "kind", "question"),
    [
        (COSTS, "costs", "money"),
        (CYCLES, "workshops", "workshops"),
        (LISTS, "enrolments", None),
        (STAFF, "records", "records"),
        (RECEIPTS, "records", "records"),
    ],
)
def test_a_table_nobody_was_asked_for_is_told_for_what_it_is(
    tmp_path: Path, lines: list[str], kind: str, question: str | None
) -> None:
    made = drafted(tmp_path, {"enquete-2006.csv": ASKED, "recu.csv": lines})
    assert list(kinds(made).values()).count("survey") == 1
    assert kind in kinds(made).values()
    assert question is None or question in [p["question"] for p in made.settings["plan"]]
    assert [w["name"] for w in made.settings["waves"]] == ["2006"]


def test_accounts_are_paid_by_the_largest_financer_over_their_years(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"budget.csv": COSTS})
    [money] = [plain(p["settings"]) for p in made.settings["plan"] if p["question"] == "money"]
    assert money == {"source": "costs", "period": [2004, 2006], "payer": "Ville", "holders": "Ville"}
    assert {q["role"] for q in questions(made).values()} == {"year", "cost_nature", "amount", "financer"}


def test_amounts_by_payer_without_their_nature_are_funding_and_no_records(tmp_path: Path) -> None:
    lines = ["annee;financeur;montant", "2003;Ville;30 000 €", "2004;Région;40 000 €", "2004;Ville;30 000 €"]
    made = drafted(tmp_path, {"financements.csv": lines})
    assert kinds(made) == {"costs": "costs"}
    money = next(plain(e["settings"]) for e in made.settings["plan"] if e["question"] == "money")
    assert (money["amounts"], money["payer"], money["period"]) == ("funding", "Ville", [2003, 2004])
    assert "holders" not in money


def test_cycles_without_their_enrolments_are_records_and_what_they_lack_is_said(tmp_path: Path) -> None:
    lines = [";".join(line.split(";")[:4]) for line in CYCLES]
    made = drafted(tmp_path, {"cycles.csv": lines})
    assert list(kinds(made).values()) == ["records"]
    assert "workshops if it had columns of enrolled, training_hours" in made.said[0]


def test_money_of_a_month_and_a_space_is_a_sum_and_no_answer(tmp_path: Path) -> None:
    asked = questions(drafted(tmp_path, {"recettes.csv": RECEIPTS}))
    assert (asked["Recette"]["role"], asked["Recette"]["unit"]) == ("amount", "euros")
    assert asked["Entrées payantes (0,50 euro)"]["role"] == "quantity"
    assert asked["Espace"]["role"] == "site"


def test_ties_go_with_the_list_of_their_actors(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"liens.csv": TIES, "membres.csv": ACTORS})
    assert set(kinds(made).values()) == {"network"}
    [ties] = [s["ties"] for s in made.settings["sources"] if "ties" in s]
    assert ties == {"actors": "actors", "sender": "sender", "receiver": "receiver", "kind": "kind"}
    assert questions(made)["cite_par"]["name"] == "sender"
    assert "networks" in [p["question"] for p in made.settings["plan"]]
    assert ["networks.partners"] in [q["indicators"] for q in made.settings["questions"]]


def test_ties_without_their_actors_are_left_out_and_said(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"enquete-2006.csv": ASKED, "liens.csv": TIES})
    assert list(kinds(made).values()) == ["survey"]
    [said] = [line for line in made.said if line.startswith("liens.csv")]
    assert "LEFT OUT" in said
    assert "list of its actors" in said
    assert [p.name for p in made.left] == ["liens.csv"]
    assert made.decisions[-1].startswith("liens.csv")


def test_the_same_countries_in_two_questions_are_no_ties(tmp_path: Path) -> None:
    rows = [f"Pays {i % 12};Pays {(i * 5) % 12};{20 + i % 40}" for i in range(60)]
    made = drafted(tmp_path, {"enquete.csv": ["Pays de naissance du père;Pays de naissance de la mère;Âge", *rows]})
    assert list(kinds(made).values()) == ["survey"]


def test_communes_and_their_units_are_the_territory(tmp_path: Path) -> None:
    units = {"14366": "Auge Centre", "14431": "Auge Ouest", "14654": "Auge Ouest", "14648": "Auge Centre"}
    lines = ["Code INSEE;Pôle", *(f"{c};{u}" for c, u in units.items())]
    made = drafted(tmp_path, {"enquete-2006.csv": ASKED, "poles.csv": lines})
    territory = plain(made.settings["territory"])
    assert (territory["level"], territory["units"]) == ("own", "units.csv")
    assert territory["perimeter"] == {"communes": sorted(units)}
    assert made.tables["units.csv"].splitlines()[:2] == ["commune,unit,name", "14366,Auge_Centre,Auge Centre"]
    assert list(kinds(made).values()) == ["survey"]


def test_a_table_that_says_nothing_of_its_rows_stops_with_the_kinds_it_might_be(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="nothing in the files says what their rows are") as caught:
        drafted(tmp_path, {"liste.csv": ["couleur;forme", *(f"c{i % 3};f{i % 4}" for i in range(30))]})
    assert "workshops" in str(caught.value)


def test_the_year_is_that_of_the_data_and_never_todays_unmarked(tmp_path: Path) -> None:
    counts = ["id_espace;mois;visites", *(f"E{i};2006-{m:02d};{i * m}" for i in range(5) for m in (1, 2, 3))]
    register = ["id_espace;nom;code_insee;postes;date ouverture"]
    register += [f"E{i};Espace {i};14366;{i + 3};01/09/200{i}" for i in range(5)]
    made = drafted(tmp_path, {"releves.csv": counts, "espaces.csv": register, "animateurs.csv": STAFF})
    assert made.settings["edition"] == 2006
    [spaces] = [plain(p["settings"]) for p in made.settings["plan"] if p["question"] == "spaces"]
    assert [d.isoformat() for d in spaces["dates"]] == ["2006-12-31"]
    assert [list(s["files"]) for s in made.settings["sources"] if s["kind"] == "records"] == [["2006"]]
    undated = drafted(tmp_path, {"enquete.csv": ASKED})
    assert "aucune" in undated.settings["edition"].remark


@pytest.mark.parametrize(("last", "day"), [(3, dt.date(2026, 3, 31)), (11, TODAY)])
def test_the_census_of_a_year_that_is_not_over_is_of_the_last_day_of_its_files(
    tmp_path: Path, last: int, day: dt.date
) -> None:
    this = TODAY.year
    counts = ["id_espace;mois;visites", *(f"E{i};{this}-{m:02d};{i * m}" for i in range(5) for m in (1, 2, last))]
    register = ["id_espace;nom;code_insee;date ouverture", *(f"E{i};Espace {i};14366;01/09/200{i}" for i in range(5))]
    made = drafted(tmp_path, {"releves.csv": counts, "espaces.csv": register})
    [spaces] = [plain(p["settings"]) for p in made.settings["plan"] if p["question"] == "spaces"]
    assert spaces["dates"] == [day]


@pytest.mark.parametrize("beside", [True, False])
def test_numbered_records_that_nothing_tells_are_answers_only_where_they_are_alone(
    tmp_path: Path, beside: bool
) -> None:
    files = {"liste.csv": ["id;couleur;forme", *(f"{i};c{i % 3};f{i % 4}" for i in range(30))]}
    made = drafted(tmp_path, files | ({"enquete-2006.csv": ASKED} if beside else {}))
    assert [p.name for p in made.left] == (["liste.csv"] if beside else [])
    assert list(kinds(made).values()) == ["survey"]


def test_codes_of_answers_without_a_text_ask_for_the_structure_of_the_survey(tmp_path: Path) -> None:
    head = "id,submitdate,lastpage,startlanguage,sat[SQ001]"
    made = drafted(
        tmp_path, {"reponses.csv": [head, *(f"{i},2025-03-0{1 + i % 9},2,fr,A{1 + i % 3}" for i in range(40))]}
    )
    assert any(".lss" in line for line in made.said)


@pytest.mark.parametrize(
    ("header", "each", "named"),
    [
        ("N° carte", lambda i: f"C{i % 40}", "person"),
        ("member_id", lambda i: f"a{i % 40}f", "person"),
        ("Numéro de carte d'adhérent", lambda i: str(1000 + i % 40), "person"),
        ("Code usager", lambda i: f"U{i}", None),  # another at each visit: no number of a person
        ("Réf. passage", lambda i: f"P{i % 40}", None),
    ],
)
def test_numbers_that_come_again_at_the_door_are_those_of_persons(
    tmp_path: Path, header: str, each: Callable[[int], str], named: str | None
) -> None:
    rows = [f"espace;date;activite;{header}"]
    rows += [f"E{i % 4};2025-0{1 + i % 9}-1{i % 9};Aide;{each(i)}" for i in range(200)]
    spaces = ["espace;nom;code_insee;postes", *(f"E{i};Espace {i};14366;{i + 3}" for i in range(4))]
    made = drafted(tmp_path, {"emargement.csv": rows, "espaces.csv": spaces})
    [signins] = [plain(s["signins"]) for s in made.settings["sources"] if s["kind"] == "attendance"]
    assert (signins.get("person"), signins.get("active_file")) == ((named, "year") if named else (None, None))
    asked = {c: q.get("role") for c, q in questions(made).items()}
    assert asked.get(header) == ("identifier" if named else None)
