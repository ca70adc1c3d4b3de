"""Test databases: which there must be, in which order they are created, and their end.

Published in ``vivace.test.utils``; documented in "Advanced testing topics".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.test.timing import NullTimeKeeper

Databases = list[tuple[Any, tuple[str, Any]]]


def dependency_ordered(test_databases: Any, dependencies: dict[str, Any]) -> Databases:
    """`test_databases`, ``(signature, (name, aliases))``, each after those it depends on.

    `dependencies` are aliases by alias. ImproperlyConfigured if they go in a circle.
    """
    ordered: Databases = []
    resolved: set[str] = set()
    # What a database depends on by any of its aliases.
    needed: dict[Any, set[str]] = {}
    for signature, (_, aliases) in test_databases:
        needs = {need for alias in aliases for need in dependencies.get(alias, [])}
        if not needs.isdisjoint(aliases):
            raise ImproperlyConfigured(
                f"Circular dependency: databases {sorted(aliases)!r} depend on each other, "
                "but are aliases."
            )
        needed[signature] = needs
    waiting = list(test_databases)
    while waiting:
        deferred = []
        for signature, (name, aliases) in waiting:
            if needed[signature] <= resolved:
                resolved.update(aliases)
                ordered.append((signature, (name, aliases)))
            else:
                deferred.append((signature, (name, aliases)))
        if len(deferred) == len(waiting):
            error = ImproperlyConfigured("Circular dependency in TEST[DEPENDENCIES]")
            circle = sorted(alias for _, (_, aliases) in deferred for alias in aliases)
            # COMPAT: a note leaves the message as it is.
            error.add_note(f"Take one out of those of these databases: {', '.join(circle)}.")
            raise error
        waiting = deferred
    return ordered


def get_unique_databases_and_mirrors(
    aliases: Iterable[str] | None = None,
) -> tuple[dict[Any, tuple[str, Any]], dict[str, str]]:
    """The databases to create, and the aliases that mirror others.

    Aliases of one database are created once: ``{signature: (name, aliases)}``.
    """
    wanted = set(connections if aliases is None else aliases)
    mirrored_aliases: dict[str, str] = {}
    test_databases: dict[Any, tuple[str, Any]] = {}
    dependencies: dict[str, Any] = {}
    default_signature = connections[DEFAULT_DB_ALIAS].creation.test_db_signature()
    for alias in connections:
        connection = connections[alias]
        test_settings = connection.settings_dict["TEST"]
        if test_settings["MIRROR"]:
            mirrored_aliases[alias] = test_settings["MIRROR"]
            continue
        if alias not in wanted:
            continue
        signature = connection.creation.test_db_signature()
        name = connection.settings_dict["NAME"]
        _, same = test_databases.setdefault(signature, (name, []))
        # The default alias is the one that creates.
        if alias == DEFAULT_DB_ALIAS:
            same.insert(0, alias)
        else:
            same.append(alias)
        if "DEPENDENCIES" in test_settings:
            dependencies[alias] = test_settings["DEPENDENCIES"]
        elif alias != DEFAULT_DB_ALIAS and signature != default_signature:
            dependencies[alias] = [DEFAULT_DB_ALIAS]
    return dict(dependency_ordered(test_databases.items(), dependencies)), mirrored_aliases


def setup_databases(
    verbosity: int,
    interactive: bool,
    *,
    time_keeper: Any = None,
    keepdb: bool = False,
    debug_sql: bool = False,
    parallel: int = 0,
    aliases: Any = None,
    serialized_aliases: Any = None,
    **kwargs: Any,
) -> list[tuple[Any, str, bool]]:
    """Create the test databases; what `teardown_databases` needs to undo it.

    That is a list of ``(connection, the name it had, whether it created the database)``.
    """
    keeper = time_keeper or NullTimeKeeper()
    test_databases, mirrored_aliases = get_unique_databases_and_mirrors(aliases)
    old_names: list[tuple[Any, str, bool]] = []
    for name, same in test_databases.values():
        first_alias = None
        for alias in same:
            connection = connections[alias]
            old_names.append((connection, name, first_alias is None))
            if first_alias is not None:
                first = connections[first_alias]
                connection.creation.set_as_test_mirror(first.settings_dict)
                continue
            first_alias = alias
            serialize = serialized_aliases is None or alias in serialized_aliases
            with keeper.timed(f"  Creating '{alias}'"):
                connection.creation.create_test_db(
                    verbosity=verbosity,
                    autoclobber=not interactive,
                    keepdb=keepdb,
                    serialize=serialize,
                )
            if parallel > 1:
                for index in range(parallel):
                    with keeper.timed(f"  Cloning '{alias}'"):
                        connection.creation.clone_test_db(
                            suffix=str(index + 1), verbosity=verbosity, keepdb=keepdb
                        )
    for alias, mirror_alias in mirrored_aliases.items():
        connections[alias].creation.set_as_test_mirror(connections[mirror_alias].settings_dict)
    if debug_sql:
        for alias in connections:
            connections[alias].force_debug_cursor = True
    return old_names


def teardown_databases(
    old_config: Iterable[tuple[Any, str, bool]],
    verbosity: int,
    parallel: int = 0,
    keepdb: bool = False,
) -> None:
    """Destroy the databases that `setup_databases` created."""
    for connection, old_name, destroy in old_config:
        if not destroy:
            continue
        if parallel > 1:
            for index in range(parallel):
                connection.creation.destroy_test_db(
                    suffix=str(index + 1), verbosity=verbosity, keepdb=keepdb
                )
        connection.creation.destroy_test_db(old_name, verbosity, keepdb)
