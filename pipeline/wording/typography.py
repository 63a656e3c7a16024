"""No-break spaces put into running text of languages that space as French does; code and addresses stay as they are."""

from __future__ import annotations

import functools
import re

from pipeline.wording.language import of
from pipeline.wording.numbers import MINUS, NARROW, NO_BREAK, month

_SPACES = f"[ {NO_BREAK}{NARROW}]"

#: What is never touched, in the order it is looked for: Markdown and HTML share this list.
_PROTECTED = re.compile(
    r"""
      \A---\n.*?\n(?:---|\.\.\.)[ ]*(?=\n|\Z)       # front matter
    | ^(?P<fence>```+|~~~+).*?^(?P=fence)[`~]*[ ]*$  # fenced code
    | ^:::[^\n]*$                                    # fenced divisions: their lines, not what follows
    | ^[ ]{0,3}\[[^\]\n]+\]:                         # definitions of footnotes and links
    | (?P<tick>`+)(?!`).*?(?<!`)(?P=tick)(?!`)       # inline code
    | <(?:script|style|pre|code|kbd|samp)\b.*?</(?:script|style|pre|code|kbd|samp)>
    | <!--.*?-->
    | </?[a-zA-Z][^<>]*>                             # tags, and so attributes
    | \]\([^()\s]*(?:\s+"[^"]*")?\)                  # targets of links
    | \{(?=[\#.:]|[\w-]+=)[^{}]*\}                   # attributes of Markdown
    | \b[a-z][a-z0-9+.-]*://[^\s<>«»]+               # addresses
    | \b(?:mailto|urn|doi):[^\s<>]+
    | &(?:\#\d+|\#x[0-9a-fA-F]+|\w+);                # entities
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # thousands first: the other rules then see whole numbers
    (re.compile(rf"(?<![\d,.\w])\d{{1,3}}(?:{_SPACES}\d{{3}})+(?![\d])"), "thousands"),
    (re.compile(rf"(?<=\d){_SPACES}*%|(?<=\}}){_SPACES}+%"), f"{NARROW}%"),
    # quotation marks before the colon, which looks at what follows it
    (re.compile(rf"«{_SPACES}*(?=\S)"), f"«{NO_BREAK}"),
    (re.compile(rf"(?<=\S){_SPACES}*»"), f"{NO_BREAK}»"),
    (re.compile(rf"(?<=[^\s|]){_SPACES}+([;!?])"), rf"{NARROW}\1"),
    (re.compile(r"(?<=[\w»)\]…])([;!?])(?=\s|$|\*|»)", re.MULTILINE), rf"{NARROW}\1"),
    (re.compile(rf"(?<=[^\s|:]){_SPACES}+:(?=\s|$)", re.MULTILINE), f"{NO_BREAK}:"),
    (re.compile(r"(?<=[\w»)\]*%])(?<!:):(?=[ \n]|$)", re.MULTILINE), f"{NO_BREAK}:"),
    (re.compile(rf"(?<=[(\s{NO_BREAK}])([+{MINUS}]) (?=\d)"), rf"\1{NO_BREAK}"),
    (re.compile(r"(?<=[\d}\]]) (?=(?:points?|euros?|ans|km|mois|M?€)(?!\w))"), NO_BREAK),
    (re.compile(r"\bn = (?=\d)"), f"n{NO_BREAK}={NO_BREAK}"),
    (re.compile(r"(?<=n°) (?=\d)"), NO_BREAK),
)

#: Where a rule may change something, itself quickly looked for: most pieces between what is protected hold none.
_MAY_CHANGE = re.compile(
    rf"(?<!{NARROW})[%;!?]|(?<!{NO_BREAK})[:»]|«(?!{NO_BREAK})|{_SPACES}{{2}}|\d[ {NO_BREAK}]\d|[+{MINUS}] \d"
    r"|(?:[\d}\]]|1er) [\w€]|n = \d|n° \d"
)


def apply(text: str, lang: str = "fr") -> str:
    """Return Markdown, HTML or plain text with French spacing; a language that spaces nothing gets it back.

    Applying it twice changes nothing more. Code, tags with their attributes, link targets, Markdown attributes,
    addresses, entities and front matter are left alone.
    """
    if not of(lang).SPACED:
        return text
    out, position = [], 0
    for kept in _PROTECTED.finditer(text):
        out += [_spaced(text[position : kept.start()], text, position, lang), kept.group()]
        position = kept.end()
    out.append(_spaced(text[position:], text, position, lang))
    return "".join(out)


def _spaced(part: str, whole: str, start: int, lang: str) -> str:
    # one character of what precedes lets a rule see that « : » follows a closing tag or code, not a line's start
    before = whole[start - 1] if start and part[:1] not in ("", "\n") else ""
    return _typeset(f"{before}{part}", lang)[len(before) :]


@functools.lru_cache(maxsize=8192)
def _typeset(glued: str, lang: str) -> str:
    """Return a piece with French spacing, made once: tables and sheets say the same again and again."""
    if not _MAY_CHANGE.search(glued):
        return glued
    for pattern, replacement in _RULES:
        if replacement == "thousands":
            glued = pattern.sub(lambda m: re.sub(_SPACES, NARROW, m.group()), glued)
        else:
            glued = pattern.sub(replacement, glued)
    return _before_month(lang).sub(NO_BREAK, glued)


@functools.cache
def _before_month(lang: str) -> re.Pattern[str]:
    """Return where a day is followed by the name of its month."""
    names = "|".join(re.escape(month(number, lang)) for number in range(1, 13))
    return re.compile(rf"(?:(?<=\d)|(?<=1er)) (?=(?:{names})\b)")
