"""What the shares of a question of payment count, in variables and codes of the instrument."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.questions.outcomes import Event
from pipeline.questions.payment.settings import Settings
from pipeline.results.quantity import Codes


@dataclass(frozen=True)
class Events:
    """Events of one entry; what several questions settle together (true zeros) is named by its recipe."""

    settings: Settings
    recipe: str

    @property
    def protest(self) -> Event:
        """Return the event of refusing the question, among those who answered it."""
        asked = str(self.settings.answer or self.settings.amount)
        return Event({asked: self.settings.protest or ["(none)"]}, (asked,))

    @property
    def zero(self) -> Event:
        """Return the event of paying nothing, among usable answers."""
        name = f"zero~{self.recipe}"
        return Event({name: [1]}, (name,))

    def used(self, code: str) -> Event:
        """Return the event that an answer is used, or left out for a reason, among those asked."""
        name = f"use~{self.recipe}"
        return Event({name: [code]}, (name,))

    def accepts(self, bid: float) -> Event:
        """Return the event of accepting a first amount, among those who said yes or no to it."""
        asked, answers = str(self.settings.answer), self.settings
        among: Codes = {asked: [*answers.yes, *answers.no], str(answers.bid): [float(bid)]}
        return Event({asked: answers.yes}, also=among)
