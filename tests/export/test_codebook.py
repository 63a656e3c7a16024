"""The codebook: well formed DDI Codebook 2.5, every question and code once, identifiers said to be unpublished."""

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from lxml import etree

from pipeline.evaluation import Evaluation, load
from pipeline.export.codebook import NAMESPACE, write_codebook

NS = {"d": NAMESPACE}
ROOT = Path(__file__).parents[2]


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
    order = ["labl", "security", "qstn", "valrng", "universe", "catgry", "varFormat", "notes"]
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


@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "barometre-numerique"])
def test_every_reference_leads_to_one_element(name: str, tmp_path: Path) -> None:
    root = ET.parse(write_codebook(load(name, ROOT), tmp_path / "codebook.xml")).getroot()
    ids = [e.get("ID") for e in root.iter() if e.get("ID")]
    assert len(ids) == len(set(ids))
    referred = {ref for e in root.iter() for key in ("files", "var") for ref in (e.get(key) or "").split()}
    assert referred
    assert referred <= set(ids)


def test_the_schema_refuses_what_ddi_refuses(tmp_path: Path) -> None:
    rules = etree.XMLSchema(etree.parse(SCHEMAS["the elements written here"]))
    path = write_codebook(load("miniature", ROOT), tmp_path / "codebook.xml")
    text = path.read_text(encoding="utf-8")
    for old, new in ((' missing="Y"', ' missing="yes"'), ("<catValu>", "<code>"), (' version="2.5"', ' version="3"')):
        assert old in text
        broken = text.replace(old, new).replace("</catValu>", "</code>" if new == "<code>" else "</catValu>")
        assert not rules.validate(etree.fromstring(broken.encode()))
