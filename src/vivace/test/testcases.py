"""The test cases (topics/testing/tools), at the address that packages import them from."""

from vivace.test.capturing import _AssertNumQueriesContext
from vivace.test.conditions import (
    CheckCondition,
    connections_support_savepoints,
    connections_support_transactions,
    skipIfDBFeature,
    skipUnlessAnyDBFeature,
    skipUnlessDBFeature,
)
from vivace.test.forbidding import DatabaseOperationForbidden, _DatabaseFailure
from vivace.test.live import LiveServerTestCase, LiveServerThread, QuietWSGIRequestHandler
from vivace.test.live_files import FSFilesHandler, _MediaFilesHandler, _StaticFilesHandler
from vivace.test.overriding import modify_settings, override_settings
from vivace.test.response_assertions import (
    _AssertTemplateNotUsedContext,
    _AssertTemplateUsedContext,
    assert_and_parse_html,
    to_list,
)
from vivace.test.simple import SerializeMixin, SimpleTestCase
from vivace.test.transactional import TestCase, TestData, TransactionTestCase

__all__ = [
    "CheckCondition",
    "DatabaseOperationForbidden",
    "FSFilesHandler",
    "LiveServerTestCase",
    "LiveServerThread",
    "QuietWSGIRequestHandler",
    "SerializeMixin",
    "SimpleTestCase",
    "TestCase",
    "TestData",
    "TransactionTestCase",
    "_AssertNumQueriesContext",
    "_AssertTemplateNotUsedContext",
    "_AssertTemplateUsedContext",
    "_DatabaseFailure",
    "_MediaFilesHandler",
    "_StaticFilesHandler",
    "assert_and_parse_html",
    "connections_support_savepoints",
    "connections_support_transactions",
    "modify_settings",
    "override_settings",
    "skipIfDBFeature",
    "skipUnlessAnyDBFeature",
    "skipUnlessDBFeature",
    "to_list",
]
