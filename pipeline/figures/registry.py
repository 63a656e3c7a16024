"""Every figure and table that can be drawn, by name: the function that makes it and its settings.

A figure is a function of a :class:`~pipeline.figures.scope.Scope` and keyword settings. ``KINDS`` names the functions;
questions declare figures, and an evaluation may ask for others, by kind and settings.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import DrawError
from pipeline.figures.output import Absent, Figure, Table
from pipeline.figures.scope import Scope

Where = Literal["region", "unit", "all"]
Maker = Callable[..., Figure | Table | Absent]

_PLOTS, _TABLES = "pipeline.figures.plots", "pipeline.figures.tables"
#: Kind of figure -> module and function, imported when first drawn.
KINDS: dict[str, str] = {
    "levels": f"{_PLOTS}.shares:levels",
    "items": f"{_PLOTS}.shares:items",
    "shift": f"{_PLOTS}.shares:shift",
    "compare": f"{_PLOTS}.shares:compare",
    "effects": f"{_PLOTS}.effects:effects",
    "places": f"{_PLOTS}.places:places",
    "composition": f"{_PLOTS}.composition:composition",
    "distribution": f"{_PLOTS}.composition:distribution",
    "beside-region": f"{_PLOTS}.composition:beside_region",
    "curve": f"{_PLOTS}.curve:curve",
    "trend": f"{_PLOTS}.trend:trend",
    "steps": f"{_PLOTS}.steps:along",
    "map": f"{_PLOTS}.maps:choropleth",
    "map-groups": f"{_PLOTS}.maps:grouped",
    "map-reach": f"{_PLOTS}.reach_map:distances",
    "profile-table": f"{_TABLES}.surveyed:profile",
    "items-table": f"{_TABLES}.surveyed:items",
    "group-table": f"{_TABLES}.surveyed:by_group",
    "pays-table": f"{_TABLES}.places:pays",
    "register-table": f"{_TABLES}.places:register",
    "attendance-table": f"{_TABLES}.places:attendance",
    "estimates-table": f"{_TABLES}.estimates:side_by_side",
    "characteristics-table": f"{_TABLES}.characteristics:by_characteristic",
    "pays-models-table": f"{_TABLES}.models:pays_models",
    "reach-table": f"{_TABLES}.reach:by_distance",
    "white-areas-table": f"{_TABLES}.reach:white_areas",
    "by-group-table": f"{_TABLES}.across:across",
    "by-groups-table": f"{_TABLES}.across:in_lines",
    "crossed-table": f"{_TABLES}.crossed:crossed",
    "next-locations-table": f"{_TABLES}.reach:next_locations",
    "typology-table": f"{_TABLES}.typology:classes",
    "class-marks-table": f"{_TABLES}.typology:marks",
    "factorial-plane": f"{_PLOTS}.factorial_plane:plane",
    "money-financers-table": f"{_TABLES}.money:financers",
    "money-unit-costs-table": f"{_TABLES}.money:unit_costs",
    "money-renewal-table": f"{_TABLES}.money:renewal",
    "label-criteria-table": f"{_TABLES}.money:criteria",
    "network-actors-table": f"{_TABLES}.networks:actors",
    "network-measures-table": f"{_TABLES}.networks:measures",
    "network-skills-table": f"{_TABLES}.networks:skills",
    "workshops-table": f"{_TABLES}.workshops:activity",
    "framework-table": f"{_TABLES}.framework:followed",
    "records-table": f"{_TABLES}.records:by_time",
    "records-over-time": f"{_PLOTS}.records:over_time",
    "records-by-category": f"{_PLOTS}.records:by_category",
    "re-enrolment-table": f"{_TABLES}.workshops:again",
    "response-table": f"{_TABLES}.accounts:response",
    "account-table": f"{_TABLES}.accounts:account",
    "weights-table": f"{_TABLES}.accounts:weights",
    "margins-table": f"{_TABLES}.accounts:margins",
}
#: Kinds that show communes one by one, and need their names and places.
OF_COMMUNES = frozenset({"map-reach", "reach-table", "white-areas-table", "next-locations-table"})


@dataclass(frozen=True)
class Entry:
    """A figure by name: its kind, its settings, the analyses it draws from and the documents it belongs to."""

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    where: Where = "region"

    def make(self, scope: Scope) -> Figure | Table | Absent:
        """Return the figure of a territory.

        Raises
        ------
        DrawError
            For an unknown kind or setting.
        """
        self.check()
        return maker(self.kind)(scope, **self.settings)

    def check(self) -> None:
        """Refuse settings that the kind does not know, or lacks.

        Raises
        ------
        DrawError
            For an unknown kind or setting.
        """
        taken = parameters(self.kind)
        unknown = sorted(set(self.settings) - set(taken))
        required = {n for n, p in taken.items() if p.default is p.empty}
        missing = sorted(required - set(self.settings))
        if unknown or missing:
            raise DrawError(
                f"settings of figure '{self.name}' are wrong",
                where=f"figure {self.name}: its FigureSpec, or key figures of evaluation.yaml",
                found=unknown or f"without {', '.join(missing)}",
                allowed=sorted(taken),
                action=f"give the settings that the kind {self.kind} takes",
            )

    def wanted(self, scope: Scope) -> bool:
        """Return whether the figure belongs to the document and its analyses were made."""
        return self.belongs(scope) and scope.analyses.issuperset(self.needs)

    def belongs(self, scope: Scope) -> bool:
        """Return whether the figure is one of those of the document's territory."""
        here = "region" if scope.territory == "region" else "unit"
        return self.where in (here, "all")


def maker(kind: str) -> Maker:
    """Return the function of a kind of figure."""
    module, _, name = _named(kind).partition(":")
    return getattr(importlib.import_module(module), name)


def _named(kind: str) -> str:
    """Return the module and function of a kind of figure."""
    if kind not in KINDS:
        raise DrawError(
            "no such kind of figure",
            where="evaluation.yaml, key figures",
            found=kind,
            allowed=sorted(KINDS),
            action="name one of these kinds",
        )
    return KINDS[kind]


@functools.cache
def settings_of(kind: str) -> Mapping[str, Any]:
    """Return the settings that a kind takes with what they are by default, None where it has to be said.

    Read from the text of its function: importing it would import what draws.
    """
    module, _, name = _named(kind).partition(":")
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    body = ast.parse(Path(found.origin).read_text(encoding="utf-8")).body
    taken = next(node.args for node in body if isinstance(node, ast.FunctionDef) and node.name == name)
    defaults = (None if given is None else ast.literal_eval(given) for given in taken.kw_defaults)
    return dict(zip((asked.arg for asked in taken.kwonlyargs), defaults, strict=True))


@functools.cache
def parameters(kind: str) -> Mapping[str, inspect.Parameter]:
    """Return the settings that a kind of figure takes."""
    taken = dict(inspect.signature(maker(kind)).parameters)
    taken.pop("scope", None)
    return taken


def asked(name: str, figure: str, settings: Mapping[str, Any], scope: Where) -> Entry:
    """Return the entry of a figure that evaluation.yaml asks for: a kind and its settings.

    Raises
    ------
    DrawError
        When there is no such kind.
    """
    _named(figure)
    return Entry(name, figure, settings, (), scope)
