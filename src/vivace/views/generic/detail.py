"""Views of one object (documentation: single object mixins, generic display views)."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import models
from vivace.http import Http404, HttpRequest
from vivace.utils.translation import gettext as _
from vivace.utils.unannotated import unannotated
from vivace.views.generic.base import ContextMixin, TemplateResponseMixin, View

__all__ = [
    "BaseDetailView",
    "ContextMixin",
    "DetailView",
    "Http404",
    "ImproperlyConfigured",
    "SingleObjectMixin",
    "SingleObjectTemplateResponseMixin",
    "TemplateResponseMixin",
    "View",
]


def names_by_model(model: Any, suffix: str) -> list[str]:
    """The template that a model's (or an instance's) view has by its name: ``app/model_suffix``."""
    meta = model._meta
    return [f"{meta.app_label}/{meta.model_name}{suffix}.html"]


@unannotated
class SingleObjectMixin(ContextMixin):
    """Finds one object by what the route says, and shows it to the template."""

    model: Any = None
    queryset: Any = None
    slug_field = "slug"
    context_object_name: str | None = None
    slug_url_kwarg = "slug"
    pk_url_kwarg = "pk"
    query_pk_and_slug = False

    kwargs: dict[str, Any]
    object: Any

    def get_object(self, queryset: Any = None) -> Any:
        """The object with the route's primary key, slug or both; `Http404` without one.

        A route that has neither is an `AttributeError`.
        """
        if queryset is None:
            queryset = self.get_queryset()
        pk = self.kwargs.get(self.pk_url_kwarg)
        slug = self.kwargs.get(self.slug_url_kwarg)
        if pk is None and slug is None:
            raise AttributeError(
                f"Generic detail view {type(self).__name__} must be called with either an object "
                "pk or a slug in the URLconf."
            )
        if pk is not None:
            queryset = queryset.filter(pk=pk)
        if slug is not None and (pk is None or self.query_pk_and_slug):
            queryset = queryset.filter(**{self.get_slug_field(): slug})
        try:
            return queryset.get()
        except queryset.model.DoesNotExist:
            raise Http404(
                _("No %(verbose_name)s found matching the query")
                % {"verbose_name": queryset.model._meta.verbose_name}
            )

    def get_queryset(self) -> Any:
        """A fresh copy of `queryset`, or all of `model`; `ImproperlyConfigured` without both."""
        if self.queryset is not None:
            return self.queryset.all()
        if self.model:
            return self.model._default_manager.all()
        name = type(self).__name__
        raise ImproperlyConfigured(
            f"{name} is missing a QuerySet. Define {name}.model, {name}.queryset, or override "
            f"{name}.get_queryset()."
        )

    def get_slug_field(self) -> str:
        """The field that the route's slug is compared with."""
        return self.slug_field

    def get_context_object_name(self, obj: Any) -> str | None:
        """The object's own name in the context, beside ``object``."""
        if self.context_object_name:
            return self.context_object_name
        return obj._meta.model_name if isinstance(obj, models.Model) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {}
        if self.object:
            context["object"] = self.object
            name = self.get_context_object_name(self.object)
            if name:
                context[name] = self.object
        return super().get_context_data(**(context | kwargs))


@unannotated
class BaseDetailView(SingleObjectMixin, View):
    """Shows one object, in whatever way `render_to_response` has."""

    render_to_response: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(object=self.object))


@unannotated
class SingleObjectTemplateResponseMixin(TemplateResponseMixin):
    """Guesses the template from the object's model."""

    template_name_field: str | None = None
    template_name_suffix = "_detail"

    object: Any

    def get_template_names(self) -> list[str]:
        """`template_name`; or what the object's `template_name_field` says, and then the
        ``app/model_suffix.html`` of the object or of the view's model.
        """
        try:
            return super().get_template_names()
        except ImproperlyConfigured:
            names = self._guesses()
        if not names:
            raise ImproperlyConfigured(
                "SingleObjectTemplateResponseMixin requires a definition of 'template_name', "
                "'template_name_field', or 'model'; or an implementation of 'get_template_names()'."
            )
        return names

    def _guesses(self) -> list[str]:
        names = []
        if self.object and self.template_name_field:
            own = getattr(self.object, self.template_name_field, None)
            if own:
                names.append(own)
        model = getattr(self, "model", None)
        if isinstance(self.object, models.Model):
            names += names_by_model(self.object, self.template_name_suffix)
        elif model is not None and issubclass(model, models.Model):
            names += names_by_model(model, self.template_name_suffix)
        return names


class DetailView(SingleObjectTemplateResponseMixin, BaseDetailView):
    """Shows one object with its model's ``_detail`` template."""
