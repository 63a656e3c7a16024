"""The codebook: well formed DDI Codebook 2.5, every question and code once, identifiers said to be unpublished."""

import dataclasses
import math
import os
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.evaluation import Evaluation, Settings, load
from pipeline.instrument import Composite, Instrument
from pipeline.instrument.composite_question import with_composites
from pipeline.publish.annex.codebook import NAMESPACE, identifier, write_codebook

NS = {"d": NAMESPACE}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def codebook(evaluation: Evaluation, tmp_path: Path) -> ET.Element:
    return ET.parse(write_codebook(evaluation, tmp_path / "codebook.xml")).getroot()


def test_root_and_version_are_those_of_ddi_codebook(codebook: ET.Element) -> None:
    assert codebook.tag == f"{{{NAMESPACE}}}codeBook"
    assert codebook.get("version") == "2.5"


def test_every_clean_column_is_one_variable_with_a_unique_id(codebook: ET.Element, evaluation: Evaluation) -> None:
    variables = codebook.findall(".//d:var", NS)
    ids = [v.get("ID") for v in variables]
    assert len(set(ids)) == len(ids)
    columns = sum(len(q.clean_columns()) for i in evaluation.instruments.values() for q in i.questions)
    assert len(variables) == columns


def test_codes_and_exact_wording_are_there(codebook: ET.Element, evaluation: Evaluation) -> None:
    question = evaluation.instruments["users"].question("occupation")
    assert question is not None
    variable = codebook.find(".//d:var[@name='occupation']", NS)
    assert variable is not None
    assert variable.findtext("d:qstn/d:qstnLit", namespaces=NS) == question.wording.fr
    values = [c.findtext("d:catValu", namespaces=NS) for c in variable.findall("d:catgry", NS)]
    assert values == [str(c) for c in [*question.codes, *question.missing]]


def test_identifiers_are_said_not_to_be_published(codebook: ET.Element) -> None:
    variable = codebook.find(".//d:var[@name='email']", NS)
    assert variable is not None
    assert "jamais" in str(variable.findtext("d:security", namespaces=NS))


def test_a_question_new_in_a_wave_says_where_it_was_not_asked(codebook: ET.Element) -> None:
    variable = codebook.find(".//d:var[@name='recommend']", NS)
    assert variable is not None
    assert "Non posée en 2003." in [n.text for n in variable.findall("d:notes", NS)]


def test_children_of_a_variable_stand_in_the_order_of_the_schema(codebook: ET.Element) -> None:
    order = ["labl", "security", "qstn", "valrng", "universe", "catgry", "derivation", "varFormat", "notes"]
    for variable in codebook.findall(".//d:var", NS):
        places = [order.index(child.tag.partition("}")[2]) for child in variable]
        assert places == sorted(places), variable.get("name")


SCHEMAS = {"the elements written here": ROOT / "tests/reference/ddi/codebook-elements.xsd"}
if "DDI_CODEBOOK_XSD" in os.environ:
    SCHEMAS["the schema of the DDI Alliance"] = Path(os.environ["DDI_CODEBOOK_XSD"])


@pytest.mark.parametrize("schema", list(SCHEMAS))
@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "miniature", "barometre-numerique"])
def test_codebooks_are_valid_ddi_2_5(name: str, schema: str, tmp_path: Path) -> None:
    document = etree.parse(write_codebook(load(name, ROOT), tmp_path / "codebook.xml"))
    rules = etree.XMLSchema(etree.parse(SCHEMAS[schema]))
    assert rules.validate(document), rules.error_log


def composed() -> Evaluation:
    """Return the miniature with a composite of a box and of an answer."""
    rule = {"name": "one", "label": {"fr": "Une de deux"}, "any_of": ["wants.email", "home_computer"], "codes": ["yes"]}
    before = load("miniature", ROOT)
    users = before.instruments["users"]
    made = with_composites(users.model_copy(update={"composites": [Composite.model_validate(rule)]}))
    return dataclasses.replace(before, instruments={**before.instruments, "users": made})


def test_a_composite_tells_how_it_is_made_and_of_what(tmp_path: Path) -> None:
    path = write_codebook(composed(), tmp_path / "codebook.xml")
    rules = etree.XMLSchema(etree.parse(SCHEMAS["the elements written here"]))
    assert rules.validate(etree.parse(path)), rules.error_log
    root = ET.parse(path).getroot()
    check_references(root)
    variable = root.find(".//d:var[@name='one']", NS)
    assert variable is not None
    derivation = variable.find("d:derivation", NS)
    assert derivation is not None
    made_of = [root.find(f".//d:var[@ID='{i}']", NS) for i in str(derivation.get("var")).split()]
    assert [v.get("name") for v in made_of if v is not None] == ["wants_email", "home_computer"]
    assert "au moins une" in str(derivation.findtext("d:drvdesc", namespaces=NS))
    assert variable.find("d:qstn", NS) is None


STATED = etree.parse(SCHEMAS["the elements written here"])
XSD = {"xs": "http://www.w3.org/2001/XMLSchema"}
#: What each kind of reference that is written leads to.
LEADS_TO = {
    ("var", "files"): "fileDscr",
    ("varGrp", "var"): "var",
    ("derivation", "var"): "var",
    ("fileDscr", "sdatrefs"): "universe",
}
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def check_references(root: ET.Element) -> None:
    """IDs are valid and stand once; every attribute that DDI reads as a reference leads to an element of its kind."""
    ids = [(e.get("ID", ""), local(e)) for e in root.iter() if e.get("ID") is not None]
    assert all(NCNAME.fullmatch(name) for name, _ in ids)
    kinds = dict(ids)
    assert len(kinds) == len(ids)
    for element in root.iter():
        for key in set(element.attrib) & references(local(element)):
            assert element.get(key, "").split()
            for name in element.get(key, "").split():
                assert kinds[name] == LEADS_TO[local(element), key]


@cache
def references(element: str) -> set[str]:
    """Return the attributes of an element whose type is a reference in the schema (which validators may not follow)."""
    found = STATED.xpath(
        f"//xs:element[@name='{element}']//xs:attribute[@type='xs:IDREF' or @type='xs:IDREFS']/@name", namespaces=XSD
    )
    return {str(name) for name in found}


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "barometre-numerique"])
def test_every_reference_leads_to_one_element(name: str, tmp_path: Path) -> None:
    root = ET.parse(write_codebook(load(name, ROOT), tmp_path / "codebook.xml")).getroot()
    check_references(root)
    assert all(v.get("files") for v in root.iterfind(".//d:var", NS))


#: Names that were one ID when odd characters became underscores and names were joined by them, and worse.
HOSTILE = [
    "a",
    "a_b",
    "b",
    "b_a",
    "é",
    "è",
    "_",
    "-",
    "2e",
    ".",
    "..",
    "1",
    "a b",
    "a.b",
    "<&\"'>",
    "\x0b",
    "\ufffe",
    "名",
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4))


@given(st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3))
def test_other_names_have_another_valid_id(first: list[str], second: list[str]) -> None:
    ids = [identifier("V", *names) for names in ([*first, "q"], [*second, "q"])]
    assert all(NCNAME.fullmatch(i) for i in ids)
    assert (ids[0] == ids[1]) == (first == second)


QUESTION_NAMES = st.sampled_from(["a", "a_b", "b", "b_a", "_", "A", "a_", "_1"])
#: Names that an instrument takes for an item.
ITEM_NAMES = NAMES.filter(re.compile(r'[^/=\x00-\x1f"\\&|{}<>`]+').fullmatch)
SOURCE_NAMES = st.sampled_from(["a", "a_b", "a-b", "a.b", "A", "1", "a..b", "a--b"])


@st.composite
def hostile(draw: st.DrawFn) -> list[Instrument]:
    """Instruments whose names, joined or bent to XML names carelessly, would meet."""
    made = []
    for source in draw(st.lists(SOURCE_NAMES, min_size=1, max_size=3, unique=True)):
        asked: list[dict[str, Any]] = []
        columns: set[str] = set()
        for name in draw(st.lists(QUESTION_NAMES, min_size=1, max_size=4, unique=True)):
            items = draw(st.lists(ITEM_NAMES, max_size=4, unique=True))
            own = {f"{name}_{i}" for i in items} or {name}
            if columns & own:
                continue
            columns |= own
            boxes = [{"name": i, "label": {"fr": draw(NAMES), "en": draw(NAMES)}} for i in items]
            kind = {"type": "multiple", "items": boxes} if items else {"type": "number", "unit": draw(NAMES)}
            bounds = {} if items else {"range": draw(st.sampled_from([None, (0, 1), (0.5, math.inf), (-3, 12345678)]))}
            asked.append({"name": name, "wording": {"fr": draw(NAMES)}, **kind, **bounds})
        made.append(Instrument.model_validate({"name": source, "title": {"fr": draw(NAMES)}, "questions": asked}))
    return made


@settings(max_examples=60, deadline=None)
@given(hostile())
def test_hostile_names_and_texts_stay_valid(
    tmp_path_factory: pytest.TempPathFactory, instruments: list[Instrument]
) -> None:
    path = write_codebook(evaluation_of(instruments), tmp_path_factory.getbasetemp() / "hostile.xml")
    rules = etree.XMLSchema(STATED)
    assert rules.validate(etree.parse(path)), rules.error_log
    root = ET.parse(path).getroot()
    check_references(root)
    columns = [c for i in instruments for q in i.questions for c in q.clean_columns()]
    assert len(root.findall(".//d:var", NS)) == len(columns)


def evaluation_of(instruments: list[Instrument]) -> Evaluation:
    sources = [
        {"name": i.name, "kind": "survey", "instrument": "i.yaml", "files": {"2006": {"path": f"{n}.csv"}},
         "population": {"fr": "Les usagers"}}
        for n, i in enumerate(instruments)
    ]  # fmt: skip
    content = Settings.model_validate(
        {
            "title": {"fr": "Essai"},
            "edition": 2006,
            "territory": {"region": "FR", "level": "area"},
            "waves": [{"name": "2006", "field": ["2006-01-01", "2006-12-31"]}],
            "sources": sources,
            "plan": [{"question": "response"}],
        }
    )
    return Evaluation("été 2006 : l'essai", Path(), Path(), content, {i.name: i for i in instruments})


def test_ranges_are_exact_and_say_whether_values_are_whole(tmp_path: Path) -> None:
    asked = [
        {"name": "amount", "type": "number", "wording": {"fr": "Combien ?"}, "range": (0.1, 12345678)},
        {"name": "visits", "type": "count", "wording": {"fr": "Combien de fois ?"}, "range": (0, 1234567)},
        {"name": "open", "type": "count", "wording": {"fr": "Combien ?"}, "range": (1, math.inf)},
    ]
    instrument = Instrument.model_validate({"name": "s", "title": {"fr": "Essai"}, "questions": asked})
    root = ET.parse(write_codebook(evaluation_of([instrument]), tmp_path / "codebook.xml")).getroot()
    assert [dict(r.attrib) for r in root.iterfind(".//d:range", NS)] == [
        {"UNITS": "REAL", "min": "0.1", "max": "12345678"},
        {"UNITS": "INT", "min": "0", "max": "1234567"},
        {"UNITS": "INT", "min": "1"},
    ]


@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "miniature", "barometre-numerique"])
def test_what_ddi_2_5_lets_stand_once_stands_once(name: str, tmp_path: Path) -> None:
    # 2.5.1 lets them repeat; validators may still hold the schema first published.
    root = ET.parse(write_codebook(load(name, ROOT), tmp_path / "codebook.xml")).getroot()
    for parent, child in (("citation", "biblCit"), ("var", "security"), ("varGrp", "universe")):
        assert all(len(e.findall(f"d:{child}", NS)) <= 1 for e in root.iterfind(f".//d:{parent}", NS))


BREAKS = {
    "a value that is not on the list": (' missing="Y"', ' missing="yes"'),
    "an unknown attribute": ("<catValu", '<catValu code="1"'),
    "an element out of its place": ("<catValu>", "<labl/><catValu>"),
    "a fixed version": (' version="2.5"', ' version="3"'),
    "an ID that is no name": (' ID="F_', ' ID="1F_'),
    "an ID twice": (' ID="V_', ' ID="V" elementVersion="'),
    "a variable without name": (' name="age"', ""),
    "a language that is none": (' xml:lang="fr"', ' xml:lang="français"'),
    "a note before the range": ("<range", "<notes/><range"),
    "a list of values without any": ("</qstn>", "</qstn><valrng/>"),
    "an element in a question": ("<qstnLit>", "<labl/><qstnLit>"),
    "a text where none may stand": ("<stdyInfo>", "<stdyInfo>text"),
    "a date that is none": ("<collDate", '<collDate elementVersionDate="2006-13-45"'),
}


@pytest.mark.parametrize("broken", list(BREAKS))
def test_the_schema_refuses_what_ddi_refuses(broken: str, tmp_path: Path) -> None:
    rules = etree.XMLSchema(STATED)
    text = write_codebook(load("miniature", ROOT), tmp_path / "codebook.xml").read_text(encoding="utf-8")
    old, new = BREAKS[broken]
    assert old in text
    assert rules.validate(etree.fromstring(text.encode()))
    assert not rules.validate(etree.fromstring(text.replace(old, new).encode()))


def test_the_schema_names_what_is_written_and_no_more(tmp_path: Path) -> None:
    # An element written one day is refused until its content model has been looked up.
    written = {
        local(e)
        for evaluation in (*(load(n, ROOT) for n in ("bretagne-cybercommunes", "barometre-numerique")), composed())
        for e in ET.parse(write_codebook(evaluation, tmp_path / "codebook.xml")).iter()
    }
    assert {str(n) for n in STATED.xpath("/xs:schema/xs:element/@name", namespaces=XSD)} == written


def test_a_codebook_is_in_the_language_in_which_an_evaluation_publishes(tmp_path: Path) -> None:
    evaluation = load("miniature", ROOT)
    english = dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update={"languages": ["en"]}))
    root = ET.parse(write_codebook(english, tmp_path / "codebook.xml")).getroot()
    named = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.get(named) == "en"
    title = root.find(f".//{{{NAMESPACE}}}stdyDscr//{{{NAMESPACE}}}titl")
    assert title is not None
    assert title.text == evaluation.settings.title.en
    # French stands beside, said to be French
    beside = list(root.iter(f"{{{NAMESPACE}}}parTitl"))
    assert [(each.get(named), each.text) for each in beside] == [("fr", evaluation.settings.title.fr)]
    modes = [each.text or "" for each in root.iter(f"{{{NAMESPACE}}}collMode")]
    assert modes
    assert all("_" not in mode for mode in modes)
