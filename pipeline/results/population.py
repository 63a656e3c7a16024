"""Whom a number is about: every population of results, and what keeps its counts confidential.

Another one is a line here, its words (``population=``, ``group=`` and its noun in the ``words.yaml`` of its question,
its lines below ``populations`` in ``reports/<lang>/_methods.yaml``), and nothing else: a test names what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What is protected of exhaustive counts: nothing (public facts), the spaces that they add up (what happens in them,
#: what is spent on them), or the persons who are counted.
Protects = Literal["nothing", "spaces", "persons"]


@dataclass(frozen=True)
class Population:
    """A population. ``recorded``: it is counted one by one, and told by periods of several lengths."""

    name: str
    protects: Protects = "persons"
    recorded: bool = False


#: In the order in which the methods tell them.
DECLARED = (
    Population("users"),
    Population("visits", "spaces"),
    # whom sign-ins identify, each counted once
    Population("visitors"),
    Population("respondents"),
    Population("non_users"),
    Population("inhabitants", "nothing"),
    Population("spaces", "nothing"),
    Population("actors"),
    Population("workshops", "spaces"),
    Population("trainees"),
    Population("expenditure", "spaces"),
    Population("funding", "spaces"),
    Population("receipts", "spaces"),
    # what is recorded of persons: loans, requests, sessions; its contributors are these persons
    Population("events", recorded=True),
    Population("events_of_places", "spaces", recorded=True),
    Population("indicators", "nothing"),
    Population("records", "nothing"),
)
NAMES = tuple(each.name for each in DECLARED)


def protecting(what: Protects) -> tuple[str, ...]:
    """Return the populations whose exhaustive counts protect this."""
    return tuple(each.name for each in DECLARED if each.protects == what)
