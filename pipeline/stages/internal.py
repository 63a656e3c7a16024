"""What may be kept of an internal fault: where it happened, never the values that it quotes."""

from __future__ import annotations

import os

from pipeline.errors import InternalFault

#: Set to 1, it shows the message in the terminal too: for synthetic data, and for whoever may see the received files.
SHOW = "PIPELINE_SHOW_MESSAGES"


def summary(fault: BaseException) -> str:
    """Return the class of a fault, and its message where `SHOW` asks for it."""
    name, message = type(fault).__name__, str(fault)
    if isinstance(fault, InternalFault):
        name, message = f"{fault.what}: {fault.kind}", fault.said
    return f"{name}: {message}" if os.environ.get(SHOW) == "1" else f"{name} (its message: set {SHOW}=1 and run again)"
