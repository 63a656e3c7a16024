"""A language is a folder of words and a module: a toy one is spoken without a change anywhere else."""

import sys
import types
from pathlib import Path

import pytest
import yaml

from pipeline import wording
from pipeline.errors import WordsError
from pipeline.wording import en, language, words
from pipeline.wording.speaking import Speaker
from tests.questions.made_up import LABELS, ROOT, of_place, statements, table

TOY = "xx"


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a toy language: English, whose texts are marked and whose times come behind."""
    module = types.ModuleType(f"pipeline.wording.{TOY}")
    vars(module).update({name: value for name, value in vars(en).items() if not name.startswith("__")})
    vars(module)["TIMES"] = ("in", "since", "from")
    vars(module)["time"] = lambda name, form, is_year: f"{name}-{form}"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for name in ("_common.yaml", "demand/words.yaml"):
        target = tmp_path / TOY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((ROOT / "reports" / "en" / name).read_text(encoding="utf-8"), encoding="utf-8")
    own = {"change": {"rise": "Xyz {persons} {change:size} {since:from}!"}}
    (tmp_path / TOY / "own").mkdir()
    text = yaml.safe_dump(own, default_style='"')
    (tmp_path / TOY / "own" / "demand.yaml").write_text(text, encoding="utf-8")
    return tmp_path / TOY


def test_a_third_language_is_spoken(toy: Path) -> None:
    made = table()
    read = words.load(toy, TOY, ["demand"], toy / "own", {"person": {"one": "zorp", "many": "zorpen"}})
    rows = {str(r["result_id"]): {str(k): v for k, v in r.items()} for r in made.to_dict("records")}
    speaker = Speaker(read, rows, LABELS, lambda text, result_id: text)
    found = of_place(statements(made))
    # an own text without variants stands before the shared one that has them
    assert speaker.say([found["demand.change"]]) == "Xyz zorpen 9\u00a0points 2003-from!"
    assert speaker.say([found["demand.level"]]).startswith("2006-in, nearly half of zorpen (48%")


def test_a_copy_that_says_the_code_of_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yy.py").write_text(Path(en.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(wording, "__path__", [*wording.__path__, str(tmp_path)])
    for _ in range(2):
        with pytest.raises(WordsError, match="the code of another") as refused:
            language.of("yy")
        assert (refused.value.where, refused.value.allowed) == ("pipeline/wording/yy.py", 'CODE = "yy"')
