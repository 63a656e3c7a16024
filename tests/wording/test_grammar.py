"""The grammar of words: parts vanish with what they would leave, and nothing else is code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import WordsError
from pipeline.wording.grammar import Hole, opens_with, parse, partly, render
from pipeline.wording.phrases import uncapital


def filled(text: str, sentence: bool = True, **values: str) -> str:
    return render(parse(text, "words.yaml:1"), lambda hole: values.get(hole.name), sentence)


def test_a_part_whose_value_is_missing_goes_whole() -> None:
    text = "{when}[, {where}], {who} viennent."
    assert (
        filled(text, when="en 2006", where="à Vannes", who="les usagers") == "En 2006, à Vannes, les usagers viennent."
    )
    assert filled(text, when="en 2006", who="les usagers") == "En 2006, les usagers viennent."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"up": "ici", "down": "là"}, "Hausse ici. Baisse là."),
        ({"up": "ici"}, "Hausse ici."),
        ({"down": "là"}, "Baisse là."),
        ({"none": "nulle part"}, "Rien nulle part."),
    ],
)
def test_separators_go_with_the_parts_before_them(values: dict[str, str], said: str) -> None:
    assert filled("[Hausse {up}][. Baisse {down}][ ; rien {none}].", **values) == said


def test_a_bracket_or_brace_meant_as_such_is_doubled() -> None:
    assert filled("[[voir la fiche]](a.html) {{x}}") == "[Voir la fiche](a.html) {x}"


def test_a_text_filled_in_part_is_filled_later_as_if_at_once() -> None:
    text = "[{where}, ]{who} de {noun:du} [[voir]] : {size|un|deux}[ ({interval})]."
    later = partly(parse(text, "x"), lambda hole: "pays [de {Vannes}]" if hole.name == "noun" else None)
    values = {"who": "les usagers", "size": "2"}
    assert filled(later, **values) == filled(text, noun="pays [de {Vannes}]", **values)
    assert partly(parse(text, "x"), lambda hole: None) == text


@pytest.mark.parametrize(
    ("text", "opens"),
    [("{persons} ici", True), ("« {persons} » : x", True), ("{who} ici", False), ("Les {persons}", False), ("", False)],
)
def test_a_text_opens_with_a_noun_behind_quotation_marks_or_not(text: str, opens: bool) -> None:
    assert opens_with(parse(text, "x"), lambda hole: hole.name == "persons") is opens


def test_code_is_not_read_for_placeholders() -> None:
    assert filled("le fichier `{x}[y]`", sentence=False) == "le fichier `{x}[y]`"


def test_a_sentence_begins_with_a_capital_even_within_emphasis_or_behind_an_accent() -> None:
    assert filled("**à public comparable**, rien") == "**À public comparable**, rien"
    assert filled("48 % des usagers") == "48 % des usagers"
    assert filled("chez {who}", sentence=False, who="eux") == "chez eux"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[ouverte", "left open"),
        ("fermée]", "not opened"),
        ("[l'une [dans l'autre]]", "in one another"),
        ("{", "stands alone"),
        ("{row.estimate}", "no placeholder"),
        ("{a > 3}", "no placeholder"),
        ("{x|un seul}", "no placeholder"),
        ("{x:f|a|b}", "no placeholder"),
    ],
)
def test_what_is_no_grammar_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(WordsError, match=problem) as refused:
        parse(text, "words.yaml:7")
    assert refused.value.where == "words.yaml:7"


def test_a_value_missing_outside_brackets_is_refused() -> None:
    with pytest.raises(WordsError, match="outside"):
        filled("{who} viennent.")


@given(st.text(alphabet="ab é.,;:!«»*_-()'\n"))
def test_text_without_signs_of_the_grammar_comes_back(text: str) -> None:
    said = render(parse(text, ""), lambda hole: None, sentence=False)
    assert said == text.lstrip(" .,;:\u00a0\u202f").strip() or said == text.strip()


@given(st.text(max_size=30))
def test_a_value_is_never_read_again(value: str) -> None:
    assert render(parse("a{x}b", ""), lambda hole: value) == f"A{value}b"


def test_holes_tell_form_and_choices() -> None:
    holes = [hole for hole, _ in parse("{a:le} {b|un|une} [{c}]", "").holes()]
    assert holes == [Hole("a", "le"), Hole("b", "", ("un", "une")), Hole("c")]


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Femmes", "femmes"), ("Âge", "âge"), ("Médiathèque de Granville", "médiathèque de Granville"),
        ("EPN du centre", "EPN du centre"), ("France services Marvejols", "France services Marvejols"),
        ("Digital Participation Survey", "Digital Participation Survey"), ("Q1. How often?", "Q1. How often?"),
        ("I use it daily", "I use it daily"),
        ("Usagers d'EPN", "usagers d'EPN"), ("Satisfaction EPN", "satisfaction EPN"),
    ],
)  # fmt: skip
def test_a_label_within_a_sentence_keeps_the_capital_of_a_name(label: str, within: str) -> None:
    """Common nouns lose it; names, acronyms and numbers of questions do not."""
    assert uncapital(label) == within
