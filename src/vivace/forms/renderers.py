"""What turns templates of forms, fields and widgets into HTML. Documented in ref/forms/renderers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.template.backends.django import DjangoTemplates as DjangoTemplatesBackend
from vivace.template.loader import get_template
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string
from vivace.utils.naming import ALIAS, HOME

__all__ = [
    "BaseRenderer",
    "DjangoDivFormRenderer",
    "DjangoTemplates",
    "EngineMixin",
    "Jinja2",
    "Jinja2DivFormRenderer",
    "TemplatesSetting",
    "get_default_renderer",
]

ROOT = Path(__file__).parent


def get_default_renderer() -> Any:
    """The renderer that the ``FORM_RENDERER`` setting names; the same object until it changes."""
    return RENDERER.value


RENDERER: Frozen[Any] = Frozen(
    "renderer of forms",
    lambda: import_string(settings.FORM_RENDERER)(),
    # A renderer keeps the templates that it found, also those of applications.
    reads=("FORM_RENDERER", "INSTALLED_APPS", "TEMPLATES"),
)

# COMPAT: what tests call after they changed a template.
get_default_renderer.cache_clear = RENDERER.clear  # type: ignore[attr-defined]


class BaseRenderer:
    """Base of the renderers: which templates stand for what, and how one is rendered."""

    form_template_name = "django/forms/div.html"
    formset_template_name = "django/forms/formsets/div.html"
    field_template_name = "django/forms/field.html"

    bound_field_class: Any = None

    def get_template(self, template_name: Any) -> Any:
        """The template of a name."""
        raise NotImplementedError("subclasses must implement get_template()")

    def render(self, template_name: Any, context: Any, request: Any = None) -> Any:
        """The text of a template, without white space around it."""
        return self.get_template(template_name).render(context, request=request).strip()


class EngineMixin:
    """A renderer with an engine of its own: the built-in templates, then those of applications."""

    backend: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        # A copied form has the same renderer: its templates belong to no form.
        return self

    def get_template(self, template_name: Any) -> Any:
        """The template of a name, which may carry either root."""
        return self.engine.get_template(_stored_name(template_name))

    @cached_property
    def engine(self) -> Any:
        """The engine, which no entry of ``TEMPLATES`` configures."""
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [ROOT / self.backend.app_dirname],
                "NAME": "djangoforms",
                "OPTIONS": {},
            }
        )


class DjangoTemplates(EngineMixin, BaseRenderer):
    """Built-in templates, and those of installed applications, in Django's template language."""

    backend = DjangoTemplatesBackend


class Jinja2(EngineMixin, BaseRenderer):
    """Built-in templates, and those of installed applications, in Jinja2's language."""

    @cached_property
    def backend(self) -> Any:
        """Jinja2 is asked for only here: a project may lack it."""
        return import_string("vivace.template.backends.jinja2.Jinja2")


class DjangoDivFormRenderer(DjangoTemplates):
    """Equal to `DjangoTemplates`, which renders ``<div>`` by default since Django 5.0."""


class Jinja2DivFormRenderer(Jinja2):
    """Equal to `Jinja2`, which renders ``<div>`` by default since Django 5.0."""


class TemplatesSetting(BaseRenderer):
    """Templates that the ``TEMPLATES`` setting finds."""

    def get_template(self, template_name: Any) -> Any:
        """The template of a name."""
        return get_template(template_name)


def _stored_name(template_name: Any) -> Any:
    if isinstance(template_name, str) and template_name.startswith(f"{HOME}/forms/"):
        return ALIAS + template_name[len(HOME) :]
    return template_name
