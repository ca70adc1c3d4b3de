"""Templates as Python functions: what makes them of parsed nodes, keeps them on disk and runs them.

For those who work on the compiler; nobody else imports from here but tools, and tags that say with
`build.lowers` what they are. `build` and the `lowering` modules make `nodes`, at which `effects` and
`readers` look; `compile` writes them as source, with the parts in `writing`; `program` says which
function a rendering gets, `runtime` is what functions call, `store` keeps them, and `replaced` tells
when all this must stand back. Documented in docs/internals/templates.md.
"""
