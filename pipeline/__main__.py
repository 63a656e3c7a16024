"""``python -m pipeline`` is the command line."""

import os

# Set before numpy loads its linear algebra: several processes work at once, and one thread each gives the same digits
# on every machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pipeline.cli import main

main()
