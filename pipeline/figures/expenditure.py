"""Tables of money: name, kind, settings and the analyses they need."""

from __future__ import annotations

from typing import Any

Default = tuple[str, str, dict[str, Any], tuple[str, ...]]

DEFAULTS: tuple[Default, ...] = (
    ("money-financers", "money-financers-table", {}, ("money",)),
    ("money-unit-costs", "money-unit-costs-table", {}, ("money",)),
    ("money-renewal", "money-renewal-table", {}, ("money",)),
    ("label-criteria", "label-criteria-table", {}, ("money",)),
)
