"""The backends of caches, one file for each."""
