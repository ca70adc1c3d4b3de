"""``class Meta`` of a model, read into its options, and what is chosen where it says nothing.

Documented at ref/models/options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from vivace.db.schema.fields.auto import AutoField
from vivace.utils.lazily import Later
from vivace.utils.module_loading import import_string
from vivace.utils.naming import address, publish
from vivace.utils.text import format_lazy

if TYPE_CHECKING:
    from vivace.db.schema.fields import order
else:
    order = Later("vivace.db.schema.fields.order")

__all__ = ["DEFAULT_NAMES", "give_primary_key", "normalize_together", "order_by_field", "read_meta"]

#: What a ``class Meta`` may say.
DEFAULT_NAMES = (
    "verbose_name",
    "verbose_name_plural",
    "db_table",
    "db_table_comment",
    "ordering",
    "unique_together",
    "permissions",
    "get_latest_by",
    "order_with_respect_to",
    "app_label",
    "db_tablespace",
    "abstract",
    "managed",
    "proxy",
    "swappable",
    "auto_created",
    # Only for tests and migrations: a registry other than the global one.
    "apps",
    "default_permissions",
    "select_on_save",
    "default_related_name",
    "required_db_features",
    "required_db_vendor",
    "base_manager_name",
    "default_manager_name",
    "indexes",
    "constraints",
)


def normalize_together(option_together: Any) -> Any:
    """``unique_together`` as a tuple of tuples, also if it was one tuple of names.

    What is neither is answered as it is, for the checks to report.
    """
    if not isinstance(option_together, (tuple, list)):
        return option_together if option_together else ()
    together = option_together
    if together and not isinstance(together[0], (tuple, list)):
        together = (together,)
    try:
        return tuple(tuple(names) for names in together)
    except TypeError:
        return option_together


def read_meta(options: Any, body: Any) -> None:
    """Set on `options` what the class `body` says, and what follows from it.

    Raises `TypeError` for attributes that mean nothing.
    """
    unread = {name: value for name, value in vars(body).items() if not name.startswith("_")}
    # PERF: most inherit from no other.
    inherits = body.__bases__ != (object,)
    for name in DEFAULT_NAMES:
        if name in unread:
            value = unread.pop(name)
        elif inherits and hasattr(body, name):
            # From a Meta that this one inherits from.
            value = getattr(body, name)
        else:
            continue
        setattr(options, name, value)
        options.original_attrs[name] = value
    options.unique_together = normalize_together(options.unique_together)
    if not options.abstract:
        # Names of an abstract model are completed in each model that inherits them.
        for name in ("constraints", "indexes"):
            setattr(options, name, options._format_names(getattr(options, name)))
    if options.verbose_name_plural is None:
        options.verbose_name_plural = format_lazy("{}s", options.verbose_name)
    options._ordering_clash = bool(options.ordering and options.order_with_respect_to)
    if unread:
        raise TypeError(f"'class Meta' got invalid attribute(s): {','.join(unread)}")


def order_by_field(options: Any, model: Any) -> None:
    """Find the field that ``order_with_respect_to`` names, and add the field ``_order``."""
    wanted = options.order_with_respect_to
    for field in options._get_fields(reverse=False):
        if wanted in (field.name, getattr(field, "attname", None)):
            options.order_with_respect_to = field
            break
    else:
        raise FieldDoesNotExist(f"{options.object_name} has no field named '{wanted}'")
    options.ordering = ("_order",)
    if not any(isinstance(field, order.OrderWrt) for field in options.local_fields):
        model.add_to_class("_order", order.OrderWrt())


def give_primary_key(options: Any, model: Any) -> None:
    """Make the link to the first parent the primary key, or add an ``id``."""
    if options.parents:
        link = next(iter(options.parents.values()))
        # Of a link that an abstract model declared, the model has a copy of its own.
        link = next((field for field in options.local_fields if field.name == link.name), link)
        link.primary_key = True
        options.setup_pk(link)
        return
    key_class = options._get_default_pk_class()
    model.add_to_class("id", key_class(verbose_name="ID", primary_key=True, auto_created=True))


def default_key_class(app_config: Any) -> Any:
    """The class of primary keys that nobody declared: the application's, or DEFAULT_AUTO_FIELD."""
    path = getattr(app_config, "default_auto_field", settings.DEFAULT_AUTO_FIELD)
    if not path:
        raise ImproperlyConfigured(f"{_source(app_config)} must not be empty.")
    try:
        key_class = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"{_source(app_config)} refers to the module '{path}' that could not be imported."
        ) from error
    if not issubclass(key_class, AutoField):
        raise ValueError(
            f"Primary key '{path}' referred by {_source(app_config)} must subclass AutoField."
        )
    return key_class


def _source(app_config: Any) -> str:
    """Who names the class of primary keys."""
    if app_config and app_config._is_default_auto_field_overridden:
        return f"{address(type(app_config))}.default_auto_field"
    return "DEFAULT_AUTO_FIELD"


publish(__name__, "db.models.options", "normalize_together")
