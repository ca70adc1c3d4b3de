"""Checks of the template engines: each backend checks itself."""

from typing import Any

from vivace.checks.messages import CheckMessage
from vivace.checks.registry import Tags, register
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME


@register(Tags.templates)
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """All that the ``check()`` methods of the backends in ``TEMPLATES`` have to say."""
    # The engines are of a higher layer, and are found by their name.
    engines = import_string(f"{HOME}.template.engines")
    return [message for engine in engines.all() for message in engine.check()]
