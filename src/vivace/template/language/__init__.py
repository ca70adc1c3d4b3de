"""The template language: what reads a source, and the tree that it becomes.

`lexer` makes tokens, `parser` makes nodes of them (`tree`), `variable` is what stands between ``{{`` and
``}}``; `template` holds it all, `partials` a named part of it, and `hints` guesses what a mistake was
meant to be. Users find the names in `vivace.template.base` and `vivace.template`.
"""
