"""``python -m pipeline`` is the command line."""

from pipeline.start import start

start()
