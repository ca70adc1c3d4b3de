"""A directory for PYTHONPATH in which ``django`` is Vivace.

For programs that are not the project's own, and so have no line in which to call
`vivace.install_as_django`: ``PYTHONPATH=$(python -m vivace.as_django) python -m django check``.
Programs that they start inherit it.
"""
