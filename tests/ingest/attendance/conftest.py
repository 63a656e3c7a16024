"""Small evaluations whose attendance arrives as sign-ins, with a register of three spaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.evaluation import Evaluation

from ..conftest import Make, codes, question

REGISTER = "id;nom\nA;Espace A\nB;Espace B\nC;Espace C\n"
BANDS = ("0-14", "15-24", "25-44", "45-59", "60+")
MakeSigned = Callable[..., Evaluation]


def register() -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    asked = [
        question("space_id", "key", role="site", column="id", required=True, unique=True),
        question("name", "text", role="site_name", column="nom"),
    ]
    return {"kind": "sites", "files": {"all": {"path": "register.csv", "separator": ";"}}}, asked, REGISTER


def sheet(**more: Any) -> list[dict[str, Any]]:
    """Return the questions of a sign-in sheet."""
    return [
        question("space", "key", role="site", column="espace", required=True),
        question("day", "date", role="date", column="date", required=True),
        question("age", "count", role="age", range=[0, 110]),
        question("what", "single", role="activity", column="activite", codes=codes("open", "workshop")),
        question("card", "text", role="identifier", column="carte"),
        question("came", "text", column="arrivee"),
        question("left", "text", column="depart"),
    ]


def counts() -> list[dict[str, Any]]:
    """Return the questions of monthly returns."""
    return [
        question("space", "key", role="site", required=True),
        question("month", "month", role="month"),
        question("band", "single", role="age_band", codes=codes(*BANDS)),
        question("what", "single", role="activity", codes=codes("open", "workshop")),
        question("n", "count", role="visits"),
    ]


@pytest.fixture
def signed(make: Make) -> MakeSigned:
    """Return a function that makes an evaluation from a sheet (and monthly returns where given)."""

    def write(
        content: str,
        signins: dict[str, Any] | None = None,
        returns: str | None = None,
        asked: list[dict[str, Any]] | None = None,
        engine: str = "duckdb",
        **source: Any,
    ) -> Evaluation:
        settings = {"person": "card", "arrival": "came", "departure": "left", **(signins or {})}
        declared = {
            "kind": "attendance",
            "files": {"all": {"path": "sheet.csv", "separator": ";"}},
            "signins": {k: v for k, v in settings.items() if v is not None},
            **source,
        }
        more = {"register": register()}
        if returns is not None:
            files = {"all": {"path": "returns.csv", "separator": ";"}}
            more["returns"] = ({"kind": "attendance", "files": files}, counts(), returns)
        return make(asked or sheet(), content, source=declared, file={"path": "sheet.csv"}, more=more, engine=engine)

    return write
