"""Columns that look personal are found by header or by values; columns of surveys about anything else are not."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.privacy.detect import detect
from pipeline.ingest.privacy.headers import is_record
from pipeline.ingest.privacy.patterns import MASK, masked, nir_key
from pipeline.instrument import load_instrument

ROOT = Path(__file__).parents[3]
BORN = [f"{d:02d}/{m:02d}/{y}" for d, m, y in [(3, 2, 1951), (14, 7, 1962), (30, 11, 1980), (9, 1, 1999)]]
NIRS = [f"{n}{nir_key(n):02d}" for n in ("1510235238012", "2620756121034", "280112A004123")]


@pytest.mark.parametrize(
    ("name", "label", "values", "kind"),
    [
        ("Q15", None, ["a.le-goff@exemple.invalid", "yann@exemple.invalid"], "email"),
        ("courriel", None, None, "email"),
        ("contact", None, ["06 12 34 56 78", "02.96.11.22.33", "+33 6 98 76 54 32"], "phone"),
        ("TEL", None, [612345678.0, 296112233.0], "phone"),
        ("q7", None, ["12 rue de Brest, 29000 Quimper", "3 bis allée des Pins"], "postal_address"),
        ("Adresse", None, ["Kergoat 12", "Le Bourg 3"], "postal_address"),
        ("date_naissance", None, BORN, "birth_date"),
        ("Q3", "Quelle est votre date de naissance ?", BORN, "birth_date"),
        ("d", None, pd.to_datetime([f"{1940 + i}-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(60)]), "birth_date"),
        ("num", None, NIRS, "nir"),
        ("ipaddr", None, ["192.0.2.14", "198.51.100.7"], "ip"),
        ("x", None, ["192.0.2.14", "2001:db8::1"], "ip"),
        ("pos", None, ["48.1173, -1.6778", "47.6582,-2.7608"], "gps"),
        ("latitude", None, [48.117266, 47.658236], "gps"),
        ("CODE_IRIS", None, ["352380101", "561210203"], "iris"),
        ("Prénom", None, ["Annaïg", "Yann", "Marie-Hélène"], "first_name"),
        ("nom", None, ["LE GOFF", "Tanguy", "Kervella"], "last_name"),
        ("group/q[nom]", None, ["LE GOFF", "Tanguy"], "last_name"),
        ("NomDeFamille", None, ["LE GOFF", "Tanguy"], "last_name"),
        ("Q2", "Merci d'indiquer votre nom", ["Le Goff", "Tanguy"], "last_name"),
        ("Q14", None, [f"Il faudrait ouvrir le samedi, salle {i} comprise." for i in range(20)], "free_text"),
        ("Remarques", None, ["Très bien", "Il faut ouvrir le samedi", "RAS"], "free_text"),
    ],
)
def test_personal_columns_are_found(name: str, label: str | None, values: object, kind: str) -> None:
    found = detect(name, label, values)  # type: ignore[arg-type]
    assert found is not None
    assert found.kind == kind
    assert found.role == {"birth_date": "birth_date", "free_text": "open_text", "iris": "commune"}.get(
        kind, "identifier"
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("email", ["Y", "N"]),
        ("nom_commune", ["Rennes", "Brest", "Auray"]),
        ("nom de l'espace", ["Cybercommune de Pleyben", "Espace de Carhaix"]),
        ("telephone", ["oui", "non"]),
        ("portable", [0, 1]),
        ("age", list(range(15, 99))),
        ("mois", ["2003-11", "2006-11"]),
        ("day", [f"2006-11-{d:02d}" for d in range(13, 30)]),
        ("date_ouverture", [f"{1998 + i % 9}-0{1 + i % 9}-15" for i in range(60)]),
        ("code_insee", ["35238", "29019", "22278"]),
        ("siret", ["21350238800019", "21290019700012"]),
        ("tranche", ["15-24 ans", "25-44 ans", "60 ans et plus"]),
        ("submitdate", ["2006-11-13 10:11:12", "2006-11-14 18:02:00"]),
        ("duree", ["30-60", "15-30"]),
        ("id", [f"{i:05d}" for i in range(300)]),
        ("cell", ["12.5", "13,25"]),
        ("wants", ["premiers pas|messagerie", "blog|photo"]),
        ("frequence", ["1 cours par semaine", "2 cours par semaine", "1 passage par mois"]),
        ("besoin", ["1 place de parking", "3 places de parking", "aucune"] * 9),
        ("version", ["1.2.3.4", "10.0.1.2", "2.0"] * 9),
    ],
)
def test_ordinary_columns_are_left_alone(name: str, values: list[object]) -> None:
    assert detect(name, None, values) is None


BAROMETER = Path(os.environ.get("PIPELINE_REAL_DATA", "/nonexistent")) / "barometre-numerique-codebook.json"


def _project_columns() -> list[tuple[str, str]]:
    files = [p for p in (ROOT / "surveys").glob("*/*.yaml") if p.name not in ("evaluation.yaml", "truth.yaml")]
    known = []
    for path in files:
        if "questions:" not in path.read_text(encoding="utf-8"):
            continue
        for q in load_instrument(path).questions:
            if q.role not in ("identifier", "open_text", "birth_date", "site_name"):
                known += [(c, q.wording.fr) for c in q.columns(None).values()]
    return known


ORDINARY = {
    "codes": st.sampled_from(["A1", "A2", "Y", "N", "1", "2", "9", "-oth-", "oui", "non"]),
    "ages": st.integers(0, 120),
    "counts": st.integers(0, 20_000),
    "communes": st.from_regex(r"(22|29|35|56)\d{3}", fullmatch=True),
    "months": st.from_regex(r"20(0[0-9]|1[0-9])-(0[1-9]|1[0-2])", fullmatch=True),
    "field days": st.dates(dt.date(2003, 11, 1), dt.date(2006, 12, 31)).map(str),
    "measures": st.floats(0, 500).map(lambda x: f"{x:.2f}"),
    "weights": st.floats(0.1, 9).map(lambda x: round(x, 7)),
    "spaces": st.from_regex(r"CYB(22|29|35|56)-\d{3}", fullmatch=True),
}


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_alarm_on_the_columns_of_the_project_s_own_surveys(data: st.DataObject) -> None:
    name, wording = data.draw(st.sampled_from(_COLUMNS))
    kind = data.draw(st.sampled_from(sorted(ORDINARY)))
    values = data.draw(st.lists(ORDINARY[kind], min_size=1, max_size=40))
    assert detect(name, wording, values) is None, (name, kind, values)


_COLUMNS = _project_columns()


@pytest.mark.skipif(not BAROMETER.exists(), reason="PIPELINE_REAL_DATA does not name a folder with the codebook")
def test_no_alarm_on_the_barometer() -> None:
    for variable in json.loads(BAROMETER.read_text(encoding="utf-8")):
        values = list(variable["values"].values() if "min" in variable["values"] else variable["values"])
        assert detect(variable["variable"], None, values) is None, variable["variable"]


@settings(max_examples=60, deadline=None)
@given(
    before=st.text("abcdéè ,;", max_size=15),
    after=st.text("abcdéè ,;", max_size=15),
    seed=st.integers(0, 10**6),
)
def test_what_is_pasted_into_a_text_is_masked_and_the_rest_stays(before: str, after: str, seed: int) -> None:
    draw = random.Random(seed)
    pasted = draw.choice(
        [
            f"u{seed}@exemple.invalid",
            f"06 {draw.randint(10, 99)} 34 56 78",
            NIRS[seed % 3],
            f"192.0.2.{draw.randint(0, 255)}",
            f"48.{draw.randint(1000, 9999)}, -1.{draw.randint(1000, 9999)}",
        ]
    )
    assert masked(f"{before} {pasted} {after}") == f"{before} {MASK} {after}"


@given(st.integers(0, 10**9), st.dates(), st.floats(-1e6, 1e6))
def test_numbers_and_dates_are_not_masked(whole: int, day: dt.date, number: float) -> None:
    for text in (str(whole), day.isoformat(), day.strftime("%d/%m/%Y"), f"{number:.2f}"):
        assert masked(text) == text


@pytest.mark.parametrize("number", NIRS[:2])
@pytest.mark.parametrize("mark", [".", ","])
def test_the_digits_of_a_decimal_number_are_no_social_security_number(number: str, mark: str) -> None:
    # A weight of sixteen decimals holds the digits of one by chance, key included, once in about a thousand answers.
    for text in (f"0{mark}{number}", f"12{mark}{number}", f"{number}{mark}5"):
        assert masked(text) == text


def test_an_address_in_a_remark_is_masked_to_its_end() -> None:
    assert masked("écrire au 12 rue de la Gare 22110 Rostrenen") == f"écrire au {MASK}"
    assert masked("ouvrir 3 places de plus") == "ouvrir 3 places de plus"


def test_the_key_of_a_number_of_corsica_is_right() -> None:
    # 2A counts as 19, 2B as 18: worked by hand from the definition of Insee.
    assert nir_key("280112A004123") == 97 - 2801119004123 % 97
    assert nir_key("280112B004123") == 97 - 2801118004123 % 97


@pytest.mark.parametrize(
    ("columns", "record"),
    [
        (["1", "Kervella", "35", "2006-11-13"], True),
        (["Kervella", "a@exemple.invalid", "oui"], True),
        (["Kervella", "06 12 34 56 78"], True),
        (["id", "Q1", "Q1_autre", "2003"], False),
        (["NUMQ", "ID_ESPACE", "Q9_01"], False),
        ([], False),
    ],
)
def test_a_record_in_the_place_of_the_header_is_seen(columns: list[str], record: bool) -> None:
    assert is_record(columns) is record


def test_what_a_few_people_paste_makes_no_personal_column() -> None:
    values = pd.Series(["fr"] * 90 + [f"u{i}@exemple.invalid" for i in range(10)])
    assert detect("langue", None, values) is None
    assert detect("x", None, values.iloc[80:]) is not None


def test_telephones_that_lost_their_zero_are_told_from_keys_and_registered_numbers() -> None:
    assert detect("x", None, [612345678 + 7654321 * i for i in range(20)]) is not None
    assert detect("telephone", None, [612345678.0, 298765432.0]) is not None
    assert detect("x", None, [600000000 + i for i in range(20)]) is None
    assert detect("x", None, ["732829320", "552100554", "542107651", "632012100", "780129987"]) is None
