"""The register: one real space an entry, every decision on record, and old names that lead home."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import Ingested, read_sources
from pipeline.ingest.sites.names import normal

from ..conftest import Make, codes, keyed, question

BRITTANY = {"region": "53", "level": "pays", "vintage": 2023}
REGISTER: list[dict[str, Any]] = [
    question("space_id", "key", role="site", required=True, unique=True),
    question("name", "text", role="site_name"),
    question("aliases", "text", role="aliases"),
    question("commune", "text", role="commune"),
    question("status", "single", role="status", codes=codes("open", "closed")),
    question("closed", "date", role="closed"),
]
ENTRIES = """space_id;name;aliases;commune;status;closed
A1;Cybercommune de Vannes;;56260;open;
A2;Point multimédia d'Auray;vieux|Z9;56007;open;2005-03-01
A3;CYBERCOMMUNE  DE VANNES;;56260;open;
A4;Espace d'Arzon;;56005;closed;2004-01-01
A1;encore Vannes;;56260;open;
A6;Espace ailleurs;double;56260;open;
A7;Espace autre part;double;56007;open;
A8;Espace perdu;;75056;open;
"""
USERS = [question("id", "key", role="respondent"), question("space_id", "key", role="site")]
VISITS = "id;space_id\n1;A1\n2;A3\n3;Vieux\n4;Z9\n5;inconnu\n6;double\n7;A4\n8;A2\n"


def evaluation(make: Make, users: str = VISITS, register: str = ENTRIES, **settings: Any) -> Evaluation:
    spec = {
        "kind": "sites",
        "files": {"all": {"path": "register.csv"}},
        "checks": [{"rule": "unknown_commune", "threshold": 1}],
    }
    source = {"checks": [{"rule": "unknown_site", "threshold": 1}]}
    more = {"register": (spec, REGISTER, register)}
    return make(USERS, users, source=source, more=more, **({"territory": BRITTANY} | settings))


@pytest.fixture
def read(make: Make) -> Ingested:
    return read_sources(evaluation(make))


def decisions(read: Ingested, kind: str) -> list[tuple[str, str]]:
    found = read.decisions[read.decisions["kind"] == kind]
    return sorted(zip(found["before"], found["after"], strict=True))


def test_the_register_keeps_one_entry_a_space(read: Ingested) -> None:
    assert read.clean["register"]["site_id"].tolist() == ["A1", "A2", "A4", "A6", "A7"]
    assert decisions(read, "duplicate") == [("A1", "A1"), ("A3", "A1")]


def test_records_join_by_id_then_alias_and_never_by_guess(read: Ingested) -> None:
    users = read.clean["users"].set_index("id")["site_id"]
    assert users.to_dict() == dict(zip(keyed(*"123478"), ["A1", "A1", "A2", "A2", "A4", "A2"], strict=True))
    failed = read.failures[read.failures["reason"].isin(["unknown_site", "undecided_site"])].sort_values("line")
    assert failed["found"].tolist() == ["inconnu", "double"]
    assert failed["reason"].tolist() == ["unknown_site", "undecided_site"]
    assert failed["line"].tolist() == [6, 7]


def test_an_alias_of_two_spaces_leads_nowhere_and_is_reported(read: Ingested) -> None:
    assert decisions(read, "ambiguous_alias") == [("double", "A6, A7")]


def test_spaces_bring_their_territory(read: Ingested) -> None:
    users = read.clean["users"].set_index("id")
    one, three = keyed("1", "3")
    assert users.loc[one, ["commune", "pays", "department"]].tolist() == ["56260", "20", "56"]
    assert users.loc[three, ["commune", "pays", "department"]].tolist() == ["56007", "01", "56"]


def test_a_commune_of_another_region_is_set_aside(read: Ingested) -> None:
    row = read.failures[read.failures["reason"] == "outside_region"].iloc[0]
    assert (row["line"], row["found"]) == (9, "75056")


def test_records_of_a_space_outside_the_perimeter_are_set_aside_with_it(make: Make) -> None:
    read = read_sources(evaluation(make, VISITS + "9;A8\n"))
    assert keyed("9")[0] not in set(read.clean["users"]["id"])
    failed = read.failures[(read.failures["reason"] == "outside_region") & (read.failures["source"] == "users")]
    assert failed[["line", "found"]].to_numpy().tolist() == [[10, "A8"]]


def test_a_register_that_the_perimeter_leaves_out_in_part_is_told_and_a_national_one_is_not(make: Make) -> None:
    read = read_sources(evaluation(make))
    (note,) = read.decisions[read.decisions["kind"] == "outside_perimeter"]["note"]
    assert "1 of 6 spaces" in note
    assert "75056" in note
    national = "space_id;name;aliases;commune;status;closed\nA1;x;;56260;open;\n"
    national += "".join(f"P{i};y{i};;7505{i};open;\n" for i in (6, 6, 6))
    read = read_sources(evaluation(make, "id;space_id\n1;A1\n", national))
    assert "outside_perimeter" not in set(read.decisions["kind"])


def test_a_closed_space_still_listed_as_open_is_closed_and_reported(read: Ingested) -> None:
    register = read.clean["register"].set_index("site_id")
    assert register.loc["A2", "status"] == "closed"
    assert decisions(read, "closed_still_listed") == [("open", "closed")]


def test_an_old_commune_code_becomes_the_present_one(make: Make) -> None:
    register = "space_id;name;aliases;commune;status;closed\nA1;x;;56138;open;\n"
    read = read_sources(evaluation(make, "id;space_id\n1;A1\n", register))
    assert read.clean["register"]["commune"].tolist() == ["56165"]
    assert decisions(read, "old_commune") == [("56138", "56165")]


def test_the_renamed_entry_that_names_the_other_stays(make: Make) -> None:
    register = "space_id;name;aliases;commune;status;closed\nOLD;x;;56260;closed;\nNEW;y;OLD;56260;open;\n"
    read = read_sources(evaluation(make, "id;space_id\n1;OLD\n2;NEW\n", register))
    assert read.clean["register"]["site_id"].tolist() == ["NEW"]
    assert read.clean["users"]["site_id"].tolist() == ["NEW", "NEW"]


def test_level_area_needs_no_reference_tables(make: Make) -> None:
    read = read_sources(evaluation(make, territory={"region": "FR", "level": "area"}))
    assert "pays" not in read.clean["users"]
    assert read.clean["users"]["site_id"].notna().all()


def test_a_question_named_like_a_derived_column_is_refused(make: Make) -> None:
    spec = {"kind": "sites", "files": {"all": {"path": "register.csv"}}}
    asked = [*USERS, question("pays", "text")]
    made = make(asked, "id;space_id;pays\n1;A1;x\n", more={"register": (spec, REGISTER, ENTRIES)}, territory=BRITTANY)
    with pytest.raises(IngestError, match="named like a column that the register adds"):
        read_sources(made)


def test_names_compare_without_accents_case_and_punctuation() -> None:
    assert normal(" L'Île-aux-Moines ") == normal("l’ile aux moines") == "l ile aux moines"


def test_a_commune_whose_name_is_not_that_of_its_code_is_flagged_and_kept(make: Make) -> None:
    entries = (
        "space_id;name;commune;town\nA1;Un;56260;VANNES\nA2;Deux;56007;Vannes\n"
        "A3;Trois;56138;Monterrein\nA4;Quatre;56138;Ploermel\nA5;Cinq;56246;Sourn (le)\n"
    )
    declared = [question("space_id", "key", role="site"), question("name", "text", role="site_name")]
    declared += [question("commune", "text", role="commune"), question("town", "text", role="commune_name")]
    spec = {"kind": "sites", "files": {"all": {"path": "register.csv"}}}
    made = make(USERS, "id;space_id\n1;A1\n", more={"register": (spec, declared, entries)}, territory=BRITTANY)
    read = read_sources(made)
    flagged = read.failures[read.failures["reason"] == "commune_name_differs"]
    assert flagged["found"].tolist() == ["Vannes"]
    assert len(read.clean["register"]) == 5
