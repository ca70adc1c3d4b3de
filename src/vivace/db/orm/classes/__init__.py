"""Classes of models: how a class body becomes one, what it takes from its parents, and its checks.

For those who change what declaring a model does: `metaclass` is where it happens, `inheritance` what
parents give, `order` what ``order_with_respect_to`` adds, `checks` and `option_checks` what
``manage.py check`` says of the result. PERF: every command pays for what is done here, so nothing here
imports what asks a database.
"""
