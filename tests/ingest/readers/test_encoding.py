"""Encodings: what is declared is held to, what is wrong is located."""

from __future__ import annotations

import re

import pytest

from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.encoding import MOJIBAKE, decode, mended, sound

FRENCH = "été « là » œuvre d’août – 20 €, Ñ, Âge, Île, façade, noël, C’est déjà l’été à Ploërmel"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig", "utf-16"])
def test_text_comes_back_from_its_declared_encoding(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    lines = "\n".join([FRENCH] * 20)
    assert decode(lines.encode(encoding), declared, "f.csv")[0] == lines


@pytest.mark.parametrize(
    ("encoding", "read_as"), [("utf-8", "utf-8"), ("cp1252", "cp1252"), ("utf-8-sig", "utf-8-sig")]
)
def test_an_undeclared_encoding_is_found_and_reported(encoding: str, read_as: str) -> None:
    text, notes = decode(FRENCH.encode(encoding), None, "f.csv")
    assert text == FRENCH
    assert [n.after for n in notes] == [read_as]


def test_windows_text_declared_as_utf8_is_refused_at_its_first_line() -> None:
    raw = b"id;x\n1;a\n" + "2;é\n".encode("cp1252") * 10
    with pytest.raises(Blocked) as caught:
        decode(raw, "utf-8", "f.csv")
    fault = caught.value.faults[0]
    assert fault.line == 3
    assert "cp1252" in str(fault.action)


def test_utf8_text_declared_as_windows_is_refused_instead_of_coming_out_wrong() -> None:
    with pytest.raises(Blocked) as caught:
        decode(b"id;x\n" + "1;é\n".encode() * 5, "cp1252", "f.csv")
    assert caught.value.faults[0].line == 2
    assert "utf-8" in str(caught.value.faults[0].action)


def test_a_stray_line_keeps_its_place_and_carries_a_mark() -> None:
    lines = ["id;x", *[f"{i};texte" for i in range(200)]]
    raw = "\n".join(lines).encode() + b"\n200;caf\xe9"
    text, notes = decode(raw, "utf-8", "f.csv")
    assert text.split("\n")[201] == "200;caf\ufffd"
    assert [n.line for n in notes] == [202]


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Blocked, match="not known"):
        decode(b"a", "windows-français", "f.csv")


@pytest.mark.parametrize("text", ["é", "à la médiathèque", "l’été", "20 €", "« bien »", "œuvre", "°C", "naïve"])
def test_utf8_read_as_windows_is_recognised(text: str) -> None:
    assert re.search(MOJIBAKE, text.encode("utf-8").decode("cp1252", errors="replace"))


def test_correct_french_is_not_taken_for_a_fault() -> None:
    assert not re.search(MOJIBAKE, FRENCH)
    assert not re.search(MOJIBAKE, "TÂCHE, ÂGÉ, PÂTÉ, RÂPÉ, CHÂTEAU, â la main, Ã la carte, Å bo")


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
def test_text_encoded_again_is_read_back_and_told(times: int, read_as: str) -> None:
    spoiled = french = "Île, Âge, très satisfait, ça dépend, là\nété, noël" + (" l’œuvre €" * (read_as == "cp1252"))
    for _ in range(times):
        spoiled = spoiled.encode().decode(read_as)
    text, notes = mended(f"id;x\n{spoiled}")
    assert text == f"id;x\n{french}"
    assert [(n.kind, n.line) for n in notes] == [("mojibake", 2)]


def test_a_file_of_which_most_texts_were_encoded_twice_keeps_the_others() -> None:
    assert mended("très;trÃ¨s;Ã  la carte;trÃ¨s;trÃ¨s;Âge")[0] == "très;très;à la carte;très;très;Âge"


def test_a_record_spoiled_in_a_sound_file_is_left_to_the_rule_on_unreadable_text() -> None:
    text = "très;été;trÃ¨s;noël"
    assert mended(text) == (text, [])


@pytest.mark.parametrize("text", [FRENCH, "TÂCHE, ÂGÉ, Ã la carte", "Ã©tÃ© et â€\ufffd"])
def test_text_that_was_written_so_or_cannot_be_read_back_stays(text: str) -> None:
    assert mended(text)[0] == text


def test_what_cannot_be_read_back_is_told() -> None:
    assert [n.kind for n in mended("Ã©tÃ© et â€\ufffd")[1]] == ["mojibake"]


@pytest.mark.parametrize("declared", [None, "cp1252"])
def test_windows_text_behind_the_mark_of_utf8_is_read_as_it_is(declared: str | None) -> None:
    raw = b"\xef\xbb\xbf" + "Numéro;Ville préférée\r\n1;Forêt\r\n2;Été\r\n".encode("cp1252")
    text, _ = decode(raw, declared, "f.csv")
    assert text.startswith("Numéro;Ville préférée")
    with pytest.raises(Blocked) as refused:
        decode(raw, "utf-8", "f.csv")
    assert "`encoding: cp1252`" in str(refused.value.faults[0].action)


@pytest.mark.parametrize(
    ("text", "read"),
    [("GuÃ©ret", "Guéret"), ("Ã‰vaux-les-Bains", "Évaux-les-Bains"), ("Guéret", "Guéret"), ("Ã©tÃ© et â€\ufffd", None)],
)
def test_an_answer_is_read_as_it_was_before_its_accents_were_spoiled(text: str, read: str | None) -> None:
    assert sound(text) == (text if read is None else read)
