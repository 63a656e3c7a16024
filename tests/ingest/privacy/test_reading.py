"""What identifies a person is replaced while reading, and nobody's undeclared personal column gets in."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest import Ingested, read_sources
from pipeline.ingest.privacy.patterns import MASK, masked, nir_key

from ..conftest import Make, codes, keyed, question

PRIVACY = {"purpose": {"fr": "x"}, "retention": {"fr": "x"}, "contact": {"fr": "x"}}


def read(make: Make, questions: list[dict[str, Any]], content: str, **more: Any) -> Ingested:
    return read_sources(make([question("q", "single", codes=codes(1, 2)), *questions], content, **more))


def test_of_a_date_of_birth_only_the_year_and_the_age_at_the_wave_are_kept(make: Make) -> None:
    born = question("born", "date", role="birth_date")
    got = read(make, [born], "q,born\n1,13/11/1980\n1,14/11/1980\n2,1957\n2,\n")
    clean = got.clean["users"]
    assert clean["born"].tolist()[:3] == [1980, 1980, 1957]
    # The field starts on 13 November 2006: one turns 26 that day, the other the day after.
    assert clean["age"].tolist()[:2] == [26, 25]
    assert clean["age"].isna().tolist() == [False, False, True, True]
    assert str(clean["age_band"][0]) == "25-44"
    assert "13/11" not in clean.astype("str").to_csv()


def test_what_is_no_date_of_birth_is_not_told(make: Make) -> None:
    rows = "".join(f"1,0{i}/02/1960\n" for i in range(1, 8)) * 4
    got = read(make, [question("born", "date", role="birth_date")], f"q,born\n{rows}1,le 3 mai 61\n")
    assert got.failures["found"].tolist() == ["(not shown)"]
    assert "3 mai" not in "".join(t.astype("str").to_csv() for t in (got.failures, got.quarantine["users"]))


@pytest.mark.parametrize(
    ("asked", "values", "words"),
    [
        (question("x", "text"), ["a@b.fr", "c@d.fr"], "e-mail addresses"),
        (question("x", "text", column="telephone"), ["06 12 34 56 78"], "telephone"),
        (question("x", "text", column="prenom"), ["Annaïg", "Yann"], "first names"),
        (question("x", "date", column="date_naissance"), ["03/02/1951"], "role: birth_date"),
        (question("x", "number", column="latitude"), ["48.117", "47.6582"], "commune at finest"),
        (question("x", "text"), [f"Il faut ouvrir la salle {i}." for i in range(20)], "role: open_text"),
    ],
)
def test_a_column_that_looks_personal_must_be_declared_so(
    make: Make, asked: dict[str, Any], values: list[str], words: str
) -> None:
    column = asked.get("column", "x")
    rows = "".join(f"1;{v}\n" for v in values)
    with pytest.raises(IngestError) as fault:
        read(make, [asked], f"q;{column}\n{rows}", file={"separator": ";"})
    said = str(fault.value)
    assert words in said
    assert f"column '{column}'" in said
    assert "not_personal: [users.x]" in said
    assert not any(v in said for v in values)


def test_a_false_alarm_can_be_cleared_by_name(make: Make) -> None:
    privacy = {**PRIVACY, "not_personal": ["users.x"]}
    got = read(make, [question("x", "text")], "q,x\n1,198.51.100.7\n2,198.51.100.9\n", privacy=privacy)
    assert len(got.clean["users"]) == 2


def test_unused_columns_are_never_kept(make: Make) -> None:
    got = read(make, [], "q,courriel\n1,a@b.fr\n2,c@d.fr\n")
    assert "a@b.fr" not in got.clean["users"].astype("str").to_csv()


def test_what_is_pasted_into_another_answer_is_masked_everywhere(make: Make) -> None:
    rows = "".join(f"1,autre motif {i}\n" for i in range(9))
    got = read(
        make,
        [question("other", "text")],
        f'q,other\n{rows}2,écrire à a@b.fr\n7,"12 rue de la Gare, Auray"\n',
        source={"checks": [{"rule": "unknown_code", "threshold": 1.0}]},
    )
    assert got.clean["users"]["other"].iloc[-1] == f"écrire à {MASK}"
    assert got.quarantine["users"]["other"].tolist() == [MASK]


def test_an_iris_code_becomes_its_commune(make: Make) -> None:
    got = read(make, [question("commune", "text", role="commune")], "q,commune\n1,352380101\n2,35238\n")
    assert got.clean["users"]["commune"].tolist() == ["35238", "35238"]
    assert "generalised" in got.decisions["kind"].tolist()


def test_answers_that_the_instrument_words_and_numbers_of_records_are_no_addresses_or_telephones(make: Make) -> None:
    often = {1: {"fr": "1 cours de cuisine"}, 2: {"fr": "2 place de parking"}}
    lists = [{"name": "a", "label": {"fr": "1 cours de cuisine"}}, {"name": "b", "label": {"fr": "Rien"}}]
    asked = [
        question("often", "single", codes=often),
        question("lists", "multiple", separator=";", items=lists),
        question("stamp", "count"),
        question("number", "text"),
    ]
    # A number in four has the form of a telephone; the last stamp is a social security number by chance.
    by_chance = "1510235238012"
    stamps = [*(f"7{i:02d}352380123456" for i in range(29)), f"{by_chance}{nir_key(by_chance):02d}"]
    rows = [
        f"{i % 2 + 1},{'12'[i % 2]} {'cours de cuisine' if i % 2 == 0 else 'place de parking'},1 cours de cuisine;Rien,"
        f"{stamp},{'06' if i % 4 == 0 else '90'}12345{i:03d}"
        for i, stamp in enumerate(stamps)
    ]
    assert masked(stamps[-1]) == MASK
    got = read(make, asked, "q,often,lists,stamp,number\n" + "\n".join(rows) + "\n")
    users = got.clean["users"]
    assert users["often"].tolist() == [1, 2] * 15
    assert users[["lists_a", "lists_b"]].all(axis=None)
    assert users["stamp"].astype(str).tolist() == stamps
    assert not users["number"].str.contains("mas").any()


KEYED = "id;q\ndupont-marie-35;1\n17;2\n17;1\nle-goff-yann;9\nQ4;1\n"


@pytest.mark.parametrize(
    "asked",
    [
        question("id", "key", role="respondent"),
        question("id", "number", role="respondent", range=[1, 50]),
        question("id", "key", unique=True),
        question("id", "text", unique=True),
    ],
    ids=["respondent", "numbers", "key", "unique text"],
)
def test_a_key_is_a_pseudonym_wherever_it_is_kept_or_told_and_its_line_stays(make: Make, asked: dict[str, Any]) -> None:
    got = read(make, [asked], KEYED, file={"separator": ";"})
    assert got.clean["users"]["id"].tolist() == keyed("dupont-marie-35", "17", "Q4")
    assert got.failures[["line", "reason"]].to_numpy().tolist() == [[5, "unknown_code"], [4, "repeated_key"]]
    everything = "".join(t.astype("str").to_csv() for t in (*got.clean.values(), *got.quarantine.values()))
    everything += "".join(t.astype("str").to_csv() for t in (got.failures, got.decisions, got.rules))
    assert not [k for k in ("dupont", "le-goff", '"17"', ",17,", "Q4") if k in everything]


def test_one_key_has_one_pseudonym_in_all_files_of_all_sources(make: Make) -> None:
    cards = ({"kind": "enrolments", "files": {"all": {"path": "cards.xlsx"}}}, [question("card", "key")], None)
    evaluation = make([question("id", "key", role="respondent")], "id\nA-17\n23\n", more={"cards": cards})
    pd.DataFrame({"card": ["a-17 ", "x", 23.0]}).to_excel(evaluation.data / "cards.xlsx", index=False)
    clean = read_sources(evaluation).clean
    assert clean["cards"]["card"].tolist()[::2] == clean["users"]["id"].tolist() == keyed("A-17", "23")


def test_keys_of_places_and_codes_that_the_instrument_words_stay(make: Make) -> None:
    asked = [
        question("space", "key", role="site"),
        question("kind", "key", codes={"A": {"fr": "a"}, "B": {"fr": "b"}}),
        question("id", "key", role="respondent", missing={"999": "no_answer"}),
    ]
    clean = read(make, asked, "q,space,kind,id\n1,E35001,A,r1\n2,E35002,B,999\n").clean["users"]
    assert clean["space"].tolist() == ["E35001", "E35002"]
    assert clean["kind"].tolist() == ["A", "B"]
    assert clean["id"].isna().tolist() == [False, True]


def test_a_key_that_looks_like_an_address_is_a_pseudonym_like_any_key(make: Make) -> None:
    got = read(make, [question("x", "key", role="respondent")], "q,x\n1,a@b.fr\n2,c@d.fr\n")
    assert "@" not in got.clean["users"].to_csv()
    assert got.clean["users"]["x"].nunique() == 2


@pytest.mark.parametrize(
    ("header", "values", "hidden"),
    [
        ("conseiller_referent", ["mairie du bourg, 2e", "Zqerbrat", "12", "13"], ["Zqerbrat"]),
        ("telephone", ["612345678", "oui", "non", "à voir", "peu"], ["612345678"]),
        ("adresse", ["Le Bourg", "1", "2", "3", "4"], ["Le Bourg"]),
        ("raison", ["marie-dupont", "paul_martin", "jean-paul", "bas-cout"], ["marie-dupont", "paul_martin"]),
    ],
)
def test_one_value_is_masked_where_the_header_asks_it_of_a_person(
    make: Make, header: str, values: list[str], hidden: list[str]
) -> None:
    rows = "".join(f"1;{v}\n" for v in values)
    got = read(make, [question("x", "text", column=header)], f"q;{header}\n{rows}", file={"separator": ";"})
    kept = got.clean["users"]["x"].tolist()
    assert kept == [MASK if v in hidden else v for v in values]
