"""Texts of labels that settings and instruments make, in ``reports/<lang>/_labels.yaml`` and its like, filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import WordsError
from pipeline.instrument import Text
from pipeline.wording import words
from pipeline.wording.grammar import render
from pipeline.wording.phrases import capital
from pipeline.wording.words import Words

#: What stands in place of a value: a text, or one by language.
Value = str | Mapping[str, str]


@dataclass(frozen=True)
class LabelTexts:
    """The texts of labels in every language.

    read : language -> the words of ``reports/<lang>``.   file : the file of the texts, without its ending.
    """

    read: Mapping[str, Words]
    file: str

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages, in the order in which they are published."""
        return tuple(self.read)

    def plain(self, text: Text) -> dict[str, str]:
        """Return a declared text by language, as it stands."""
        return {lang: text.in_language(lang) for lang in self.read}

    def headed(self, text: Text) -> dict[str, str]:
        """Return a declared text by language, with a capital."""
        return {lang: capital(said) for lang, said in self.plain(text).items()}

    def same(self, text: str) -> dict[str, str]:
        """Return a text that all languages write alike."""
        return dict.fromkeys(self.read, text)

    def say(self, key: str, **said: Value) -> dict[str, str]:
        """Return a text by language.

        Raises
        ------
        WordsError
            When a language has no such text, or it names what is not given.
        """
        return {lang: _filled(of, self.file, key, lang, said) for lang, of in self.read.items()}

    def first(self, key: str, **said: Value) -> str:
        """Return a text in the first language alone."""
        return self.say(key, **said)[self.languages[0]]

    def under(self, head: str) -> Iterator[str]:
        """Yield the keys that stand below a key."""
        start = f"{self.file}.{head}."
        yield from (key.removeprefix(start) for key in next(iter(self.read.values())).texts if key.startswith(start))


def label_texts(
    root: Path, languages: Sequence[str], file: str = "_labels", questions: Sequence[str] = ()
) -> LabelTexts:
    """Return the texts of labels of a project with those of questions, or those of another file."""
    read = {lang: words.load(root / "reports" / lang, lang, list(questions), None, {}) for lang in languages}
    return LabelTexts(read, file)


def _filled(of: Words, file: str, key: str, lang: str, said: Mapping[str, Value]) -> str:
    entry = of.texts.get(f"{file}.{key}")
    if entry is None:
        raise WordsError("a text is missing", where=_file(lang, file), found=key)
    here = {name: value if isinstance(value, str) else value[lang] for name, value in said.items()}
    return render(entry.template, lambda hole: here.get(hole.name), sentence=False)


def _file(lang: str, file: str) -> str:
    return f"reports/{lang}/{file}.yaml" if file.startswith("_") else f"reports/{lang}/{file}/words.yaml"
