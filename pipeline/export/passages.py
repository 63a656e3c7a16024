"""Passages of prose that belong to one evaluation: its policy, its context, its limits.

They are Markdown files in ``surveys/<evaluation>/texts/<lang>/``. A figure in them is a declared fact, written
``{fact spaces}``; a wave of the survey may be typed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PublishError
from pipeline.wording import typography
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation

_FACT = re.compile(r"\{fact ([^{}\s]+)\}")
#: Stands for a fact while the text around it is made literal; a YAML file cannot hold it.
_HOLE = "\x00"


def passage(evaluation: Evaluation, name: str, lang: str, fact: Callable[[str], object]) -> Markdown:
    """Return a passage as Markdown, empty when the evaluation has none of that name.

    Parameters
    ----------
    evaluation, name, lang : which file of ``texts/<lang>/`` to read, without ``.md``.
    fact : writes a declared fact by its name (``report.fact``).

    Raises
    ------
    PublishError
        With file and line, when the passage names a fact that the evaluation does not declare.
    """
    from IPython.display import Markdown

    path = _path(evaluation, name, lang)
    if not path.is_file():
        return Markdown("")
    lines = [
        with_facts(line, evaluation, fact, f"{path}:{number}")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    return Markdown("\n" + typography.apply("\n".join(lines), lang) + "\n")


def with_facts(text: str, evaluation: Evaluation, fact: Callable[[str], object], where: str) -> str:
    """Return a text with its ``{fact name}`` written as numbers.

    Raises
    ------
    PublishError
        With ``where``, when the text names a fact that the evaluation does not declare.
    """
    known = {f.id for f in evaluation.settings.facts}
    for match in _FACT.finditer(text):
        if match.group(1) not in known:
            raise PublishError(
                "the passage names a fact that evaluation.yaml does not declare",
                where=where,
                found=match.group(1),
                allowed=sorted(known),
            )
    return _FACT.sub(lambda m: _markdown(fact(m.group(1))), text)


def literal_with_facts(text: str, evaluation: Evaluation, fact: Callable[[str], object], where: str) -> str:
    """Return a declared text as Markdown that shows it as it is, but for its ``{fact name}`` written as numbers.

    Raises
    ------
    PublishError
        As :func:`with_facts`.
    """
    written = with_facts(text, evaluation, lambda name: _HOLE, where).split(_HOLE)
    facts = [_markdown(fact(m.group(1))) for m in _FACT.finditer(text)]
    return "".join(itertools.chain(*zip(map(literal, written), [*facts, ""], strict=True)))


def has_passage(evaluation: Evaluation, name: str, lang: str) -> bool:
    """Return whether the evaluation has a passage of that name."""
    return _path(evaluation, name, lang).is_file()


def _path(evaluation: Evaluation, name: str, lang: str) -> Path:
    return evaluation.folder / "texts" / lang / f"{name}.md"


def _markdown(value: object) -> str:
    written = getattr(value, "_repr_markdown_", None)
    return str(written()) if written else str(value)
