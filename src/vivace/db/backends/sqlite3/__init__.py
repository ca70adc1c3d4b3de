"""SQLite 3, by the module of the standard library."""
