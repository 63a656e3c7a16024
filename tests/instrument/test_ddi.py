"""An instrument written as a DDI codebook and read again is the same; other producers' codebooks are read too."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InstrumentError
from pipeline.evaluation import Evaluation, FileSpec, Settings, Source, load
from pipeline.instrument import Instrument
from pipeline.instrument.ddi import read_codebook
from pipeline.publish.annex.codebook import write_codebook

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "miniature", "barometre-numerique"])
def test_every_instrument_of_the_project_comes_back_the_same(name: str, tmp_path: Path) -> None:
    evaluation = load(name, ROOT)
    found = {i.name: i for i in read_codebook(write_codebook(evaluation, tmp_path / "codebook.xml"))}
    assert set(found) == set(evaluation.instruments)
    for source, instrument in evaluation.instruments.items():
        assert found[source].questions == instrument.questions


TEXTS = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1)
    .map(lambda t: " ".join(t.split()))
    .filter(bool)
)
WORDS = st.fixed_dictionaries({"fr": TEXTS}, optional={"en": TEXTS})
CODES = st.one_of(st.integers(-9, 99), st.text("abcXYZ-_ 09", min_size=1).map(str.strip).filter(bool))
REASONS = st.sampled_from(["refused", "dont_know", "not_applicable", "routed", "no_answer"])


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for i in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["single", "likert", "multiple", "number", "count", "date", "text", "open", "key"]))
        q: dict[str, object] = {"name": f"q{i}", "type": kind, "wording": draw(WORDS)}
        if kind in ("single", "likert", "text"):
            codes = draw(st.dictionaries(CODES, WORDS, min_size=1, max_size=4))
            q["codes"] = codes
            q["missing"] = {c: r for c, r in draw(st.dictionaries(CODES, REASONS, max_size=2)).items()
                            if str(c) not in {str(k) for k in codes}}  # fmt: skip
            if len({str(c) for c in codes}) < len(codes):
                q["codes"] = {str(c): t for c, t in codes.items()}
        if kind == "multiple":
            names = draw(st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True))
            q["items"] = [{"name": n, "label": draw(WORDS), "column": f"col{i}[{n}]"} for n in names]
        if kind in ("number", "count"):
            q["range"] = draw(st.sampled_from([None, (0, 10), (-1.5, 2.25), (0, 12345678), (0.1, math.inf)]))
        if draw(st.booleans()):
            q["label"] = draw(WORDS)
        if draw(st.booleans()) and kind != "multiple":
            target = next(iter(q.get("codes", {2: ""})))  # type: ignore[call-overload]
            q["waves"] = {"2003": {"column": f"OLD{i}", "recode": {1: target, "a": None}}, "2006": {"asked": False}}
        if made and draw(st.booleans()):
            known = [*made[0].get("codes", {}), *(item["name"] for item in made[0].get("items", []))]  # type: ignore[misc, attr-defined]
            q["asked_if"] = [{"question": "q0", "minimum": 1.5}, {"question": "q0", "codes": known or [1, "a"]}]
        made.append(q)
    return made


@settings(max_examples=30, deadline=None)
@given(questions())
def test_any_instrument_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, asked: list[dict[str, object]]
) -> None:
    instrument = Instrument.model_validate({"name": "s", "title": {"fr": "Essai"}, "questions": asked})
    path = tmp_path_factory.mktemp("ddi") / "codebook.xml"
    again = read_codebook(write_codebook(evaluation_of(instrument), path))
    assert again[0].questions == instrument.questions


def evaluation_of(instrument: Instrument) -> Evaluation:
    source = Source(name="s", kind="survey", instrument="s.yaml", files={"2006": FileSpec(path="a.csv")})
    content = Settings.model_validate(
        {
            "title": {"fr": "Essai"},
            "edition": 2006,
            "territory": {"region": "FR", "level": "area"},
            "waves": [{"name": "2006", "field": ["2006-01-01", "2006-12-31"]}],
            "sources": [source.model_dump()],
            "plan": [{"question": "response"}],
        }
    )
    return Evaluation("essai", Path(), Path(), content, {"s": instrument})


FOREIGN = """<?xml version="1.0"?>
<codeBook xmlns="http://www.icpsr.umich.edu/DDI" xml:lang="en">
 <stdyDscr><citation><titlStmt><titl>Digital survey</titl></titlStmt></citation></stdyDscr>
 <dataDscr>
  <varGrp ID="G1" type="multipleResp" var="V3 V4" name="USES"><labl>What for?</labl></varGrp>
  <var ID="V1" name="AGE" intrvl="contin"><labl>Age</labl><valrng><range min="15" max="99"/></valrng>
   <varFormat type="numeric"/></var>
  <var ID="V2" name="SEX"><labl>Sex</labl><qstn><qstnLit>Are you...</qstnLit></qstn>
   <catgry><catValu>1</catValu><labl>Male</labl></catgry><catgry><catValu>2</catValu><labl>Female</labl></catgry>
   <catgry missing="Y"><catValu>9</catValu><labl>No answer</labl></catgry></var>
  <var ID="V3" name="USES_1"><labl>Mail</labl></var>
  <var ID="V4" name="USES_2"><labl>Web</labl></var>
  <var ID="V5" name="PWEIGHT" wgt="wgt" intrvl="contin"><labl>Weight</labl></var>
 </dataDscr>
</codeBook>
"""


def test_a_codebook_of_another_producer_and_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "foreign.xml"
    path.write_text(FOREIGN, encoding="utf-8")
    (instrument,) = read_codebook(path)
    found = {q.name: q for q in instrument.questions}
    assert {n: q.type for n, q in found.items()} == {
        "AGE": "number", "SEX": "single", "USES": "multiple", "PWEIGHT": "number"}  # fmt: skip
    assert found["AGE"].range == (15, 99)
    assert found["SEX"].wording.en == "Are you..."
    assert list(found["SEX"].codes) == [1, 2]
    assert found["SEX"].missing == {9: "no_answer"}
    assert [i.column for i in found["USES"].items] == ["USES_1", "USES_2"]
    assert found["PWEIGHT"].role == "weight"
    assert found["SEX"].codes[1].en == "Male"


def test_ranges_units_and_languages_of_another_producer_are_read_as_ddi_means_them(tmp_path: Path) -> None:
    path = tmp_path / "foreign.xml"
    path.write_text(
        """<codeBook xml-lang="en"><dataDscr>
        <var name="AGE" measUnit="years"><labl>Age</labl><labl xml-lang="fr">\u00c2ge</labl>
         <valrng><range minExclusive="14" max="99"/></valrng></var>
        <var name="PRICE"><labl>Price</labl><valrng><range UNITS="REAL" min="0.5" maxExclusive="20"/></valrng></var>
        <var name="HALF"><labl>Half</labl><valrng><range min="1"/></valrng></var>
        </dataDscr></codeBook>""",
        encoding="utf-8",
    )
    age, price, half = read_codebook(path)[0].questions
    assert (age.range, age.unit, age.wording.fr, age.wording.en) == ((15, 99), "years", "\u00c2ge", "Age")
    assert price.range == (0.5, 20)
    assert half.range is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html/>", "no DDI codebook"),
        ("<codeBook><dataDscr/></codeBook>", "no variable"),
        ("<codeBook>", "not readable XML"),
        ('<!DOCTYPE c [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><codeBook>&c;</codeBook>', "entities"),
        ('<codeBook><dataDscr><var name="9 bad name"><labl>x</labl></var></dataDscr></codeBook>', "9 bad name"),
    ],
)
def test_what_is_no_codebook_ends_in_one_message(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "odd.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstrumentError, match=said):
        read_codebook(path)
