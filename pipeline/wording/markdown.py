"""The gate between text that was received and Markdown: what passes it shows exactly that text.

A character that Markdown, HTML or Typst may take for a sign is replaced by a stand-in of the private use planes, which
no reader takes for anything; the theme's ``literal.lua`` puts the character itself back once the document has been
read, in either renderer. A text that has passed may be cut, joined, or pass again: nothing is escaped twice.
"""

from __future__ import annotations

import re
import unicodedata

#: The stand-in of an ASCII character is as far behind this one as the character is behind NUL.
STAND_IN = 0xF0000
_LAST = STAND_IN + 0x7F

_SIGNS = re.compile(
    r"""
      [\\`*_{}\[\]<>\#|~^$@"&]              # signs wherever they stand
    | (?<![\w])' | '(?![\w«“"(])             # quotation marks; an apostrophe within a word is curled like any other
    | -(?=[-?]) | (?<=-)- | \.(?=\.) | (?<=\.)\.  # dashes, hyphens that Typst hides, ellipses
    | :(?=:) | (?<=:): | /(?=/) | (?<=/)/    # divisions; addresses, and comments in Typst
    | \A[:=%] | \A[-+/](?=[ ]|\Z)           # lists, definitions, underlines, terms
    | \A\(?[0-9A-Za-z]+[.)](?=\s|\Z)         # numbered lists
    """,
    re.VERBOSE,
)
_BLANKS = re.compile("[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
#: Blanks at an end would undo the emphasis around a text.
_AT_ENDS = " \u00a0\u202f"
_SPACES = dict.fromkeys(map(ord, _AT_ENDS), " ")
#: Signs of Arabic and its neighbours that Unicode counts among the formatting characters, though they are seen.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_JOINERS = "\u200c\u200d"
#: Text beyond here is of no Latin script: there a joiner shapes letters and pictures.
_LATIN = "\u024f"


def visible(text: str) -> str:
    """Return a text on one line, without the characters that are not seen: controls, marks of direction, zero widths.

    A joiner between signs of a script that needs it stays; what no file can hold is shown as U+FFFD.
    """
    if text.isprintable() and "  " not in text:
        return text.strip(_AT_ENDS)
    text = _BLANKS.sub(" ", text)
    # spaces that do not break are the one thing that texts have and Python does not count among the printable
    if not text.translate(_SPACES).isprintable():
        shown = "".join(_shown(c, text[:i][-1:], text[i + 1 : i + 2]) for i, c in enumerate(text))
        text = re.sub(" +", " ", shown)
    return text.strip(_AT_ENDS)


def _shown(character: str, before: str, after: str) -> str:
    kind = unicodedata.category(character)
    if character in _JOINERS:
        return character if before > _LATIN and after > _LATIN else ""
    if kind == "Cs" or (kind == "Cn" and ord(character) & 0xFFFE == 0xFFFE):
        return "\ufffd"
    return "" if kind in ("Cc", "Cf") and character not in _SEEN else character


def literal(text: str) -> str:
    """Return Markdown that shows exactly ``text``, invisible characters apart (:func:`visible`).

    Its length is that of the visible text, and letters, digits, spaces and most punctuation are as they were, so that
    it can still be searched, cut and set in lower case. Passing it twice changes nothing. A stand-in that was itself
    received shows the character that it stands for.
    """
    return _SIGNS.sub(lambda m: "".join(map(_stand_in, m.group())), visible(text))


def _stand_in(character: str) -> str:
    return (
        character
        if character.isalnum() or character == " " or ord(character) > 0x7F
        else chr(STAND_IN + ord(character))
    )


def plain(markdown: str) -> str:
    """Return the text that a literal shows."""
    return "".join(chr(ord(c) - STAND_IN) if STAND_IN <= ord(c) <= _LAST else c for c in markdown)
