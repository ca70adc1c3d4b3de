"""The report that administrators get by mail, drawn as a program for mail draws it: without scripts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from browsing import PHONE, WAYS, complaints, photograph
from vivace.core import mail
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.utils.log import AdminEmailHandler
from vivace.views.decorators.debug import sensitive_post_parameters, sensitive_variables

PASSWORD = "-".join(["known", "to", "nobody"])


@sensitive_variables("password")
def check(name: str, password: str) -> None:
    orders = [{"loaf": "rye", "count": number} for number in range(12)]
    try:
        {}[name]
    except KeyError as error:
        raise PermissionError(f"{name} is nobody we know, {len(orders)} orders wait.") from error


@sensitive_post_parameters("password")
def log_in(request: Any) -> None:
    check(request.POST["name"], request.POST["password"])


def mailed() -> tuple[str, str]:
    """The two forms of the mail about a failure: text, and HTML."""
    request = RequestFactory().post(
        "/log-in/?next=/orders/", {"name": "Ada", "password": PASSWORD}, HTTP_COOKIE="sessionid=s"
    )
    options = {
        "DEBUG": False,
        "ADMINS": [("Admin", "admin@example.com")],
        "EMAIL_BACKEND": "vivace.core.mail.backends.locmem.EmailBackend",
    }
    with override_settings(**options):
        mail.outbox = []
        handler = AdminEmailHandler(include_html=True)
        try:
            log_in(request)
        except PermissionError:
            record = logging.LogRecord(
                "site", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/log-in/",),
                sys.exc_info(),
            )  # fmt: skip
        record.request = request
        handler.emit(record)
        [sent] = mail.outbox
        [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    return str(sent.body), str(html)


def test_the_mail(window: Callable[..., Any]) -> None:
    text, html = mailed()
    assert PASSWORD not in text + html
    assert "PermissionError" in text
    page = window(java_script_enabled=True)
    page.set_content(html)
    assert page.locator("script, button, link, iframe").count() == 0
    # Programs for mail know neither variables nor media queries for the colours of the night.
    assert "var(" not in html
    for way, (size, _) in WAYS.items():
        if way.endswith("light"):
            page.set_viewport_size(size)
            photograph(page, f"mail-{way}")
            assert complaints(page) == []


def test_what_matters_is_there_without_any_style(window: Callable[..., Any]) -> None:
    _, html = mailed()
    page = window(java_script_enabled=False)
    page.set_viewport_size(PHONE)
    page.set_content(html.replace("<style>", "<style media=none>"))
    photograph(page, "mail-without-style")
    shown = page.locator("body").inner_text()
    for part in ("PermissionError at /log-in/", "Ada is nobody we know", "raise PermissionError("):
        assert part in shown
    assert shown.index("raise PermissionError(") < shown.index("Request information")
