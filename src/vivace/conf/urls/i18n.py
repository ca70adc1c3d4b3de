"""Door: routes by language, and a URLconf with the view that sets the language."""

from vivace.urls import path
from vivace.urls.languages import i18n_patterns, is_language_prefix_patterns_used
from vivace.views.i18n import set_language

__all__ = ["i18n_patterns", "is_language_prefix_patterns_used", "urlpatterns"]

urlpatterns = [path("setlang/", set_language, name="set_language")]
