"""Small hand-made evaluations: a project folder with one evaluation, its instruments and its received files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from pipeline.evaluation import Evaluation, load
from pipeline.ingest.privacy.pseudonym import PUBLIC_KEY, pseudonyms

ROOT = Path(__file__).parents[2]
Make = Callable[..., Evaluation]


def question(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "wording": {"fr": name}, **more}


def keyed(*keys: str) -> list[str]:
    """Return what stands for received keys in the clean tables of a synthetic evaluation."""
    return pseudonyms(pd.Series(keys, dtype="str"), PUBLIC_KEY).tolist()


def codes(*values: Any) -> dict[Any, dict[str, str]]:
    return {v: {"fr": f"libellé {v}"} for v in values}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that writes an evaluation and its received files and loads it."""

    def write(
        questions: list[dict[str, Any]] | None = None,
        content: bytes | str | None = None,
        *,
        file: dict[str, Any] | None = None,
        source: dict[str, Any] | None = None,
        more: dict[str, tuple[dict[str, Any], list[dict[str, Any]], bytes | str]] | None = None,
        **settings: Any,
    ) -> Evaluation:
        spec = {"path": "users.csv", **(file or {})}
        everything = {
            "users": ({"kind": "survey", "files": {"2006": spec}, **(source or {})}, questions or [], content),
            **(more or {}),
        }
        folder = tmp_path / "surveys" / "essai"
        received = tmp_path / "data" / "raw" / "essai"
        folder.mkdir(parents=True, exist_ok=True)
        received.mkdir(parents=True, exist_ok=True)
        if not (tmp_path / "data" / "reference").exists():
            (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
        sources = []
        for name, (declared, asked, text) in everything.items():
            sources.append({"name": name, "instrument": f"{name}.yaml", **declared})
            _dump(folder / f"{name}.yaml", {"name": name, "title": {"fr": name}, "questions": asked})
            path = next(iter(declared["files"].values()))["path"]
            if text is not None:
                (received / path).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        declared_settings = {
            "title": {"fr": "Essai"},
            "synthetic": True,
            "edition": 2006,
            "territory": {"region": "53", "level": "area"},
            "waves": [{"name": "2006", "field": ["2006-11-13", "2006-12-08"]}],
            "sources": sources,
            "plan": [{"question": "profile"}],
            **settings,
        }
        _dump(folder / "evaluation.yaml", declared_settings)
        return load("essai", tmp_path)

    return write


def _dump(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
