"""Instances of models: `Model`, the base of all, and one module for each thing that an object can do.

`model` has the methods in both colours; most are doors to the module that does it: `init`, `save` and
`force_insert`, `deletion`, `refresh`, `validation`, `neighbours` (the next, the previous). `state` is
what an instance knows of its place in a database. What writes is imported when something is written.
"""
