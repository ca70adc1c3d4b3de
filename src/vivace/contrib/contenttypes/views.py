"""A redirect to the page of any object, by its content type and primary key."""

from typing import Any

from vivace.apps.registry import apps
from vivace.contrib.contenttypes.models import ContentType
from vivace.core.exceptions import ObjectDoesNotExist
from vivace.http import Http404, HttpRequest, HttpResponseRedirect
from vivace.utils.naming import say
from vivace.utils.translation import gettext as _

__all__ = ["shortcut"]


def shortcut(request: HttpRequest, content_type_id: Any, object_id: Any) -> HttpResponseRedirect:
    """Redirect to the object's ``get_absolute_url()``, on the domain of its site.

    Raises `Http404` if there is no such object, or if it has no address.
    """
    content_type, obj = _find(content_type_id, object_id)
    try:
        get_absolute_url = obj.get_absolute_url
    except AttributeError:
        raise Http404(
            _("%(ct_name)s objects don’t have a get_absolute_url() method")  # noqa: RUF001
            % {"ct_name": content_type.name}
        )
    url = get_absolute_url()
    # An address that names its host is good as it is.
    if url.startswith(("http://", "https://", "//")):
        return HttpResponseRedirect(url)
    return HttpResponseRedirect(f"{request.scheme}://{_domain(request, obj)}{url}")


def _find(content_type_id: Any, object_id: Any) -> tuple[Any, Any]:
    try:
        content_type = ContentType.objects.get(pk=content_type_id)
        if not content_type.model_class():
            raise Http404(
                _("Content type %(ct_id)s object has no associated model")
                % {"ct_id": content_type_id}
            )
        return content_type, content_type.get_object_for_this_type(pk=object_id)
    except (ObjectDoesNotExist, ValueError):
        raise Http404(
            _("Content type %(ct_id)s object %(obj_id)s doesn’t exist")  # noqa: RUF001
            % {"ct_id": content_type_id, "obj_id": object_id}
        )


def _domain(request: HttpRequest, obj: Any) -> str:
    """The domain of the site that `obj` is related to, or the one that was asked."""
    if not apps.is_installed(say("contrib.sites")):
        return request.get_host()
    site_model = apps.get_model("sites.Site")
    current = site_model.objects.get_current(request)
    for field in obj._meta.many_to_many:
        if field.remote_field.model is site_model:
            sites = getattr(obj, field.name).all()
            # An object on several sites is shown on the current one if it is there.
            if current in sites:
                return str(current.domain)
            first = sites.first()
            if first is not None:
                return str(first.domain)
    for field in obj._meta.fields:
        if field.remote_field and field.remote_field.model is site_model:
            site = getattr(obj, field.name)
            if site is not None:
                return str(site.domain)
    return str(current.domain)
