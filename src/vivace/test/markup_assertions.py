"""What `SimpleTestCase` asserts about texts that have a meaning: HTML, JSON, XML."""

from __future__ import annotations

import difflib
import json
from typing import Any
from unittest import TestCase
from unittest.util import safe_repr
from xml.parsers.expat import ExpatError

from vivace.test.response_assertions import assert_and_parse_html, prefixed
from vivace.test.xml import compare_xml

# Known to unittest: a failure is shown where the test made the assertion.
__unittest = True


class MarkupAssertions(TestCase):
    """Assertions about HTML, JSON and XML, for test cases to inherit."""

    def assertHTMLEqual(self, html1: str, html2: str, msg: str | None = None) -> None:
        """Assert that two pieces of HTML mean the same (see `vivace.test.html`)."""
        dom1 = assert_and_parse_html(self, html1, msg, "First argument is not valid HTML:")
        dom2 = assert_and_parse_html(self, html2, msg, "Second argument is not valid HTML:")
        if dom1 != dom2:
            diff = difflib.ndiff(str(dom1).splitlines(), str(dom2).splitlines())
            standard = f"{safe_repr(dom1, True)} != {safe_repr(dom2, True)}"
            standard = self._truncateMessage(standard, "\n" + "\n".join(diff))  # type: ignore[attr-defined]
            self.fail(self._formatMessage(msg, standard))

    def assertHTMLNotEqual(self, html1: str, html2: str, msg: str | None = None) -> None:
        """Assert that two pieces of HTML do not mean the same."""
        dom1 = assert_and_parse_html(self, html1, msg, "First argument is not valid HTML:")
        dom2 = assert_and_parse_html(self, html2, msg, "Second argument is not valid HTML:")
        if dom1 == dom2:
            standard = f"{safe_repr(dom1, True)} == {safe_repr(dom2, True)}"
            self.fail(self._formatMessage(msg, standard))

    def assertInHTML(
        self, needle: str, haystack: str, count: int | None = None, msg_prefix: str = ""
    ) -> None:
        """Assert that the HTML `needle` occurs in `haystack`: at all, or `count` times."""
        parsed_needle = assert_and_parse_html(
            self, needle, None, "First argument is not valid HTML:"
        )
        parsed_haystack = assert_and_parse_html(
            self, haystack, None, "Second argument is not valid HTML:"
        )
        found = parsed_haystack.count(parsed_needle)
        prefix = prefixed(msg_prefix)
        where = f"in the following response\n{haystack!r}"
        if count is None:
            self.assertTrue(found != 0, f"{prefix}Couldn't find {needle!r} {where}")
        elif count == 0:
            self.assertEqual(found, count, f"{prefix}{needle!r} unexpectedly found {where}")
        else:
            self.assertEqual(
                found,
                count,
                f"{prefix}Found {found} instances of {needle!r} (expected {count}) {where}",
            )

    def assertNotInHTML(self, needle: str, haystack: str, msg_prefix: str = "") -> None:
        """Assert that the HTML `needle` does not occur in `haystack`."""
        self.assertInHTML(needle, haystack, count=0, msg_prefix=msg_prefix)

    def _parse_json(self, raw: Any, which: str) -> Any:
        try:
            return json.loads(raw)
        except json.JSONDecodeError:
            self.fail(f"{which} argument is not valid JSON: {raw!r}")

    def assertJSONEqual(self, raw: Any, expected_data: Any, msg: str | None = None) -> None:
        """Assert that the text `raw` is JSON for `expected_data` (data, or JSON as a text too)."""
        data = self._parse_json(raw, "First")
        if isinstance(expected_data, str):
            expected_data = self._parse_json(expected_data, "Second")
        self.assertEqual(data, expected_data, msg=msg)

    def assertJSONNotEqual(self, raw: Any, expected_data: Any, msg: str | None = None) -> None:
        """Assert that the text `raw` is JSON, but not for `expected_data`."""
        data = self._parse_json(raw, "First")
        if isinstance(expected_data, str):
            expected_data = self._parse_json(expected_data, "Second")
        self.assertNotEqual(data, expected_data, msg=msg)

    def _compare_xml(self, xml1: str, xml2: str, msg: str | None) -> bool:
        try:
            return compare_xml(xml1, xml2)
        except ExpatError as error:
            standard = f"First or second argument is not valid XML\n{error}"
            self.fail(self._formatMessage(msg, standard))

    def assertXMLEqual(self, xml1: str, xml2: str, msg: str | None = None) -> None:
        """Assert that two pieces of XML mean the same (see `vivace.test.xml`)."""
        if not self._compare_xml(xml1, xml2, msg):
            diff = difflib.ndiff(xml1.splitlines(), xml2.splitlines())
            standard = f"{safe_repr(xml1, True)} != {safe_repr(xml2, True)}"
            standard = self._truncateMessage(standard, "\n" + "\n".join(diff))  # type: ignore[attr-defined]
            self.fail(self._formatMessage(msg, standard))

    def assertXMLNotEqual(self, xml1: str, xml2: str, msg: str | None = None) -> None:
        """Assert that two pieces of XML do not mean the same."""
        if self._compare_xml(xml1, xml2, msg):
            standard = f"{safe_repr(xml1, True)} == {safe_repr(xml2, True)}"
            self.fail(self._formatMessage(msg, standard))
