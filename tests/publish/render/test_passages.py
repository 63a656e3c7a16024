"""Passages of plain words pass Pandoc as signs, and stand in pages as Pandoc itself would have written them."""

import random
import re

import pytest

from pipeline.publish.render.passages import fold_words, plain
from pipeline.publish.render.spans import Folded, fold

from .written import WRITERS, written

NUMBER = '[+ 7 points]{.number data-result="a.b/users/region=53"}'
LONG = "anticonstitutionnellement"
TEXTS = (
    f"Dans le pays d'Auray, une hausse de {NUMBER} ; l'écart (de 14 à 15 %) est établi. D'autres suivent.",
    f"**Lecture** : au 31 décembre, {NUMBER}; *puis la suite*; et [la fin d'un lien](report.html#sec-a).",
    "| | au 31 décembre 2003 |\n|:--|--:|\n| [Les espaces]{.row-header} | 9 – 12 ; nd |\n\n: Une légende",
    "Voir le vol. 3 ou la p. 12, M. Untel, Prof. Untel, cf. plus haut. Et cetera.",
    "il dit \"bonjour à tous\", puis 'au revoir à tous', “à demain tout le monde”, c'est fini...",
    "un tiret -- et un autre --- puis 15-24 ans, et/ou // un commentaire, a_b_c, une page http://a.fr ici",
    "i) des mots de liste\n\na. des mots de liste\n\nA.  des mots de liste\n\n(b) des mots de liste\n\n2006. Des mots",
    "Le terme à expliquer\n\n:   son explication en mots\n\n~   une autre explication",
    "Un titre souligné\n-----------------\n\nVoir [Un titre souligné].",
    "## Des mots de titre\n\nVoir [Des mots de titre] et [ceci][Des mots de titre].\n\n[^a]: Une note\n\nDes mots[^a].",
    "des mots   ailleurs\n---------  ----------\nun un un   deux deux",
    "    des mots de code\n\n`des mots de code` et des mots\n\n```\ndes mots de code\n```",
    "de l'eau H~2~O, un exposant x^2^ et~des mots^ barrés ~~des mots barrés~~, @fig-a et des mots [@b, des mots]",
    "des mots\\ insécables et \\* des mots\\\navec une fin de ligne, &amp; des mots <a@b.fr> fin",
    f"le mot {LONG}{LONG} est long, des\u00a0mots\u00a0insécables ;\u202fdes mots",
    "> des mots cités\n\n1. des mots\n2. des mots\n\n* * *\n\n::: {.a data-b='des mots'}\ndes mots\n:::",
    "| des mots en vers\n|    des mots en retrait",
)


def _passed(text: str, **asked: bool) -> Folded:
    return fold_words(fold(text.split("\n")), **asked)


@pytest.mark.parametrize("to", WRITERS)
@pytest.mark.parametrize("text", TEXTS)
def test_pages_are_those_that_pandoc_makes_of_the_words(text: str, to: str) -> None:
    passed = _passed(text)
    assert getattr(passed, to)(written("\n".join(passed.lines), WRITERS[to])) == written(text, WRITERS[to])


#: Words, marks beside and between them, and what has a form.
PIECES = (
    *("mot", "l'eau", "L’eau", "d'", "aujourd'hui", "15-24", "a--b", "p.", "vol.", "Bretagne.", "fin..."),
    *(";", "eau;", ":", "eau :", "!", "?", "«\u00a0eau\u00a0»", "–", "-", "+", "=", "(eau)", "(", ")", "12\u00a0%"),
    *("'eau'", '"eau"', "“eau”", "‘eau’", "*eau*", "**eau** et", "_eau_", "`eau`", "~eau~", "^eau^", "\\*", "&", "<"),
    *("[eau]{.x}", "[eau](b.html)", "[eau]", "@eau", "eau@b.fr", "a/b", "a//b", "$", "1.", "a)", NUMBER, "__", "…"),
    *("#", "€", "·", "M.", "2006."),
)


@pytest.mark.parametrize("to", WRITERS)
def test_any_words_and_marks_stand_in_pages_as_pandoc_writes_them(to: str) -> None:
    draw = random.Random(15)
    opening = ("", "- ", "Un mot de plus ", "| ")
    drawn = (draw.choice(opening) + " ".join(draw.choices(PIECES, k=draw.randint(2, 9))) for _ in range(600))
    text = "\n\n".join(line for line in drawn if re.search("[a-z]", line))
    passed = _passed(text)
    assert len(passed.passages) > 100
    assert getattr(passed, to)(written("\n".join(passed.lines), WRITERS[to])) == written(text, WRITERS[to])


def test_a_sentence_passes_as_one_sign() -> None:
    passed = _passed(f"Dans le pays d'Auray, l'écart est de {NUMBER} : il est établi, à espaces et mois comparables.")
    assert len(passed.lines[0]) == 1


def test_words_that_are_counted_pass_as_they_are_but_in_tables() -> None:
    text = "des mots comptés\n\n| des mots | des mots |\n|:--|:--|\n| des mots | des mots |"
    passed = _passed(text, tables_alone=True)
    assert passed.lines[0] == "des mots comptés"
    assert not any("mots" in line for line in passed.lines[1:])


def test_a_document_that_holds_the_signs_itself_stays_as_it_is() -> None:
    lines = ["des mots de plus", "un signe reçu : \U00108000"]
    passed = fold_words(fold(lines))
    assert list(passed.lines) == lines
    assert passed.html("\U00108000") == "\U00108000"


@pytest.mark.parametrize("word", ["l" * 41, "l'" + "l" * 39, "l-" * 20 + "l"])
def test_a_word_that_may_break_on_paper_is_read(word: str) -> None:
    text = f"{word} mot"
    assert _passed(text).lines == (text,)
    assert plain(word) is plain(text) is None


@pytest.mark.parametrize(
    "text",
    ["Pays d'Auray", "L'essentiel, d'abord : 9 %", "../territories/index.html", "a4", "typst-show.typ", "Bretagne"],
)
def test_plain_metadata_is_what_pandoc_reads(text: str) -> None:
    assert written(f"Mot {text}", "plain") == f"Mot {plain(text)}\n"


@pytest.mark.parametrize(
    "text", ["", " : ", "1. Auray", "*Auray*", "vol. 3", "a_b", "Auray...", "../a--b", "# a", "~", "a  b"]
)
def test_metadata_that_may_be_more_is_read(text: str) -> None:
    assert plain(text) is None
