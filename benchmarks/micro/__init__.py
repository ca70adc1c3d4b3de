"""Small measurements: one module each, run by ``scripts/bench NAME``."""
