"""The site of a small jazz club."""
