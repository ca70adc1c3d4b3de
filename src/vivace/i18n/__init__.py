"""Languages, message catalogues and the language that is active.

`codes` knows how languages are written, `catalog` reads translations, `negotiate` finds the
language that suits a visitor best, `lazy` has the lazy forms with a number. What is active, and
the functions that users import, are in `vivace.utils.translation`.
"""
