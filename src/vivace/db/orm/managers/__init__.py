"""Managers: the way to querysets, from a class (`Book.objects`) or along a relation (`author.books`).

`base` is what all of them are, `manager` the one that models have by default, and `methods` (a stub)
what checkers know of either. `related` is what the managers of relations share; `reverse` makes those
of a foreign key's other side, `many_to_many` those of many-to-many fields, each with its descriptor.
"""
