"""Synthetic evaluations whose truth is known (« données fictives simulées »)."""

from pipeline.simulate.population import Population, WavePopulation, draw_population
from pipeline.simulate.sampling import SampledWaves, draw_sample
from pipeline.simulate.write import simulate

__all__ = ["Population", "SampledWaves", "WavePopulation", "draw_population", "draw_sample", "simulate"]
