"""The committed tables hold the facts that are published elsewhere about region 53."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import boundaries, load_communes, load_units

ROOT = Path(__file__).resolve().parents[2]
REGION = "53"

COMPOSITION_2023 = {
    "01": "200043123 245600465",
    "02": "200066868 200067247 242900074 242900314 242900553 242900793 242900801",
    "03": "200038990 243500550 243500618",
    "04": "200067460",
    "05": "200066777 200066785",
    "06": "200067197 242200715 242900561 242900744 245614417",
    "07": "200068120 242900629 242900645 242900660 242900702 242900710 242900769",
    "08": "200068989",
    "09": "200070688 200072452",
    "10": "200067981 200069086",
    "11": "200042174 242900694 245600440",
    "12": "200067072 242900751 242900835",
    "13": "200096675 200096683 245614433",
    "14": "243500741",
    "15": "243500139 243500659 243500667 243500774",
    "16": "200069391 200069409",
    "17": "200070670 243500725 243500733 243500782",
    "18": "200065928",
    "19": "200043990 200070662",
    "20": "200027027 200067932 245614383",
    "21": "200039022 243500634",
}
NAMES_2023 = {
    "01": ("Pays d'Auray", "du pays d'Auray"),
    "02": ("Pays de Brest", "du pays de Brest"),
    "03": ("Pays de Brocéliande", "du pays de Brocéliande"),
    "04": ("Pays du Centre Bretagne", "du pays du Centre Bretagne"),
    "05": ("Pays de Ploërmel - Cœur de Bretagne", "du pays de Ploërmel - Cœur de Bretagne"),
    "06": ("Pays du Centre-Ouest Bretagne", "du pays du Centre-Ouest Bretagne"),
    "07": ("Pays de Cornouaille", "du pays de Cornouaille"),
    "08": ("Pays de Dinan", "du pays de Dinan"),
    "09": ("Pays de Fougères", "du pays de Fougères"),
    "10": ("Pays de Guingamp", "du pays de Guingamp"),
    "11": ("Pays de Lorient", "du pays de Lorient"),
    "12": ("Pays de Morlaix", "du pays de Morlaix"),
    "13": ("Pays de Pontivy", "du pays de Pontivy"),
    "14": ("Pays de Redon et Vilaine", "du pays de Redon et Vilaine"),
    "15": ("Pays de Rennes", "du pays de Rennes"),
    "16": ("Pays de Saint-Brieuc", "du pays de Saint-Brieuc"),
    "17": ("Pays de Saint-Malo", "du pays de Saint-Malo"),
    "18": ("Pays du Trégor-Goëlo", "du pays du Trégor-Goëlo"),
    "19": ("Pays des Vallons de Vilaine", "du pays des Vallons de Vilaine"),
    "20": ("Pays de Vannes", "du pays de Vannes"),
    "21": ("Pays de Vitré - Porte de Bretagne", "du pays de Vitré - Porte de Bretagne"),
}
IN_NO_PAYS = {"29155", "56030", "56058", "56155"}


@pytest.fixture(scope="module")
def communes() -> pd.DataFrame:
    return load_communes(ROOT, REGION, 2023)


def _composition(communes: pd.DataFrame) -> dict[str, set[str]]:
    exceptions = {"22016", "22209", "29083"}
    regular = communes[communes["pays"].notna() & ~communes["code"].isin(exceptions)]
    return {str(pays): set(epci) for pays, epci in regular.groupby("pays")["epci"]}


def test_counts_and_population_are_the_official_ones(communes: pd.DataFrame) -> None:
    assert len(communes) == communes["code"].nunique() == 1202
    assert communes["epci"].nunique() == 61
    assert communes["population"].sum() == 3_449_370
    assert communes.groupby("department").size().to_dict() == {"22": 344, "29": 277, "35": 332, "56": 249}


def test_every_pays_is_made_of_its_epci_in_2023(communes: pd.DataFrame) -> None:
    assert _composition(communes) == {pays: set(epci.split()) for pays, epci in COMPOSITION_2023.items()}


@pytest.mark.parametrize("year", [2018, "2020", 2021])
def test_quimperle_alone_changes_pays_between_the_vintages(communes: pd.DataFrame, year: int | str) -> None:
    before = load_communes(ROOT, REGION, year)
    moved = before["pays"].fillna("") != communes["pays"].fillna("")
    assert set(communes.loc[moved, "epci"]) == {"242900694"}
    assert set(before.loc[moved, "pays"]) == {"07"}
    assert set(communes.loc[moved, "pays"]) == {"11"}


def test_communes_outside_pays_and_epci_are_the_known_ones(communes: pd.DataFrame) -> None:
    by_code = communes.set_index("code")
    assert set(communes.loc[communes["pays"].isna(), "code"]) == IN_NO_PAYS
    assert set(communes.loc[communes["epci"].isna(), "code"]) == {"22016", "29083", "29155"}
    assert by_code.loc[["22016", "29083", "22209"], "pays"].tolist() == ["10", "07", "17"]
    assert by_code.loc["22209", "epci"] == "200068989"
    assert (communes["epci"] == "243500741").sum() == 23


@pytest.mark.parametrize(
    ("level", "vintage", "units", "outside"),
    [
        ("pays", 2023, 21, IN_NO_PAYS),
        ("pays", 2018, 21, IN_NO_PAYS),
        ("epci", None, 61, {"22016", "29083", "29155"}),
        ("department", None, 4, set()),
        ("commune", None, 1202, set()),
        ("region", None, 1, set()),
    ],
)
def test_units_of_a_level_and_those_outside_make_up_the_region(
    communes: pd.DataFrame, level: str, vintage: int | None, units: int, outside: set[str]
) -> None:
    table = load_units(ROOT, REGION, level, vintage)
    rest = communes[communes["code"].isin(outside)]
    assert len(table) == units
    assert table["population"].sum() + rest["population"].sum() == 3_449_370
    assert table["communes"].sum() + len(rest) == 1202
    assert not table.isna().any(axis=None)


def test_pays_names_elide_and_contract_in_every_form() -> None:
    pays = load_units(ROOT, REGION, "pays", 2023).set_index("code")
    assert {code: (row["name"], row["name_de"]) for code, row in pays.iterrows()} == NAMES_2023
    assert (pays["name_de"] == "du pays " + pays["label_de"]).all()
    assert (pays["name_a"] == "au pays " + pays["label_de"]).all()
    assert (pays["name_dans"] == "dans le pays " + pays["label_de"]).all()
    assert pays.loc["08", "name_region"] == "Dinan Agglomération"


@pytest.mark.parametrize(
    ("level", "code", "forms"),
    [
        ("department", "22", ("des Côtes-d'Armor", "aux Côtes-d'Armor", "dans les Côtes-d'Armor")),
        ("department", "29", ("du Finistère", "au Finistère", "dans le Finistère")),
        ("department", "35", ("d'Ille-et-Vilaine", "à l'Ille-et-Vilaine", "en Ille-et-Vilaine")),
        ("department", "56", ("du Morbihan", "au Morbihan", "dans le Morbihan")),
        ("region", "53", ("de Bretagne", "à la Bretagne", "en Bretagne")),
        ("commune", "22035", ("des Champs-Géraux", "aux Champs-Géraux", "aux Champs-Géraux")),
        ("commune", "29053", ("du Faou", "au Faou", "au Faou")),
        ("commune", "56007", ("d'Auray", "à Auray", "à Auray")),
        ("epci", "242900314", ("de Brest Métropole", "à Brest Métropole", "dans Brest Métropole")),
    ],
)
def test_names_of_other_levels_elide_and_contract(level: str, code: str, forms: tuple[str, ...]) -> None:
    row = load_units(ROOT, REGION, level).set_index("code").loc[code]
    assert (row["name_de"], row["name_a"], row["name_dans"]) == forms


def test_coast_is_the_sea_and_not_the_inland_border(communes: pd.DataFrame) -> None:
    by_code = communes.set_index("code")["coastal"]
    at_sea = ["29155", "35288", "56152", "29019", "22113"]  # Ouessant, Saint-Malo, Le Palais, Brest, Lannion
    inland = [
        "35238",
        "35115",
        "35360",
        "22136",
        "56178",
        "29024",
    ]  # Rennes, Fougères, Vitré, Loudéac, Pontivy, Carhaix
    assert by_code[at_sea].all()
    assert not by_code[inland].any()


def test_centroids_lie_in_the_region(communes: pd.DataFrame) -> None:
    assert communes["lon"].between(-5.15, -1.0).all()
    assert communes["lat"].between(47.27, 48.9).all()


def test_unknown_region_says_what_is_held_and_how_to_build() -> None:
    with pytest.raises(TerritoryError, match=r"(?s)'99'.*28, 32.*build\.py --region CODE.*area"):
        load_communes(ROOT, "99")


@pytest.mark.parametrize("vintage", [2015, 2022, "today"])
def test_vintage_not_held_is_refused_with_those_held(vintage: int | str) -> None:
    with pytest.raises(TerritoryError, match=r"2018 to 2021, 2023"):
        load_communes(ROOT, REGION, vintage)


def test_pays_without_vintage_are_refused() -> None:
    with pytest.raises(TerritoryError, match="vintage is needed"):
        load_units(ROOT, REGION, "pays")


def test_level_not_held_is_refused_with_those_held() -> None:
    with pytest.raises(TerritoryError, match=r"(?s)canton.*epci, department, commune.*territory\.units"):
        load_units(ROOT, REGION, "canton")


def test_region_without_pays_still_has_its_other_levels(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "reference" / "99"
    shutil.copytree(ROOT / "data" / "reference" / REGION, folder, ignore=shutil.ignore_patterns("pays*", "vintages*"))
    assert len(load_units(tmp_path, "99", "department")) == 4
    with pytest.raises(TerritoryError, match=r"no table vintages\.csv"):
        load_units(tmp_path, "99", "pays", 2023)


def test_boundaries_are_known_by_their_years() -> None:
    assert boundaries(ROOT, REGION, 2023) == "2023"
    assert boundaries(ROOT, REGION, 2019) == "2018-2021"
