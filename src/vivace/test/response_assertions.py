"""What `SimpleTestCase` asserts about responses: redirects, content, templates, form errors.

Messages and their order of precedence are part of the interface; tests match them.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any
from unittest import TestCase
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from vivace.conf import settings
from vivace.http import QueryDict
from vivace.http.hosts import split_domain_port, validate_host
from vivace.test.html import Element, HTMLParseError, parse_html
from vivace.test.signals import template_rendered
from vivace.test.utils import ContextList

# Known to unittest: a failure is shown where the test made the assertion.
__unittest = True


def to_list(value: Any) -> list[Any]:
    """`value`, or a list of just it when it is not a list."""
    return value if isinstance(value, list) else [value]


def prefixed(msg_prefix: str) -> str:
    """The prefix as it stands before a message."""
    return f"{msg_prefix}: " if msg_prefix else ""


def normalize_url(url: Any) -> str:
    """`url` with its query parameters in one order, for comparing."""
    parts = urlsplit(str(url))
    query = urlencode(sorted(parse_qsl(parts.query)))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def assert_and_parse_html(self: TestCase, html: str, user_msg: str | None, msg: str) -> Element:
    """`html` parsed; the test fails with `msg` when it cannot be."""
    try:
        return parse_html(html)
    except HTMLParseError as error:
        self.fail(self._formatMessage(user_msg, f"{msg}\n{error}"))


class _AssertTemplateUsedContext:
    """Watches what is rendered in a block; fails at its end when `template_name` was not."""

    def __init__(
        self, test_case: Any, template_name: Any, msg_prefix: str = "", count: int | None = None
    ) -> None:
        self.test_case = test_case
        self.template_name = template_name
        self.msg_prefix = msg_prefix
        self.count = count
        self.rendered_templates: list[Any] = []
        self.context = ContextList()

    @property
    def rendered_template_names(self) -> list[str]:
        return [t.name for t in self.rendered_templates if t.name is not None]

    def on_template_render(
        self, sender: Any, signal: Any, template: Any, context: Any, **kwargs: Any
    ) -> None:
        self.rendered_templates.append(template)
        self.context.append(context)

    def test(self) -> None:
        self.test_case._assert_template_used(
            self.template_name, self.rendered_template_names, self.msg_prefix, self.count
        )

    def __enter__(self) -> _AssertTemplateUsedContext:
        template_rendered.connect(self.on_template_render)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        template_rendered.disconnect(self.on_template_render)
        if exc_type is None:
            self.test()


class _AssertTemplateNotUsedContext(_AssertTemplateUsedContext):
    """The same, failing when `template_name` was rendered."""

    def test(self) -> None:
        self.test_case._assert_template_not_used(
            self.template_name, self.rendered_template_names, self.msg_prefix
        )


class ResponseAssertions(TestCase):
    """Assertions about responses, for test cases to inherit."""

    def assertRedirects(
        self,
        response: Any,
        expected_url: Any,
        status_code: int = 302,
        target_status_code: int = 200,
        msg_prefix: str = "",
        fetch_redirect_response: bool = True,
    ) -> None:
        """Assert that a response redirected to `expected_url`, and that this URL can be loaded.

        With a response that followed redirects, the first has `status_code` and the last response
        `target_status_code`. Absolute URLs of other hosts are not loaded but an error.
        """
        prefix = prefixed(msg_prefix)
        if hasattr(response, "redirect_chain"):
            url = self._assert_chain(response, status_code, target_status_code, prefix)
        else:
            self.assertEqual(
                response.status_code,
                status_code,
                f"{prefix}Response didn't redirect as expected: Response code was "
                f"{response.status_code} (expected {status_code})",
            )
            url = response.url
            if not urlsplit(url).path.startswith("/"):
                sent = response.request
                url = urljoin(sent.get("PATH_INFO") or sent.get("path"), url)
            if fetch_redirect_response:
                self._assert_target(response, url, target_status_code, prefix)
        self.assertURLEqual(
            url, expected_url, f"{prefix}Response redirected to '{url}', expected '{expected_url}'"
        )

    def _assert_chain(
        self, response: Any, status_code: int, target_status_code: int, prefix: str
    ) -> str:
        """Check a response that followed redirects; answers the last URL."""
        chain = response.redirect_chain
        self.assertTrue(
            chain,
            f"{prefix}Response didn't redirect as expected: Response code was "
            f"{response.status_code} (expected {status_code})",
        )
        first = chain[0][1]
        self.assertEqual(
            first,
            status_code,
            f"{prefix}Initial response didn't redirect as expected: Response code was "
            f"{first} (expected {status_code})",
        )
        self.assertEqual(
            response.status_code,
            target_status_code,
            f"{prefix}Response didn't redirect as expected: Final Response code was "
            f"{response.status_code} (expected {target_status_code})",
        )
        url: str = chain[-1][0]
        return url

    def _assert_target(self, response: Any, url: str, target_status_code: int, prefix: str) -> None:
        """Check that the page a response redirects to answers with the status."""
        scheme, netloc, path, query, _ = urlsplit(url)
        domain, _ = split_domain_port(netloc)
        if domain and not validate_host(domain, settings.ALLOWED_HOSTS):
            raise ValueError(
                f"The test client is unable to fetch remote URLs (got {url}). If the host is "
                f"served by Django, add '{domain}' to ALLOWED_HOSTS. Otherwise, use "
                "assertRedirects(..., fetch_redirect_response=False)."
            )
        target = response.client.get(
            unquote(path),
            data=QueryDict(query),
            secure=scheme == "https",
            headers=response.client.headers,
            **(response.client.extra or {}),
        )
        self.assertEqual(
            target.status_code,
            target_status_code,
            f"{prefix}Couldn't retrieve redirection page '{path}': response code was "
            f"{target.status_code} (expected {target_status_code})",
        )

    def assertURLEqual(self, url1: Any, url2: Any, msg_prefix: str = "") -> None:
        """Assert that two URLs are the same but for the order of different query parameters."""
        self.assertEqual(
            normalize_url(url1),
            normalize_url(url2),
            f"{prefixed(msg_prefix)}Expected '{url1}' to equal '{url2}'.",
        )

    def _assert_contains(
        self, response: Any, text: Any, status_code: int, msg_prefix: str, html: bool
    ) -> tuple[int, str, str, bytes]:
        """How often `text` occurs; how to name it; the prefix; and the content, for a message."""
        if callable(getattr(response, "render", None)) and not response.is_rendered:
            response.render()
        prefix = prefixed(msg_prefix)
        self.assertEqual(
            response.status_code,
            status_code,
            f"{prefix}Couldn't retrieve content: Response code was {response.status_code} "
            f"(expected {status_code})",
        )
        if response.streaming:
            body = b"".join(response.streaming_content)
        else:
            body = response.content
        content: Any = body
        if isinstance(text, bytes) and not html:
            text_repr = repr(text)
        else:
            text = str(text)
            content = body.decode(response.charset)
            text_repr = f"'{text}'"
        if html:
            content = assert_and_parse_html(
                self, content, None, "Response's content is not valid HTML:"
            )
            text = assert_and_parse_html(self, text, None, "Second argument is not valid HTML:")
        return content.count(text), text_repr, prefix, body

    def assertContains(
        self,
        response: Any,
        text: Any,
        count: int | None = None,
        status_code: int = 200,
        msg_prefix: str = "",
        html: bool = False,
    ) -> None:
        """Assert that a response has the status and that `text` occurs in it, `count` times.

        With `html`, `text` is compared as `assertHTMLEqual` does.
        """
        found, name, prefix, body = self._assert_contains(
            response, text, status_code, msg_prefix, html
        )
        if count is None:
            self.assertTrue(
                found != 0, f"{prefix}Couldn't find {name} in the following response\n{body!r}"
            )
        else:
            self.assertEqual(
                found,
                count,
                f"{prefix}Found {found} instances of {name} (expected {count}) in the following "
                f"response\n{body!r}",
            )

    def assertNotContains(
        self,
        response: Any,
        text: Any,
        status_code: int = 200,
        msg_prefix: str = "",
        html: bool = False,
    ) -> None:
        """Assert that a response has the status and that `text` does not occur in it."""
        found, name, prefix, body = self._assert_contains(
            response, text, status_code, msg_prefix, html
        )
        self.assertEqual(
            found, 0, f"{prefix}{name} unexpectedly found in the following response\n{body!r}"
        )

    def _get_template_used(
        self, response: Any, template_name: Any, msg_prefix: str, method_name: str
    ) -> tuple[Any, Any, list[str]]:
        """The block's template name (or None), the response's, and all names of the response."""
        if response is None and template_name is None:
            raise TypeError("response and/or template_name argument must be provided")
        if response is None or (isinstance(response, str) and template_name is None):
            # The only argument is the template's name: a block is watched.
            return template_name or response, None, []
        if not hasattr(response, "templates"):
            raise ValueError(
                f"{method_name}() is only usable on responses fetched using the Django test Client."
            )
        names = [t.name for t in response.templates if t.name is not None]
        return None, template_name, names

    def _assert_template_used(
        self, template_name: Any, template_names: list[str], msg_prefix: str, count: int | None
    ) -> None:
        prefix = prefixed(msg_prefix)
        if not template_names:
            self.fail(f"{prefix}No templates used to render the response")
        self.assertTrue(
            template_name in template_names,
            f"{prefix}Template '{template_name}' was not a template used to render the response. "
            f"Actual template(s) used: {', '.join(template_names)}",
        )
        if count is not None:
            actual = template_names.count(template_name)
            self.assertEqual(
                actual,
                count,
                f"{prefix}Template '{template_name}' was expected to be rendered {count} time(s) "
                f"but was actually rendered {actual} time(s).",
            )

    def _assert_template_not_used(
        self, template_name: Any, template_names: list[str], msg_prefix: str
    ) -> None:
        self.assertFalse(
            template_name in template_names,
            f"{prefixed(msg_prefix)}Template '{template_name}' was used unexpectedly in rendering "
            "the response",
        )

    def assertTemplateUsed(
        self,
        response: Any = None,
        template_name: Any = None,
        msg_prefix: str = "",
        count: int | None = None,
    ) -> _AssertTemplateUsedContext | None:
        """Assert that a template was rendered for a response, or within a ``with`` block."""
        watched, name, names = self._get_template_used(
            response, template_name, msg_prefix, "assertTemplateUsed"
        )
        if watched:
            return _AssertTemplateUsedContext(self, watched, msg_prefix, count)
        self._assert_template_used(name, names, msg_prefix, count)
        return None

    def assertTemplateNotUsed(
        self, response: Any = None, template_name: Any = None, msg_prefix: str = ""
    ) -> _AssertTemplateNotUsedContext | None:
        """Assert that a template was not rendered for a response, or within a ``with`` block."""
        watched, name, names = self._get_template_used(
            response, template_name, msg_prefix, "assertTemplateNotUsed"
        )
        if watched:
            return _AssertTemplateNotUsedContext(self, watched, msg_prefix)
        self._assert_template_not_used(name, names, msg_prefix)
        return None

    def _assert_form_error(
        self, form: Any, field: str | None, errors: Any, msg_prefix: str, form_repr: str
    ) -> None:
        if not form.is_bound:
            self.fail(f"{msg_prefix}The {form_repr} is not bound, it will never have any errors.")
        if field is not None and field not in form.fields:
            self.fail(f"{msg_prefix}The {form_repr} does not contain the field {field!r}.")
        if field is None:
            found = form.non_field_errors()
            failure = f"The non-field errors of {form_repr} don't match."
        else:
            found = form.errors.get(field, [])
            failure = f"The errors of field {field!r} on {form_repr} don't match."
        self.assertEqual(found, errors, msg_prefix + failure)

    def assertFormError(
        self, form: Any, field: str | None, errors: Any, msg_prefix: str = ""
    ) -> None:
        """Assert that a bound form's field, or with None the form itself, has exactly `errors`."""
        self._assert_form_error(
            form, field, to_list(errors), prefixed(msg_prefix), f"form {form!r}"
        )

    def assertFormSetError(
        self,
        formset: Any,
        form_index: int | None,
        field: str | None,
        errors: Any,
        msg_prefix: str = "",
    ) -> None:
        """The same for a form of a formset; `form_index` None: the formset itself."""
        if form_index is None and field is not None:
            raise ValueError("You must use field=None with form_index=None.")
        prefix = prefixed(msg_prefix)
        errors = to_list(errors)
        # As it was before it was asked, which may validate it.
        name = repr(formset)
        if not formset.is_bound:
            self.fail(f"{prefix}The formset {name} is not bound, it will never have any errors.")
        if form_index is None:
            self.assertEqual(
                formset.non_form_errors(),
                errors,
                f"{prefix}The non-form errors of formset {name} don't match.",
            )
            return
        forms = formset.total_form_count()
        if form_index >= forms:
            plural = "" if forms == 1 else "s"
            self.fail(f"{prefix}The formset {name} only has {forms} form{plural}.")
        self._assert_form_error(
            formset.forms[form_index],
            field,
            errors,
            prefix,
            f"form {form_index} of formset {name}",
        )
