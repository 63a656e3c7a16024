"""What is left to do once a wave was added: every line that still names numbers of the last one is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.stages.add import _left_to_do

PLAN = "waves: [{name: 2023}]\nplan:\n  - {question: spaces, settings: {dates: [2023-12-31]}}\n"


def test_words_and_chapters_that_name_numbers_of_the_last_wave_are_told_with_their_lines(tmp_path: Path) -> None:
    folder = tmp_path / "surveys" / "essai"
    (folder / "words" / "fr").mkdir(parents=True)
    (folder / "words" / "fr" / "answers.yaml").write_text(
        "open:\n  yes: '{spaces.open.count/spaces/period=2023-12-31}'\n  no: 'wave=20235 is another'\n", "utf-8"
    )
    (folder / "chapter.qmd").write_text("{{< say demand.change/wave=2022..2023 >}}\n", "utf-8")
    waves = [SimpleNamespace(name="2023")]
    evaluation: Any = SimpleNamespace(folder=folder, settings=SimpleNamespace(waves=waves))
    made: Any = SimpleNamespace(after={"evaluation.yaml": PLAN})
    told = list(_left_to_do(evaluation, made))
    assert "  3: - {question: spaces, settings: {dates: [2023-12-31]}}" in told
    assert [line for line in told if line.startswith(("  words", "  chapter"))] == [
        "  chapter.qmd:1: {{< say demand.change/wave=2022..2023 >}}",
        "  words/fr/answers.yaml:2: yes: '{spaces.open.count/spaces/period=2023-12-31}'",
    ]
    assert any("keep 2023 beside the new one" in line for line in told)
    (folder / "words" / "fr" / "answers.yaml").unlink()
    (folder / "chapter.qmd").unlink()
    assert not any("words and chapters" in line for line in _left_to_do(evaluation, made))
