"""French spacing is put where a typographer puts it, and nowhere else."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.wording import typography
from pipeline.wording.typography import apply

N, B = "\u202f", "\u00a0"

TEXTS = [
    ("Oui ! Vraiment ? Bien ; voilà : ceci.", f"Oui{N}! Vraiment{N}? Bien{N}; voilà{B}: ceci."),
    ("Oui! Vraiment? Bien; voilà: ceci.", f"Oui{N}! Vraiment{N}? Bien{N}; voilà{B}: ceci."),
    ("Soit 48 % ou 48% des « usagers ».", f"Soit 48{N}% ou 48{N}% des «{B}usagers{B}»."),
    ("«usagers»", f"«{B}usagers{B}»"),
    ("1 020 000 visites en 2003, 12 espaces", f"1{N}020{N}000 visites en 2003, 12 espaces"),
    ("(+ 9 points, 60 ans)", f"(+{B}9{B}points, 60{B}ans)"),
    ("**Lecture** : en 2006", f"**Lecture**{B}: en 2006"),
    ("**Lecture**: en 2006", f"**Lecture**{B}: en 2006"),
    ("[50]{.fact data-fact=rate} % des", f"[50]{{.fact data-fact=rate}}{N}% des"),
    ("n = 1 850", f"n{B}={B}1{N}850"),
    ("au 8 décembre 2006, le 1er mars", f"au 8{B}décembre 2006, le 1er{B}mars"),
    ("[5 284]{.fact data-fact=cost} € ; service n° 3", f"[5{N}284]{{.fact data-fact=cost}}{B}€{N}; service n°{B}3"),
    ("<b>Champ</b> : usagers", f"<b>Champ</b>{B}: usagers"),
]
KEPT = [
    "`a ? b : c; 48 %`",
    "```python\nx = {1: 2} ; y ! 3\n```",
    "[texte](https://exemple.fr/?a=1;b=2 )".replace(" )", ")"),
    '<img alt="48 % ; oui !" src="a.svg">',
    '{#fig-demand fig-alt="48 % : oui"}',
    "https://exemple.fr:8080/a?b=c;d",
    '::: {.callout-important title="À retenir !"}',
    "à 10:30",
    "&nbsp;&amp;",
    ": légende en début de ligne",
    "[^1]: note",
    "[site]: index.html",
    "---\ntitle: a\n---\n",
    "<script>a ? b : c</script>",
]


@pytest.mark.parametrize(("plain", "spaced"), TEXTS)
def test_no_break_spaces_stand_before_high_punctuation_and_inside_quotes(plain, spaced):
    assert apply(plain) == spaced


@pytest.mark.parametrize("text", KEPT)
def test_code_addresses_and_attributes_are_left_alone(text):
    assert apply(text) == text


@given(st.text(alphabet="a1 \u00a0\u202f:;!?%«».,()`<>{}#[]|*+\n&/", max_size=60))
def test_applying_twice_changes_nothing_more(text):
    once = apply(text)
    assert apply(once) == once


def test_english_keeps_its_spacing():
    assert apply("Yes: 48%; done!", "en") == "Yes: 48%; done!"


def test_text_after_a_fenced_division_is_typeset():
    text = '::: {.callout-note title="A : b"}\nLu : oui ?\n:::\n\nEt ensuite : non ; rien.\n'
    done = apply(text, "fr")
    assert "Et ensuite\u00a0: non\u202f; rien." in done
    assert "Lu\u00a0: oui\u202f?" in done
    assert 'title="A : b"' in done


def test_what_is_passed_over_is_what_no_rule_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = (" ", "  ", "\u00a0", "\u202f")
    pieces = (
        *spaces,
        *"%;:!?«»+−]|[()`\n,.=-€n",
        "5",
        "12",
        "345",
        "points",
        "M€",
        "n°",
        "1er",
        "mai",
        "{.a}",
        "mot",
        "<b>",
    )
    draw = random.Random(8)
    texts = ["".join(draw.choices(pieces, k=draw.randint(2, 9))) for _ in range(3000)]
    said = [typography.apply(text) for text in texts]
    monkeypatch.setattr(typography, "_MAY_CHANGE", re.compile(""))
    assert said == [typography.apply(text) for text in texts]
    assert sum(one == other for one, other in zip(said, texts, strict=True)) > 500
