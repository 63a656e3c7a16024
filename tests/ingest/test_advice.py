"""What a message advises to declare makes the file readable, or leads to the next clear message."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from pipeline.errors import IngestError
from pipeline.ingest.stage import Ingested, read_sources

from .conftest import Make, codes, question

INCOMES = "revenu\n" + "600\n2.050\n3.100\n950\n" * 5
ASKED = [question("revenu", "number")]
SITE, MONTH = question("espace", "key", role="site"), question("mois", "month", role="month")
COUNTED = [SITE, MONTH, question("visites", "count", role="visits")]
REGISTER = (
    {"kind": "sites", "files": {"all": {"path": "reg.csv"}}},
    [
        question("espace", "key", role="site"),
        question("nom", "text", role="site_name"),
        question("insee", "text", role="commune"),
    ],
    "espace;nom;insee\nE1;Espace A;35238\nE2;Espace B;29019\n",
)


def advised(fault: IngestError) -> list[dict[str, Any]]:
    """Return the declarations that a message advises, each as `key: value` of a file."""
    return [yaml.safe_load(text) for text in re.findall(r"`(\w+: [^`]+)`", str(fault))]


def revenue(make: Make, **file: Any) -> list[float]:
    return read_sources(make(ASKED, INCOMES, file=file)).clean["users"]["revenu"].tolist()[:2]


def test_each_reading_of_an_ambiguous_number_can_be_declared(make: Make) -> None:
    with pytest.raises(IngestError) as refused:
        revenue(make)
    assert advised(refused.value) == [{"thousands": "."}, {"decimal": "."}]
    assert [revenue(make, **spec) for spec in advised(refused.value)] == [[600.0, 2050.0], [600.0, 2.05]]


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ("revenu;age\n" + "1200;20\n" * 5, {"separator": ","}),
        ("revenu;libellé\n1;été\n2;naïf\n".encode("cp1252"), {"encoding": "utf-8"}),
        ("revenu;libellé\n1;été\n2;naïf\n".encode(), {"encoding": "cp1252"}),
    ],
)
def test_a_wrong_declaration_is_mended_as_the_message_says(
    make: Make, content: str | bytes, declared: dict[str, str]
) -> None:
    with pytest.raises(IngestError) as refused:
        read_sources(make(ASKED, content, file=declared))
    [advice] = advised(refused.value)
    assert advice.keys() == declared.keys()
    assert len(read_sources(make(ASKED, content, file=advice)).clean["users"])


def workbook(path: Path) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "2005"
    for sheet in (book.active, book.create_sheet("2006")):
        for row in [["revenu"], *[[i] for i in range(9 if sheet is book.active else 7)]]:
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


def test_a_sheet_that_the_message_names_can_be_declared(make: Make, tmp_path: Path) -> None:
    content = workbook(tmp_path / "book.xlsx")
    with pytest.raises(IngestError, match="`sheet:`") as refused:
        read_sources(make(ASKED, content, file={"path": "users.xlsx"}))
    found = str(refused.value).split("found: ")[1].splitlines()[0].split(", ")
    for sheet, n in zip(found, (9, 7), strict=True):
        assert len(read_sources(make(ASKED, content, file={"path": "users.xlsx", "sheet": sheet})).clean["users"]) == n


def test_a_member_that_the_message_names_can_be_declared(make: Make) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "revenu\n1\n2\n3\n")
        archive.writestr("b.csv", "revenu\n1\n2\n3\n4\n")
    with pytest.raises(IngestError, match="`member:`"):
        read_sources(make(ASKED, packed.getvalue(), file={"path": "users.zip"}))
    one = make(ASKED, packed.getvalue(), file={"path": "users.zip", "member": "b.csv"})
    assert len(read_sources(one).clean["users"]) == 4


def test_the_line_of_the_header_can_be_declared(make: Make) -> None:
    content = "Enquête\nrevenu;age\n" + "1200;20\n" * 5
    with pytest.raises(IngestError, match="`header_row:`"):
        read_sources(make(ASKED, content, file={"separator": ";"}))
    assert len(read_sources(make(ASKED, content, file={"separator": ";", "header_row": 2})).clean["users"]) == 5


def attendance(make: Make, rows: str, **file: Any) -> Ingested:
    return read_sources(
        make(
            COUNTED,
            "espace;mois;visites\n" + rows,
            source={"kind": "attendance", "files": {"all": {"path": "users.csv", **file}}},
            more={"register": REGISTER},
            plan=[{"question": "attendance"}],
            territory={"region": "53", "level": "epci"},
        )
    )


YEARS = "".join(f"{e};{y}-01;{v}\n" for e, v in (("E1", 900), ("E2", 800)) for y in (2004, 2005, 2006))


def test_counts_dated_in_january_alone_are_what_is_declared(make: Make) -> None:
    with pytest.raises(IngestError, match="those of a year") as refused:
        attendance(make, YEARS)
    of_years, of_january = advised(refused.value)
    assert set(attendance(make, YEARS, **of_years).clean["users"]["mois"]) == {"2004", "2005", "2006"}
    assert set(attendance(make, YEARS, **of_january).clean["users"]["mois"]) == {"2004-01", "2005-01", "2006-01"}


DOUBTED = "".join(f"{e};2006-{m:02d};{v}\n" for m in range(1, 7) for e, v in (("E1", 90), ("E2", 80), ("Total", 300)))


def test_a_doubtful_total_is_set_aside_where_it_is_declared_one(make: Make) -> None:
    with pytest.raises(IngestError, match="totals:") as refused:
        attendance(make, DOUBTED)
    aside, counted = advised(refused.value)
    assert aside == {"totals": ["Total"]}
    assert len(attendance(make, DOUBTED, **aside).clean["users"]) == 12
    # Counted, it is a space that the register does not have, and a message says so.
    with pytest.raises(IngestError, match="Total"):
        attendance(make, DOUBTED, **counted)


def test_a_question_that_a_wave_did_not_ask_can_be_said_so(make: Make) -> None:
    content = "revenu\n" + "1200\n" * 5
    asked = [*ASKED, question("age", "number")]
    with pytest.raises(IngestError, match="`asked: false`"):
        read_sources(make(asked, content))
    asked[1]["waves"] = {"2006": {"asked": False}}
    assert len(read_sources(make(asked, content)).clean["users"]) == 5


def test_dates_in_another_form_are_read_where_their_format_is_declared(make: Make) -> None:
    content = "jour\n" + "13.XI.06\n" * 5
    with pytest.raises(IngestError, match="`date_format:`"):
        read_sources(make([question("jour", "date")], content))
    assert len(read_sources(make([question("jour", "date", date_format="%d.XI.%y")], content)).clean["users"]) == 5


def test_codes_that_the_instrument_lacks_can_be_added(make: Make) -> None:
    content = "q\n" + "1\n2\n7\n" * 5
    with pytest.raises(IngestError, match="add the codes"):
        read_sources(make([question("q", "single", codes=codes(1, 2))], content))
    for more in ({"codes": codes(1, 2, 7)}, {"codes": codes(1, 2), "missing": {7: "no_answer"}}):
        assert len(read_sources(make([question("q", "single", **more)], content)).clean["users"]) == 15


def test_counts_without_the_role_of_their_space_say_which_role_they_need(make: Make) -> None:
    asked = [{k: v for k, v in SITE.items() if k != "role"}, MONTH]
    with pytest.raises(IngestError, match=r"(?s)`role: site`.*`role: visits`"):
        read_sources(
            make(
                asked,
                "espace;mois\nE1;2006-01\n",
                source={"kind": "attendance", "files": {"all": {"path": "users.csv"}}},
            )
        )


NAMES = ["Marie Dupont", "Jean Le Goff", "Claire Morvan", "Yann Le Bris", "Anne Riou", "Nicole Salaun"]


def test_names_are_pseudonyms_where_their_column_is_declared_an_identifier(make: Make) -> None:
    content = "qui;avis\n" + "".join(f"{n};1\n" for n in NAMES * 2)
    asked = [question("qui", "text"), question("avis", "single", codes=codes(1))]
    with pytest.raises(IngestError, match="seems to hold") as refused:
        read_sources(make(asked, content, file={"separator": ";"}))
    advice = advised(refused.value)
    asked[0] |= next(a for a in advice if "role" in a)
    clean = read_sources(make(asked, content, file={"separator": ";"})).clean["users"]
    assert clean["qui"].nunique() == len(NAMES)
    assert not set(NAMES) & set(clean["qui"])
    [cleared] = [a for a in advice if "not_personal" in a]
    asked[0].pop("role")
    said = {"purpose": {"fr": "essai"}, "retention": {"fr": "un an"}, "contact": {"fr": "la mission"}, **cleared}
    assert len(read_sources(make(asked, content, file={"separator": ";"}, privacy=said)).clean["users"]) == 12


@pytest.mark.parametrize("declared", ["type: key", "role: identifier"])
def test_keys_that_no_code_can_be_are_told_apart_as_the_message_says(make: Make, declared: str) -> None:
    keys = ["82321765400011", "82321902500017", "82322039600013"]
    content = "siret\n" + "".join(f"{k}\n" for k in keys * 4)
    with pytest.raises(IngestError, match="unknown_code") as refused:
        read_sources(make([question("siret", "single", codes={"masque": {"fr": "(masqué)"}})], content))
    assert yaml.safe_load(declared) in advised(refused.value)
    asked = question("siret", "text") | yaml.safe_load(declared)
    clean = read_sources(make([asked], content)).clean["users"]
    assert clean["siret"].nunique() == len(keys)
    assert not set(keys) & set(clean["siret"])
