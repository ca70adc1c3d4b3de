"""Content types: every model as a row, and relations to rows of any model."""
