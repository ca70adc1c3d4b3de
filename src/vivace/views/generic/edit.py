"""Views that show and process a form (documentation: editing mixins, generic editing views)."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.forms import Form
from vivace.forms import models as model_forms
from vivace.http import HttpRequest, HttpResponseRedirect
from vivace.utils.unannotated import unannotated
from vivace.views.generic.base import ContextMixin, TemplateResponseMixin, View
from vivace.views.generic.detail import (
    BaseDetailView,
    SingleObjectMixin,
    SingleObjectTemplateResponseMixin,
)

__all__ = [
    "BaseCreateView",
    "BaseDeleteView",
    "BaseDetailView",
    "BaseFormView",
    "BaseUpdateView",
    "ContextMixin",
    "CreateView",
    "DeleteView",
    "DeletionMixin",
    "Form",
    "FormMixin",
    "FormView",
    "HttpResponseRedirect",
    "ImproperlyConfigured",
    "ModelFormMixin",
    "ProcessFormView",
    "SingleObjectMixin",
    "SingleObjectTemplateResponseMixin",
    "TemplateResponseMixin",
    "UpdateView",
    "View",
]


@unannotated
class FormMixin(ContextMixin):
    """Makes a form and says what follows when it is valid, and when not."""

    initial: Any = {}
    form_class: Any = None
    success_url: Any = None
    prefix: str | None = None

    request: HttpRequest
    render_to_response: Any

    def get_initial(self) -> Any:
        """The form's first values: a copy of `initial`."""
        return self.initial.copy()

    def get_prefix(self) -> str | None:
        """The prefix of the form's fields."""
        return self.prefix

    def get_form_class(self) -> Any:
        """The form's class."""
        return self.form_class

    def get_form(self, form_class: Any = None) -> Any:
        """A form with `get_form_kwargs`."""
        if form_class is None:
            form_class = self.get_form_class()
        return form_class(**self.get_form_kwargs())

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the form is made with; data and files if the request brings them."""
        kwargs: dict[str, Any] = {"initial": self.get_initial(), "prefix": self.get_prefix()}
        if self.request.method in ("POST", "PUT"):
            kwargs["data"] = self.request.POST
            kwargs["files"] = self.request.FILES
        return kwargs

    def get_success_url(self) -> str:
        """Where to go when the form is valid: `success_url`; without it, `ImproperlyConfigured`."""
        if not self.success_url:
            raise ImproperlyConfigured("No URL to redirect to. Provide a success_url.")
        return str(self.success_url)

    def form_valid(self, form: Any) -> Any:
        """What follows a valid form: a redirect."""
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> Any:
        """What follows an invalid form: the page again, with its errors."""
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        return super().get_context_data(**kwargs)


@unannotated
class ModelFormMixin(FormMixin, SingleObjectMixin):
    """A form of a model, of the view's class or made from its `fields`, for the view's object."""

    fields: Any = None

    def get_form_class(self) -> Any:
        """`form_class`, or a form of the `fields` of the view's model, object or query."""
        if self.fields is not None and self.form_class:
            raise ImproperlyConfigured(
                "Specifying both 'fields' and 'form_class' is not permitted."
            )
        if self.form_class:
            return self.form_class
        if self.model is not None:
            model = self.model
        elif getattr(self, "object", None) is not None:
            model = type(self.object)
        else:
            model = self.get_queryset().model
        if self.fields is None:
            raise ImproperlyConfigured(
                f"Using ModelFormMixin (base class of {type(self).__name__}) without the 'fields' "
                "attribute is prohibited."
            )
        return model_forms.modelform_factory(model, fields=self.fields)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if hasattr(self, "object"):
            kwargs["instance"] = self.object
        return kwargs

    def get_success_url(self) -> str:
        """`success_url`, formatted with the object's attributes, or the object's own page."""
        if self.success_url:
            return str(self.success_url.format(**self.object.__dict__))
        try:
            url: str = self.object.get_absolute_url()
        except AttributeError:
            raise ImproperlyConfigured(
                "No URL to redirect to.  Either provide a url or define a get_absolute_url method "
                "on the Model."
            )
        return url

    def form_valid(self, form: Any) -> Any:
        self.object = form.save()
        return super().form_valid(form)


@unannotated
class ProcessFormView(View):
    """Shows a form on GET and processes it on POST."""

    get_form: Any
    form_valid: Any
    form_invalid: Any
    get_context_data: Any
    render_to_response: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def put(self, *args: Any, **kwargs: Any) -> Any:
        return self.post(*args, **kwargs)


class BaseFormView(FormMixin, ProcessFormView):
    """Processes a form, shown in whatever way `render_to_response` has."""


class FormView(TemplateResponseMixin, BaseFormView):
    """Shows a form with a template, and processes it."""


class BaseCreateView(ModelFormMixin, ProcessFormView):
    """Makes an object from a form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = None
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = None
        return super().post(request, *args, **kwargs)


class CreateView(SingleObjectTemplateResponseMixin, BaseCreateView):
    """Makes an object from a form, shown with its model's ``_form`` template."""

    template_name_suffix = "_form"


class BaseUpdateView(ModelFormMixin, ProcessFormView):
    """Changes an object by a form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        return super().post(request, *args, **kwargs)


class UpdateView(SingleObjectTemplateResponseMixin, BaseUpdateView):
    """Changes an object by a form, shown with its model's ``_form`` template."""

    template_name_suffix = "_form"


@unannotated
class DeletionMixin:
    """Deletes the view's object."""

    success_url: Any = None

    get_object: Any
    object: Any

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Delete the object and redirect to `get_success_url`."""
        self.object = self.get_object()
        # The URL may be made of what the object is.
        url = self.get_success_url()
        self.object.delete()
        return HttpResponseRedirect(url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.delete(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """`success_url`, formatted with the object's attributes."""
        if not self.success_url:
            raise ImproperlyConfigured("No URL to redirect to. Provide a success_url.")
        return str(self.success_url.format(**self.object.__dict__))


class BaseDeleteView(DeletionMixin, FormMixin, BaseDetailView):
    """Shows an object on GET, and deletes it on POST if its form is valid."""

    form_class = Form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: Any) -> Any:
        url = self.get_success_url()
        self.object.delete()
        return HttpResponseRedirect(url)


class DeleteView(SingleObjectTemplateResponseMixin, BaseDeleteView):
    """Asks with its model's ``_confirm_delete`` template, and deletes the object."""

    template_name_suffix = "_confirm_delete"
