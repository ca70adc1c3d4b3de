"""The databases that can be used: one package each, and `base`, which they have in common."""
