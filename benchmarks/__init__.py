"""Side-by-side timings and the coverage study, each a module with a ``main``."""
