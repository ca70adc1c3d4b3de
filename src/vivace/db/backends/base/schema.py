"""How tables are made and changed."""


class BaseDatabaseSchemaEditor:
    """Makes and changes tables."""
