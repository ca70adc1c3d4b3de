"""The configuration of the application."""

from vivace.apps import AppConfig
from vivace.checks import Tags, register
from vivace.contrib.contenttypes.checks import (
    check_generic_foreign_keys,
    check_model_name_lengths,
)
from vivace.contrib.contenttypes.management import create_contenttypes
from vivace.db.models.signals import post_migrate
from vivace.utils.naming import say
from vivace.utils.translation import gettext_lazy as _


class ContentTypesConfig(AppConfig):
    """Content types are created after each migration."""

    default_auto_field = say("db.models.AutoField")
    name = say("contrib.contenttypes")
    verbose_name = _("Content Types")

    def ready(self) -> None:
        """Connect to migrations, and register the checks."""
        post_migrate.connect(create_contenttypes)
        register(check_generic_foreign_keys, Tags.models)
        register(check_model_name_lengths, Tags.models)
