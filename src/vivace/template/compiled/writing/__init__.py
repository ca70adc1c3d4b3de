"""The parts of `compile`: how values, tags and tables are written as Python source.

For those who work on generated code. `values` and `tags` are writers, `cells` is for loops that only
put values between texts, `intrinsics` has the filters that are written out, and `scope` knows what names
mean at one place.
"""
