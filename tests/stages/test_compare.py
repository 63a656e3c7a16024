"""Two publications are compared by what their numbers measure, and by what they were made of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ProtectError, PublishError
from pipeline.evaluation import Evaluation, load
from pipeline.protect import ledger
from pipeline.protect.revisions import changes_of
from pipeline.results import LEDGER
from pipeline.stages.compare import CHANGES, compare

ROOT = Path(__file__).parents[2]


def numbers(**estimates: float | None) -> pd.DataFrame:
    """Return a ledger of one edition: a line a quantity, None for one that is hidden."""
    blank = dict.fromkeys((*ledger.PRINTED,), np.nan)
    rows = [
        {
            **blank,
            "quantity": name,
            "unit": "share",
            "boundaries": "",
            "editions": "2006",
            "reason": "",
            "quality": "publish" if value is not None else "suppress",
            **({"estimate": value, "step": 0.01, "lower": value - 0.03, "upper": value + 0.03} if value else {}),
        }
        for name, value in estimates.items()
    ]
    return pd.DataFrame(rows)[["quantity", "unit", "boundaries", "editions", "quality", "reason", *ledger.PRINTED]]


def publish(folder: Path, told: pd.DataFrame, inputs: dict[str, str], **settings: Any) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    ledger.write(told, folder / "data" / LEDGER)
    manifest = {
        "python": "3.11",
        "renderer": {"name": "embedded"},
        "settings": {"edition": 2006, **settings},
        "inputs": inputs,
        "code": {"errors.py": "1"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    return load("miniature", tmp_path)


def test_each_number_has_one_fate_and_the_largest_change_comes_first() -> None:
    before = numbers(same=0.4, more=0.5, far=0.2, gone=0.3, hides=0.1, wider=0.6, opens=None, closed=None, past=None)
    now = numbers(same=0.4, more=0.51, far=0.3, hides=None, wider=0.6, opens=0.6, closed=None, fresh=0.7, veiled=None)
    now.loc[now["quantity"] == "wider", "upper"] = 0.65
    changes = changes_of(before, now).set_index("quantity")
    assert changes["fate"].to_dict() == {
        "far": "changed",
        "more": "changed",
        "hides": "hidden now",
        "opens": "shown now",
        "wider": "other precision",
        "gone": "no longer there",
        "fresh": "new",
    }
    assert list(changes.index)[:2] == ["far", "more"]
    assert changes.loc["far", ["difference", "steps"]].tolist() == pytest.approx([0.1, 10.0])
    assert changes.loc[["far", "more"], "outside"].tolist() == [True, False]
    assert changes.loc["wider", ["upper", "upper_after"]].tolist() == pytest.approx([0.63, 0.65])
    assert changes.loc["hides", ["before", "after"]].isna().tolist() == [False, True]
    assert changes_of(before, before).empty


def test_what_they_were_made_of_is_told_by_kind(evaluation: Evaluation, tmp_path: Path) -> None:
    inputs = {
        "users-2006.csv": "1",
        "data/reference/53/population_estimates.csv": "1",
        "data/reference/53/pays.csv": "1",
        "reports/fr/demand/words.yaml": "1",
        "surveys/miniature/users.yaml": "1",
    }
    early = publish(tmp_path / "early", numbers(a=0.4), inputs, title="one")
    publish(evaluation.site, numbers(a=0.4), dict.fromkeys(inputs, "2"), title="two")
    told = list(compare(evaluation, early))
    assert [line.partition(": ")[2] for line in told if line.startswith("differs: ")] == [
        "documents and words (they change no number): reports/fr/demand/words.yaml",
        "populations: data/reference/53/population_estimates.csv",
        "boundaries: data/reference/53/pays.csv",
        "declarations: surveys/miniature/users.yaml",
        "received files: users-2006.csv",
        "settings: title",
    ]
    assert "numbers: 1 shown before, 1 now; none differs" in told
    assert len(pd.read_csv(evaluation.build / CHANGES)) == 0


def test_all_changes_are_in_the_file_and_some_on_the_screen(evaluation: Evaluation, tmp_path: Path) -> None:
    early = publish(tmp_path / "early", numbers(**{f"q{i}": 0.2 for i in range(1, 31)}), {})
    publish(evaluation.site, numbers(**{f"q{i}": 0.2 + 0.01 * i for i in range(1, 31)}), {})
    told = list(compare(evaluation, early))
    assert "numbers: 30 shown before, 30 now; 30 changed" in told
    assert "  changed         0.2 -> 0.5  q30" in told
    assert "  and 10 more" in told
    assert len(pd.read_csv(evaluation.build / CHANGES)) == 30
    assert "nothing differs of what they were made of" in told


def test_what_is_no_publication_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="not the folder of a published site"):
        list(compare(evaluation, tmp_path))
    early = publish(tmp_path / "early", numbers(a=0.4), {})
    with pytest.raises(PublishError, match="not the folder of a published site"):
        list(compare(evaluation, early))
    publish(evaluation.site, numbers(a=0.4), {})
    path = early / "data" / LEDGER
    path.write_text(path.read_text(encoding="utf-8").replace("0.4", "0.5"), encoding="utf-8")
    with pytest.raises(ProtectError, match="not as it was published"):
        list(compare(evaluation, early))
