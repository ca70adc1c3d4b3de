"""Querysets: descriptions of rows that are fetched when they are first needed.

`queryset` is the class, put together from `state`, `builders`, `values`, `reads`, `writes` and
`evaluation`, where its methods are. `iterables` and `named_rows` are the forms that rows are given in,
`bulk` writes many objects at once, `callables` resolves what may be given as a function, and `raw` is
the queryset of SQL that a user wrote.
"""
