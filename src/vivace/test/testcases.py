"""The test cases (topics/testing/tools), at the address that packages import them from."""

from vivace.test.live import LiveServerTestCase, LiveServerThread, QuietWSGIRequestHandler
from vivace.test.response_assertions import (
    _AssertTemplateNotUsedContext,
    _AssertTemplateUsedContext,
    assert_and_parse_html,
    to_list,
)
from vivace.test.simple import SerializeMixin, SimpleTestCase

__all__ = [
    "LiveServerTestCase",
    "LiveServerThread",
    "QuietWSGIRequestHandler",
    "SerializeMixin",
    "SimpleTestCase",
    "_AssertTemplateNotUsedContext",
    "_AssertTemplateUsedContext",
    "assert_and_parse_html",
    "to_list",
]
