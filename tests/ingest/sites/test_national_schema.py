"""A national register of places: the region's spaces, once each, the rest counted apart."""

from __future__ import annotations

import pytest

from pipeline.ingest import Ingested, read_sources
from pipeline.ingest.sites.national_schema import flags, is_national, questions

from ..conftest import Make, question

HEADER = "id,pivot,nom,commune,code_postal,code_insee,adresse,date_maj,horaires,services,itinerance"
SERVICES = "Insertion professionnelle via le numérique|Parentalité et éducation avec le numérique"
PLACES = f"""{HEADER}
p1,21220020500013,EPN de Broons,Broons,22250,22020,1 place de la Mairie,2023-01-10,Mo-Fr 09:00-12:00,{SERVICES},Fixe
p2,21220020500013,Cybercommune,Broons,22250,22020,"1, Place de la mairie",2023-01-11,,,Fixe
p3,21220020500013,Médiathèque,Broons,22250,22020,4 rue du Stade,2023-01-10,sur rendez-vous,Danse,Fixe
p4,00000000000000,France services,Lyon,69001,69381,2 rue Neuve,2023-01-10,,,
p5,00000000000000,Espace,Quelque part,22000,22999,3 rue Haute,2023-01-10,,,
p6,00000000000000,EPN,Rennes,35000,35238,5 rue Basse,2023-01-10,,,
p7,00000000000000,Autre EPN,Rennes,35000,35238,5 rue Basse,2023-01-10,,,
"""


@pytest.fixture
def read(make: Make) -> Ingested:
    columns = HEADER.split(",")
    assert is_national(columns)
    asked = questions(columns)
    checks = [
        *flags(asked),
        {"rule": "unknown_commune", "threshold": 1.0},
        {"rule": "duplicate_site", "threshold": 1.0},
    ]
    register = {"kind": "sites", "files": {"all": {"path": "lieux.csv"}}, "checks": checks}
    survey = [question("key", "key", role="respondent")]
    return read_sources(
        make(
            survey,
            "key\n1\n",
            more={"register": (register, asked, PLACES)},
            territory={"region": "53", "level": "pays", "vintage": 2023},
        )
    )


def test_places_of_other_regions_are_kept_apart_and_counted(read: Ingested) -> None:
    account = read.account[(read.account["source"] == "register") & (read.account["kind"] == "reason")]
    reasons = account.set_index("reason")["n"].to_dict()
    assert reasons == {"outside_region": 1, "unknown_commune": 1, "duplicate_site": 1}
    assert read.clean["register"]["site_id"].tolist() == ["p1", "p3", "p6", "p7"]


def test_one_structure_at_one_address_is_one_space_and_at_two_are_two(read: Ingested) -> None:
    made = read.decisions[read.decisions["kind"] == "duplicate"]
    assert made[["before", "after"]].to_numpy().tolist() == [["p2", "p1"]]
    # p6 and p7 share an address but no structure: nothing says that they are one.


def test_words_outside_a_vocabulary_and_unreadable_hours_are_flagged(read: Ingested) -> None:
    found = read.failures[read.failures["severity"] == "flag"].sort_values("reason")
    assert found[["line", "reason", "found"]].to_numpy().tolist() == [
        [4, "unknown_code", "Danse"],
        [4, "unreadable_hours", "sur rendez-vous"],
    ]
    assert read.clean["register"]["services_insertion"].astype("boolean").fillna(False).tolist() == [True, *[False] * 3]
