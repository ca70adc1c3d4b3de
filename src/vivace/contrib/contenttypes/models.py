"""`ContentType`, the row that stands for a model. Defined by ref/contrib/contenttypes."""

from collections import defaultdict
from typing import Any, ClassVar

from vivace.apps.registry import apps
from vivace.db import models
from vivace.db.models import Q
from vivace.utils.translation import gettext_lazy as _

__all__ = ["ContentType", "ContentTypeManager"]


class ContentTypeManager(models.Manager["ContentType"]):
    """Finds content types, each only once per database."""

    use_in_migrations = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # {database: {(app_label, model) or id: content type}}, shared by all copies.
        self._cache: dict[str, dict[Any, ContentType]] = {}

    def get_by_natural_key(self, app_label: str, model: str) -> "ContentType":
        """The content type of the model named `model`; raises ``ContentType.DoesNotExist``."""
        try:
            return self._cache[self.db][app_label, model]
        except KeyError:
            found = self.get(app_label=app_label, model=model)
            self._add_to_cache(self.db, found)
            return found

    def _get_opts(self, model: Any, for_concrete_model: bool) -> Any:
        return model._meta.concrete_model._meta if for_concrete_model else model._meta

    def _get_from_cache(self, opts: Any) -> "ContentType":
        return self._cache[self.db][opts.app_label, opts.model_name]

    def get_for_model(self, model: Any, for_concrete_model: bool = True) -> "ContentType":
        """The content type of a model or instance, created if there is none.

        A proxy has that of the model it stands for, unless `for_concrete_model` is False.
        """
        opts = self._get_opts(model, for_concrete_model)
        try:
            return self._get_from_cache(opts)
        except KeyError:
            pass
        try:
            # A plain read first: databases that only read can answer it.
            found = self.get(app_label=opts.app_label, model=opts.model_name)
        except self.model.DoesNotExist:
            found, _created = self.get_or_create(app_label=opts.app_label, model=opts.model_name)
        self._add_to_cache(self.db, found)
        return found

    def get_for_models(
        self, *models: Any, for_concrete_models: bool = True
    ) -> "dict[Any, ContentType]":
        """The content types of several models, by model, with as few queries as can be."""
        results: dict[Any, ContentType] = {}
        missing: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for model in models:
            opts = self._get_opts(model, for_concrete_models)
            try:
                results[model] = self._get_from_cache(opts)
            except KeyError:
                missing[opts.app_label, opts.model_name].append(model)
        if missing:
            for found in self.filter(_any_of(missing)):
                for model in missing.pop((found.app_label, found.model), []):
                    results[model] = found
                self._add_to_cache(self.db, found)
        for (app_label, model_name), same in missing.items():
            created = self.create(app_label=app_label, model=model_name)
            self._add_to_cache(self.db, created)
            results.update((model, created) for model in same)
        return results

    def get_for_id(self, id: Any) -> "ContentType":
        """The content type with the primary key `id`; raises ``ContentType.DoesNotExist``."""
        try:
            return self._cache[self.db][id]
        except KeyError:
            found = self.get(pk=id)
            self._add_to_cache(self.db, found)
            return found

    def clear_cache(self) -> None:
        """Forget all content types, which a change of the models has made untrue."""
        self._cache.clear()

    def _add_to_cache(self, using: str, ct: "ContentType") -> None:
        known = self._cache.setdefault(using, {})
        known[ct.app_label, ct.model] = ct
        known[ct.id] = ct


def _any_of(names: dict[tuple[str, str], list[Any]]) -> Q:
    by_app: dict[str, list[str]] = defaultdict(list)
    for app_label, model_name in names:
        by_app[app_label].append(model_name)
    return Q(
        *(
            Q(("app_label", app_label), ("model__in", model_names))
            for app_label, model_names in by_app.items()
        ),
        _connector=Q.OR,
    )


class ContentType(models.Model):
    """A model, by its application's label and its name in lower case."""

    id: int
    app_label = models.CharField(max_length=100)
    model = models.CharField(_("python model class name"), max_length=100)
    objects: ClassVar[ContentTypeManager] = ContentTypeManager()

    class Meta:
        verbose_name = _("content type")
        verbose_name_plural = _("content types")
        db_table = "django_content_type"
        unique_together = [["app_label", "model"]]

    def __str__(self) -> str:
        return self.app_labeled_name

    @property
    def name(self) -> str:
        """The model's name for people, or the stored one if the model is gone."""
        model = self.model_class()
        return str(model._meta.verbose_name) if model else self.model

    @property
    def app_labeled_name(self) -> str:
        """The name with that of the application before it."""
        model = self.model_class()
        if not model:
            return self.model
        meta = model._meta
        return f"{meta.app_config.verbose_name} | {meta.verbose_name}"

    def model_class(self) -> Any:
        """The model, or None if it is not installed."""
        try:
            return apps.get_model(self.app_label, self.model)
        except LookupError:
            return None

    def get_object_for_this_type(self, using: str | None = None, **kwargs: Any) -> Any:
        """The object of the model that `kwargs` describe; raises what ``get`` does."""
        return self.model_class()._base_manager.using(using).get(**kwargs)

    def get_all_objects_for_this_type(self, **kwargs: Any) -> Any:
        """A queryset of the objects of the model that `kwargs` describe."""
        return self.model_class()._base_manager.filter(**kwargs)

    def natural_key(self) -> tuple[str, str]:
        """What names this row in every database."""
        return (self.app_label, self.model)
