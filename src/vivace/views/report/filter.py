"""What error reports hide (documentation: filtering sensitive information)."""

from __future__ import annotations

import re
from types import FrameType
from typing import Any

from vivace.conf import settings
from vivace.http import HttpRequest
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.naming import published
from vivace.views.decorators.debug import ALL, Hidden, hidden_variables, is_wrapper


@published("views.debug.CallableSettingWrapper")
class CallableSettingWrapper:
    """A callable from the settings, which the report must show and not call."""

    def __init__(self, callable_setting: Any) -> None:
        self._wrapped = callable_setting

    def __repr__(self) -> str:
        return repr(self._wrapped)


@published("views.debug.SafeExceptionReporterFilter")
class SafeExceptionReporterFilter:
    """Hides secrets: known by their names always, by the decorators outside ``DEBUG``."""

    cleansed_substitute = "********************"
    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE", flags=re.IGNORECASE
    )

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """`value`, with everything hidden whose key, at any depth, looks like that of a secret."""
        if isinstance(key, str) and self.hidden_settings.search(key):
            return self.cleansed_substitute
        if isinstance(value, dict):
            return {name: self.cleanse_setting(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.cleanse_setting("", each) for each in value]
        if isinstance(value, tuple):
            return tuple(self.cleanse_setting("", each) for each in value)
        return CallableSettingWrapper(value) if callable(value) else value

    def get_safe_settings(self) -> dict[str, Any]:
        """All settings, cleansed."""
        return {
            name: self.cleanse_setting(name, getattr(settings, name))
            for name in dir(settings)
            if name.isupper()
        }

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """``request.META``, cleansed."""
        meta = getattr(request, "META", {})
        return {name: self.cleanse_setting(name, value) for name, value in meta.items()}

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        """``request.COOKIES``, cleansed; the session's cookie is one of the secrets."""
        cookies = getattr(request, "COOKIES", {})
        safe = {name: self.cleanse_setting(name, value) for name, value in cookies.items()}
        if settings.SESSION_COOKIE_NAME in safe:
            safe[settings.SESSION_COOKIE_NAME] = self.cleansed_substitute
        return safe

    def is_active(self, request: HttpRequest | None) -> bool:
        """Whether the decorators' words count: not under ``DEBUG``, where all is shown."""
        return settings.DEBUG is False

    def get_cleansed_multivaluedict(self, request: Any, multivaluedict: Any) -> Any:
        """A copy in which the sensitive POST parameters of `request` are hidden."""
        names = getattr(request, "sensitive_post_parameters", ())
        if not names or not self.is_active(request):
            return multivaluedict
        cleansed = multivaluedict.copy()
        for name in cleansed if names == ALL else names:
            if name in cleansed:
                cleansed[name] = self.cleansed_substitute
        return cleansed

    def get_post_parameters(self, request: Any) -> Any:
        """``request.POST`` without the values that `sensitive_post_parameters` names."""
        if request is None:
            return {}
        return self.get_cleansed_multivaluedict(request, request.POST)

    def cleanse_special_types(self, request: Any, value: Any) -> Any:
        """`value` as a report may show it: requests and form data are cleansed too."""
        try:
            # The class of a lazy object is asked, and it may raise whatever its function raises.
            is_multivalue = isinstance(value, MultiValueDict)
        except Exception as error:
            return f"{error!r} while evaluating {_repr(value)}"
        return self.get_cleansed_multivaluedict(request, value) if is_multivalue else value

    def get_traceback_frame_variables(
        self, request: Any, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Names and values of the frame's locals, with what `sensitive_variables` names hidden."""
        active = self.is_active(request)
        hidden: Hidden = (hidden_variables(tb_frame) or ()) if active else ()
        # The wrapper holds the arguments of the function it protects, and nothing worth to be seen.
        if is_wrapper(tb_frame):
            hidden = ALL
        cleansed = []
        for name, value in tb_frame.f_locals.items():
            if hidden == ALL or name in hidden:
                value = self.cleansed_substitute
            else:
                value = self.cleanse_special_types(request, value)
            cleansed.append((name, value))
        return cleansed


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return repr(type(value))
