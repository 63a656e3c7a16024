"""truth.yaml: scenarios and faults."""

from pathlib import Path

import pytest

from pipeline.errors import SimulateError
from pipeline.evaluation import load
from pipeline.simulate.parameters import load_truth
from tests.simulate.conftest import ROOT, new_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return new_project(tmp_path)


def _with(project: Path, old: str, new: str, file: str = "truth.yaml") -> Path:
    path = project / "surveys" / "miniature" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_scenario_changes_its_own_keys_and_nothing_else() -> None:
    evaluation = load("bretagne-cybercommunes", ROOT)
    default, other = load_truth(evaluation), load_truth(evaluation, "pretrend")
    assert other.label.pretrend == 0.03
    assert default.label.pretrend == 0
    assert other.model_copy(update={"label": default.label}) == default


def test_every_scenario_loads_and_the_miniature_has_the_same() -> None:
    evaluation = load("miniature", ROOT)
    scenarios = load_truth(evaluation).scenarios
    assert set(scenarios) == set(load_truth(load("bretagne-cybercommunes", ROOT)).scenarios)
    assert len(scenarios) == 8
    assert all(load_truth(evaluation, s).synthetic for s in scenarios)


def test_an_unknown_scenario_names_those_that_exist() -> None:
    with pytest.raises(SimulateError, match="unknown scenario") as error:
        load_truth(load("miniature", ROOT), "storm")
    assert "pretrend" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("second_space: 0.04", "second_spaces: 0.04", "users.second_space"),
        ("{A: 0.40, B: 0.40, C: 0.20}", "{A: 0.40, B: 0.40, C: 0.30}", "spaces.type_share adds up to 1.1"),
        ("total: {2003: 5600, 2006: 5500}", "total: {2003: 5600}", "says nothing of a wave"),
        ("synthetic: true", "synthetic: false", "only synthetic evaluations are simulated"),
    ],
)
def test_a_wrong_truth_is_told_by_file_and_key(project: Path, old: str, new: str, said: str) -> None:
    path = _with(project, old, new)
    with pytest.raises(SimulateError) as error:
        load_truth(load("miniature", project))
    assert said in str(error.value)
    assert path.name in str(error.value)


def test_an_evaluation_of_real_data_is_never_simulated(project: Path) -> None:
    _with(project, "\nsynthetic: true", "\nsynthetic: false", "evaluation.yaml")
    with pytest.raises(SimulateError, match="real data"):
        load_truth(load("miniature", project))


@pytest.mark.parametrize("name", ["users", "fieldwork", "attendance", "register"])
def test_the_miniature_asks_the_same_questions(name: str) -> None:
    surveys = ROOT / "surveys"
    copies = [
        (surveys / e / f"{name}.yaml").read_text(encoding="utf-8") for e in ("bretagne-cybercommunes", "miniature")
    ]
    assert copies[0] == copies[1]
