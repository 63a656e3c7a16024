"""From an author's lines to plain Markdown: statements said, figures shown, conditions settled; nothing is computed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.errors import PublishError
from pipeline.publish.documents.chapters import Document, Line
from pipeline.publish.documents.pruning import kept
from pipeline.publish.documents.shortcodes import (
    CALLOUT,
    CLOSES,
    CODE,
    FENCE,
    NOTE,
    OPENS,
    PARAGRAPH,
    Divisions,
    Shortcode,
    conditions,
    shortcodes,
)
from pipeline.publish.render import markup
from pipeline.results.statement import FURTHER, Statement
from pipeline.wording.blocks import Block
from pipeline.wording.grammar import Hole
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import COMMON

#: A noun of the vocabulary in prose; attributes of Markdown begin with a sign and are not meant.
NOUN = re.compile(r"(?<!\{)\{(?P<name>[a-z_]+)(?::(?P<form>[a-z]+)|(?P<choices>(?:\|[^|{}]*){2,}))?\}(?!\})")
#: Named in prose, the title of the entry whose chapter it is.
ENTRY = "entry"
#: Parts of the note of a figure or table, in their order.
_NOTED = ("reading", "population", "source")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.*?)\s*(?:\{[^}]*?#(?P<id>[\w-]+)[^}]*\})?\s*$")


@dataclass(frozen=True)
class Shelf:
    """What documents of one language and place may take.

    speaker : says statements.   statements : by ``<entry>.<name>``, of the place.   whole : the same of the perimeter.
    known : names of the statements that the planned questions declare.
    figures, absent : records and reasons by name (figures.json).
    titles : name of a figure -> the statement that gives its title.
    file : the path of a figure's file beside the staged document.   facts : declared figures, as Markdown.
    lists : what ``list`` may show, each a list of statements.   blocks : what else ``show`` may, each made when it is
    shown.   traits : what the evaluation is (:mod:`pipeline.evaluation.traits`).   behind : the numbers and files of a
    figure or table by name and record, as Markdown.
    """

    speaker: Speaker
    statements: Mapping[str, Statement]
    whole: Mapping[str, Statement]
    known: frozenset[str]
    figures: Mapping[str, Any]
    absent: Mapping[str, str]
    titles: Mapping[str, str]
    file: Callable[[str], str]
    facts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[Item]] = field(default_factory=dict)
    blocks: Mapping[str, Callable[[], Block]] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()
    behind: Callable[[str, Mapping[str, Any]], str] = lambda name, record: ""

    @property
    def lang(self) -> str:
        """Return the language."""
        return self.speaker.words.lang


@dataclass(frozen=True)
class Item:
    """One line of a list: what is said, the verdict behind it, and what it rests on."""

    id: str
    verdict: str
    text: str
    result_ids: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """One thing that a document says, for its trace: the parity of languages is an equality of traces."""

    section: str
    kind: str
    id: str
    verdict: str
    result_ids: tuple[str, ...]


@dataclass(frozen=True)
class Expanded:
    """A document as plain Markdown: staged lines, the author's place of each, and what it says."""

    lines: tuple[str, ...]
    places: tuple[str, ...]
    told: tuple[Told, ...]


def expand(document: Document, shelf: Shelf) -> Expanded:
    """Return a document whose shortcodes and conditions are settled.

    Raises
    ------
    PublishError
        With the author's file and line: an unknown statement, figure, noun or fact; a division left open.
    """
    return _Expansion(shelf).run(document)


@dataclass
class _Expansion:
    shelf: Shelf
    divisions: Divisions = field(default_factory=Divisions)
    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    section: str = ""
    fence: str = ""
    sections: set[str] = field(default_factory=set)
    speakers: dict[str, Speaker] = field(default_factory=dict)

    def run(self, document: Document) -> Expanded:
        for line in document.lines:
            self._line(line)
        if self.divisions.open:
            raise PublishError("a division is left open", where=self.divisions.opened[-1], action="close it with :::")
        stays = kept(self.lines)
        return Expanded(
            tuple(itertools.compress(self.lines, stays)),
            tuple(itertools.compress(self.places, stays)),
            tuple(self.told),
        )

    def _line(self, line: Line) -> None:
        fence = FENCE.match(line.text)
        if self.fence:
            self._put(line.text, line)
            if fence and line.text.strip().startswith(self.fence) and line.text.strip(" `~") == "":
                self.fence = ""
        elif fence:
            self.fence = fence.group(1)
            self._put(line.text, line)
        elif CLOSES.match(line.text):
            self._close(line)
        elif opened := OPENS.match(line.text):
            self._open(line, opened["attributes"] or "")
        elif self.divisions.passes:
            self._text(line)

    def _open(self, line: Line, attributes: str) -> None:
        when = conditions(attributes, line.where)
        # a callout of Quarto's has no role: a division around it has it, in both renderers
        written = [] if when else [NOTE, line.text] if CALLOUT.search(attributes) else [line.text]
        for text in written:
            self._put(text, line)
        shown = all(self._holds(key, name, line) for key, names in (when or {}).items() for name in names)
        self.divisions.open.append((len(written), shown))
        self.divisions.opened.append(line.where)

    def _close(self, line: Line) -> None:
        if not self.divisions.open:
            raise PublishError("a division is closed that was not opened", where=line.where)
        written, _ = self.divisions.open.pop()
        self.divisions.opened.pop()
        for _ in range(written):
            self._put(line.text, line)

    def _text(self, line: Line) -> None:
        line = self._headed(line)
        out, at, block = "", 0, False
        for code in shortcodes(line.text, line.where):
            out += self._nouns(line.text[at : code.start], line) + self._shown(code, line)
            at, block = code.end, True
        text = out + self._nouns(line.text[at:], line)
        # a line whose statements are all silent leaves no empty emphasis or bullet behind
        if block and not text.strip(" -*"):
            text = ""
        for each in text.split("\n"):
            self._put(each.rstrip() if block else each, line)

    def _headed(self, line: Line) -> Line:
        """Return a line; a section that it opens has an identifier of its own, for a question may be asked twice."""
        heading = _HEADING.match(line.text)
        if heading is None:
            return line
        name = heading["id"]
        if name in self.sections and line.entry:
            line = replace(line, text=line.text.replace(f"#{name}", f"#{name}-{line.entry}"))
            name = f"{name}-{line.entry}"
        self.sections.add(name or "")
        self.section = name or heading["title"]
        return line

    def _put(self, text: str, line: Line) -> None:
        if self.divisions.passes:
            self.lines.append(text)
            self.places.append(line.where)

    def _shown(self, code: Shortcode, line: Line) -> str:
        if code.name == "say":
            return self._say(code, line)
        if code.name == "show":
            return "\n".join(self._show(name, line, code.options.get("width")) for name in code.names)
        if code.name == "fact":
            return " ".join(self._fact(name, line) for name in code.names)
        return self._list(code, line)

    def _say(self, code: Shortcode, line: Line) -> str:
        shelf = self.shelf.whole if code.options.get("of") == "whole" else self.shelf.statements
        statements = [s for n in code.names if (s := self._statement(n, line, shelf)) is not None]
        if "as" not in code.options:
            statements = [each for s in statements for each in (s, *_further(s, shelf))]
        for statement in statements:
            self._tell("say", statement.id, statement)
        if "as" in code.options:
            return " ".join(filter(None, (self.shelf.speaker.text(s, code.options["as"]) for s in statements)))
        return self.shelf.speaker.say(statements)

    def _statement(self, name: str, line: Line, shelf: Mapping[str, Statement]) -> Statement | None:
        full = f"{line.entry}{name}" if name.startswith(".") else name
        if full in shelf:
            return shelf[full]
        # of other places than this one, or of a question that is not planned: nothing to say here
        if full in self.shelf.known or full.partition(".")[0] not in {k.partition(".")[0] for k in self.shelf.known}:
            return None
        raise PublishError(
            "there is no such statement",
            where=line.where,
            found=full,
            allowed=sorted(shelf),
            action="name one that the question declares",
        )

    def _is_said(self, name: str, line: Line) -> bool:
        statement = self._statement(name, line, self.shelf.statements)
        return statement is not None and statement.is_told and bool(self.shelf.speaker.text(statement))

    def _holds(self, condition: str, name: str, line: Line) -> bool:
        if condition == "said":
            return self._is_said(name, line)
        if condition == "shows":
            full = _full(name, line)
            return full in self.shelf.figures or bool(self._block(full).text)
        return (name in self.shelf.traits) == (condition == "has")

    def _block(self, name: str) -> Block:
        make = self.shelf.blocks.get(name)
        return Block() if make is None else make()

    def _show(self, name: str, line: Line, width: str | None = None) -> str:
        full = _full(name, line)
        record = self.shelf.figures.get(full)
        if record is None and full in self.shelf.blocks:
            block = self._block(full)
            self._tell("block", full, None, block.result_ids)
            return block.text
        if record is None:
            return self._absent(full, line)
        statement = self.shelf.statements.get(self.shelf.titles.get(full, ""))
        self._tell("show", full, statement, tuple(record.get("result_ids", ())))
        shown = self._titled(record, statement)
        if record["kind"] == "table":
            table = markup.table(full, shown, self._heads(), self.shelf.speaker.mark)
            return table + self.shelf.behind(full, record)
        figure = markup.figure(full, shown, self.shelf.file(record["file"]), width, self._heads())
        return figure + self.shelf.behind(full, record)

    def _heads(self) -> list[str]:
        """Return what stands before the parts of a note: Lecture, Champ, Source."""
        colon = of(self.shelf.lang).COLON
        return [f"**{self.shelf.speaker.word(f'_common.note.{part}')}**{colon}" for part in _NOTED]

    def _titled(self, record: Mapping[str, Any], statement: Statement | None) -> dict[str, Any]:
        """Return a record whose title says what its statement says, before what it measures."""
        speaker = self.shelf.speaker
        plain = speaker.plainly()
        title, alt = (plain.text(statement, v) if statement else "" for v in ("title", "alt"))
        marked_title = speaker.text(statement, "title") if statement else ""
        # the title's numbers are shown too
        told = [rid for each in (statement, *(statement.items if statement else ())) if each for rid in each.result_ids]
        return {
            **record,
            "caption": f"{title}. {record['caption']}" if title else record["caption"],
            # numbers of the title lead to their results, as those of sentences do
            "titled": f"{marked_title}. [{literal(record['caption'])}]{{.measured}}" if title else "",
            "alt": f"{alt} {record['alt']}".strip(),
            "result_ids": list(dict.fromkeys([*record.get("result_ids", ()), *(told if title or alt else ())])),
        }

    def _absent(self, name: str, line: Line) -> str:
        if name not in self.shelf.absent:
            raise PublishError(
                "there is no such figure or table",
                where=line.where,
                found=name,
                allowed=sorted({*self.shelf.figures, *self.shelf.absent, *self.shelf.blocks}),
            )
        self._tell("absent", name, None)
        return ""

    def _fact(self, name: str, line: Line) -> str:
        if name not in self.shelf.facts:
            raise PublishError(
                "the document names a fact that evaluation.yaml does not declare",
                where=line.where,
                found=name,
                allowed=sorted(self.shelf.facts),
            )
        return self.shelf.facts[name]

    def _list(self, code: Shortcode, line: Line) -> str:
        name = code.names[0]
        if name not in self.shelf.lists:
            raise PublishError("there is no such list", where=line.where, found=name, allowed=sorted(self.shelf.lists))
        first = int(code.options.get("from", 1)) - 1
        chosen = self.shelf.lists[name][first : first + int(code.options.get("max", 1000))]
        self.told += [Told(self.section, "list", i.id, i.verdict, i.result_ids) for i in chosen if i.text]
        said = [f"- {item.text}" for item in chosen if item.text]
        if code.options.get("as") == PARAGRAPH:
            return " ".join(item.text for item in chosen if item.text)
        around = self.shelf.speaker.note(f"{COMMON}.lists.{name}.{'lead' if said else 'none'}")
        return "\n".join([*([around, ""] if around else []), *said])

    def _nouns(self, text: str, line: Line) -> str:
        def noun(match: re.Match[str]) -> str:
            if match["name"] == ENTRY:
                return self.shelf.speaker.label(f"{ENTRY}={line.entry}")
            choices = tuple((match["choices"] or "").split("|")[1:])
            said = self._speaker(line.entry).noun_text(Hole(match["name"], match["form"] or "", choices))
            if said is None:
                raise PublishError(
                    "prose names a noun that the vocabulary lacks",
                    where=line.where,
                    found=match.group(),
                    allowed=sorted(self.shelf.speaker.words.vocabulary),
                )
            return said

        parts, at = [], 0
        for code in CODE.finditer(text):
            parts += [NOUN.sub(noun, text[at : code.start()]), code.group()]
            at = code.end()
        return "".join([*parts, NOUN.sub(noun, text[at:])])

    def _speaker(self, entry: str) -> Speaker:
        """Return who says the prose of a chapter: its persons are those whom its entry counts."""
        if entry not in self.speakers:
            of_entry = (s for s in self.shelf.whole.values() if s.entry == entry)
            self.speakers[entry] = self.shelf.speaker.about(of_entry)
        return self.speakers[entry]

    def _tell(self, kind: str, name: str, statement: Statement | None, ids: tuple[str, ...] = ()) -> None:
        verdict = statement.verdict if statement else ""
        rests_on = ids or (statement.result_ids if statement else ())
        self.told.append(Told(self.section, kind, name, verdict, rests_on))


def _further(statement: Statement, shelf: Mapping[str, Statement]) -> list[Statement]:
    """Return what is said beside a statement of the further pairs of waves that its entry compares."""
    name = statement.id.rpartition("@")[0]
    return [s for key, s in shelf.items() if key.startswith(f"{name}{FURTHER}") and not s.is_item]


def _full(name: str, line: Line) -> str:
    """Return the name of a figure; one that begins with a point is of the entry whose chapter it stands in."""
    return f"{line.entry}-{name[1:]}" if name.startswith(".") else name


def marked(text: str, result_id: str, about: str = "") -> str:
    """Return a number as Markdown that carries the identifier of its result, or says that it was declared.

    The text has passed the gate.   about : its interval and base, where it has some.
    """
    if not result_id:
        return f"[{text}]{{.declared}}"
    more = f' data-about="{about}"' if about else ""
    return f'[{text}]{{.number data-result="{result_id}"{more}}}'


def fact_text(value: object) -> str:
    """Return a declared figure as Markdown."""
    return literal(str(value))
