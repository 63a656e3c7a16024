"""French and English: numbers, typography, territories, labels, notes and sentences."""
