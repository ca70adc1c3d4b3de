"""From the description of a query to its plan: SQL, what is bound to it, and how rows become objects.

`nodes` and `query` describe, `build*` turns what a QuerySet says into them, `compile*` writes SQL,
`plans` and `load` say how rows are read, `runtime` and `writes` execute, in both colours.
"""
