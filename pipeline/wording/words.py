"""Reading the words of a language: one text a verdict, in ``reports/<lang>/<question>/words.yaml``, with overrides.

A file is YAML held tight: texts are quoted or folded (``>-``), keys stand once and are plain words, so that nobody
loses a « no » or a colon to YAML.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import WordsError
from pipeline.wording.grammar import Template, parse
from pipeline.wording.vocabulary import Noun, noun
from pipeline.yaml_data import PARSER

COMMON = "_common"
#: Keys of ``_common`` that hold nouns with their forms, and that of whom results count, which a question has too.
_NOUNS, _COUNTED = ("vocabulary", "levels"), "populations"
#: Texts that a verdict may have besides what is said: the title and alternative text of a figure, a cell of a table,
#: what is said of an item of a list that stands alone, such as a finding, and a key figure: its number, and what it is.
VARIANTS = ("say", "title", "alt", "cell", "alone", "value", "key", "meaning")
#: Signs of a figure's title.
LONGEST_TITLE = 90
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Entry:
    """One text: what it says, where it stands."""

    text: str
    template: Template
    where: str


#: Populations of people who are not the programme's persons: nobody knows whether they come.
NOT_PERSONS = ("respondents", "inhabitants", "non_users")


@dataclass(frozen=True)
class Words:
    """The words of a language for one evaluation.

    texts : ``demand.level.rise``, ``demand.by_age.each.fall``, ``demand.change.rise.title`` -> text; what is said of a
        verdict that has variants stands under its key alone.
    vocabulary : the programme's nouns.   populations : whom results count, by population.
    """

    lang: str
    texts: Mapping[str, Entry] = field(default_factory=dict)
    vocabulary: Mapping[str, Noun] = field(default_factory=dict)
    populations: Mapping[str, Noun] = field(default_factory=dict)

    def find(self, *keys: str) -> Entry | None:
        """Return the first text that exists among several keys."""
        return next((self.texts[key] for key in keys if key in self.texts), None)

    def about(self, population: str) -> Words:
        """Return these words with the people of a population in place of the programme's persons, who come to it."""
        if population not in NOT_PERSONS or population not in self.populations:
            return self
        return replace(self, vocabulary={**self.vocabulary, "person": self.populations[population]})


def load(
    folder: Path, lang: str, questions: list[str], own: Path | None, nouns: Mapping[str, Any], level: str = ""
) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    folder : ``reports/<lang>``.
    questions : those whose words are wanted; a question without words has no texts.
    own : ``surveys/<evaluation>/words/<lang>``, whose texts take the place of those of the same key.
    nouns : the evaluation's vocabulary in this language, over that of ``_common.yaml``.
    level : of the territorial units, whose noun ``_common.yaml`` has under ``levels``.

    Raises
    ------
    WordsError
        With file and line, for a text that cannot be read.
    """
    texts: dict[str, Entry] = {}
    vocabulary: dict[str, Noun] = {}
    populations: dict[str, Noun] = {}
    for name, path in _files(folder, questions, own):
        state = path.stat()
        content, own_texts = _kept(name, path, (state.st_mtime_ns, state.st_size))
        texts |= own_texts
        if name == COMMON:
            vocabulary |= _nouns(_plain(content.get("vocabulary", ({}, 1))[0]), str(path))
            levels = _nouns(_plain(content.get("levels", ({}, 1))[0]), str(path))
            vocabulary |= {"unit": levels[level]} if level in levels else {}
        if _is_noun(name, _COUNTED):
            populations |= _nouns(_plain(content.get(_COUNTED, ({}, 1))[0]), str(path), _COUNTED)
    vocabulary |= _nouns(nouns, "evaluation.yaml, key vocabulary")
    return Words(lang, texts, vocabulary, populations)


@functools.lru_cache(maxsize=512)
def _kept(name: str, path: Path, stamp: tuple[int, int]) -> tuple[Mapping[str, Read], Mapping[str, Entry]]:
    """Return the content of a file of words and its texts, the same as long as the file stays as it is."""
    content, texts = read(path), {}
    for key, (value, line) in _leaves(content, name):
        if not _is_noun(name, key.split(".")[1]):
            where = f"{path}:{line}"
            texts[key.removesuffix(".say")] = Entry(value, parse(value, where), where)
    return content, texts


def _is_noun(file: str, key: str) -> bool:
    return (file == COMMON and key in _NOUNS) or (key == _COUNTED and (file == COMMON or not file.startswith("_")))


def _files(folder: Path, questions: list[str], own: Path | None) -> Iterator[tuple[str, Path]]:
    names = [(COMMON, folder / f"{COMMON}.yaml"), *((q, folder / q / "words.yaml") for q in questions)]
    # the words of a document's own blocks: _methods.yaml
    names += [(p.stem, p) for p in sorted(folder.glob("_*.yaml")) if p.stem != COMMON]
    if own is not None:
        names += [(p.stem, p) for p in sorted(own.glob("*.yaml"))]
    yield from ((name, path) for name, path in names if path.is_file())


def _nouns(declared: Mapping[str, Any], where: str, key: str = "vocabulary") -> dict[str, Noun]:
    return {name: noun(forms, f"{where}, {key}.{name}") for name, forms in declared.items()}


#: A value of a file with its line: a text, or a mapping of such.
Read = tuple[Any, int]


def read(path: Path) -> dict[str, Read]:
    """Return the content of a file of words, each value with its line.

    Raises
    ------
    WordsError
        For what is no mapping of texts, and for YAML's pitfalls.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=PARSER)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise WordsError(
            "the file of words is no YAML",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            found=getattr(fault, "problem", fault),
            action='put the text between double quotes: key: "text"',
        ) from None
    if root is None:
        return {}
    content: dict[str, Read] = _mapping(root, path)
    return content


def _mapping(node: yaml.Node, path: Path) -> dict[str, Read]:
    where = f"{path}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise WordsError("words are a mapping of names to texts", where=where, action='write name: "text"')
    out: dict[str, Read] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value)
        if key_node.tag != "tag:yaml.org,2002:str" and not key.isdigit():
            raise WordsError(
                "YAML reads this key as yes or no, not as a word",
                where=f"{path}:{line}",
                found=key,
                action=f'write it between quotes: "{key}":',
            )
        if key in out:
            raise WordsError(
                "a key stands twice", where=f"{path}:{line}", found=key, allowed=f"once (line {out[key][1]})"
            )
        scalar = isinstance(value_node, yaml.ScalarNode)
        out[key] = (_text(value_node, path) if scalar else _mapping(value_node, path), value_node.start_mark.line + 1)
    return out


def _text(node: yaml.ScalarNode, path: Path) -> str:
    if not node.style and not _WORD.fullmatch(node.value):
        raise WordsError(
            "a text stands without quotes",
            where=f"{path}:{node.start_mark.line + 1}",
            found=node.value,
            action="put it between double quotes, or below >-",
        )
    return str(node.value)


_TRUTHS = {"true": True, "false": False}


def _plain(content: Mapping[str, Read]) -> dict[str, Any]:
    return {k: _plain(v) if isinstance(v, dict) else _TRUTHS.get(v, v) for k, (v, _) in content.items()}


def _leaves(content: Mapping[str, Read], prefix: str) -> Iterator[tuple[str, tuple[str, int]]]:
    for key, (value, line) in content.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict):
            yield from _leaves(value, name)
        else:
            yield name, (value, line)
