"""Finding and rendering templates with all configured engines. Documented in topics/templates."""

from __future__ import annotations

from typing import Any

from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.utils import engines

__all__ = ["get_template", "render_to_string", "select_template"]


def get_template(template_name: Any, using: str | None = None) -> Any:
    """The template of a name, from the first engine that has it.

    Raises `TemplateDoesNotExist`, whose `chain` tells what each engine tried, and
    `TemplateSyntaxError`.
    """
    chain: list[TemplateDoesNotExist] = []
    for engine in _engine_list(using):
        try:
            return engine.get_template(template_name)
        except TemplateDoesNotExist as error:
            chain.append(error)
    raise TemplateDoesNotExist(template_name, chain=chain)


def select_template(template_name_list: Any, using: str | None = None) -> Any:
    """The first template that exists of several names; each name is tried with every engine.

    Raises `TemplateDoesNotExist` naming all of them, and `TypeError` for a single name.
    """
    if isinstance(template_name_list, str):
        raise TypeError(
            "select_template() takes an iterable of template names but got a string: "
            f"{template_name_list!r}. Use get_template() if you want to load a single template "
            "by name."
        )
    chain: list[TemplateDoesNotExist] = []
    for template_name in template_name_list:
        for engine in _engine_list(using):
            try:
                return engine.get_template(template_name)
            except TemplateDoesNotExist as error:
                chain.append(error)
    if template_name_list:
        raise TemplateDoesNotExist(", ".join(template_name_list), chain=chain)
    raise TemplateDoesNotExist("No template names provided")


def render_to_string(
    template_name: Any, context: Any = None, request: Any = None, using: str | None = None
) -> Any:
    """The text of a template, or of the first that exists of a list or tuple of names."""
    if isinstance(template_name, (list, tuple)):
        template = select_template(template_name, using=using)
    else:
        template = get_template(template_name, using=using)
    return template.render(context, request)


def _engine_list(using: str | None = None) -> list[Any]:
    return engines.all() if using is None else [engines[using]]
