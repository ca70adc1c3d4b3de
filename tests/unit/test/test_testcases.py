"""How test cases run: clients, settings, colours, errors around the test."""

from __future__ import annotations

import unittest
import urllib.request
import warnings
from pathlib import Path
from typing import Any, ClassVar

import pytest

from vivace.conf import settings
from vivace.core import mail
from vivace.http import HttpResponse
from vivace.test import (
    AsyncClient,
    Client,
    LiveServerTestCase,
    SimpleTestCase,
    override_settings,
    testcases,
)
from vivace.test.testcases import SerializeMixin
from vivace.urls import path


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_each_test_has_fresh_clients_and_an_empty_outbox() -> None:
    clients: list[Any] = []

    class Own(Client):
        pass

    class Case(SimpleTestCase):
        client_class = Own

        def check(self) -> None:
            self.assertIsInstance(self.client, Own)
            self.assertIsInstance(self.async_client, AsyncClient)
            self.assertEqual(mail.outbox, [])
            mail.outbox.append("letter")
            clients.append(self.client)

        def test_a(self) -> None:
            self.check()

        def test_b(self) -> None:
            self.check()

    assert run(Case).wasSuccessful()
    assert clients[0] is not clients[1]


def test_settings_of_class_method_and_block() -> None:
    @override_settings(FOO="class")
    class Case(SimpleTestCase):
        def test_class(self) -> None:
            self.assertEqual(settings.FOO, "class")

        @override_settings(FOO="method")
        def test_method(self) -> None:
            self.assertEqual(settings.FOO, "method")
            with self.settings(FOO="block"):
                self.assertEqual(settings.FOO, "block")
            with self.modify_settings(LIST={"append": "x"}):
                self.assertEqual(settings.LIST, ["x"])

    result = run(Case)
    assert result.wasSuccessful(), result.failures + result.errors
    assert not hasattr(settings, "FOO")


def test_asynchronous_tests_are_awaited() -> None:
    ran: list[str] = []

    class Case(SimpleTestCase):
        async def test_passes(self) -> None:
            response = await self.async_client.get("/none/")
            ran.append(str(response.status_code))

        async def test_fails(self) -> None:
            self.fail("seen")

    result = run(Case)
    assert ran == ["404"]
    assert len(result.failures) == 1


def test_errors_around_the_test_are_errors_of_the_test() -> None:
    class Case(SimpleTestCase):
        ran: ClassVar[list[str]] = []

        @classmethod
        def _pre_setup(cls) -> None:
            raise ValueError("before")

        def test(self) -> None:
            self.ran.append("test")

    result = run(Case)
    assert Case.ran == []
    assert "ValueError: before" in result.errors[0][1]
    with pytest.raises(ValueError, match="before"):
        Case("test").debug()


def test_skipped_tests_prepare_nothing() -> None:
    class Case(SimpleTestCase):
        @classmethod
        def _pre_setup(cls) -> None:
            raise ValueError

        @unittest.skip("later")
        def test(self) -> None:
            pass

    result = run(Case)
    assert len(result.skipped) == 1
    assert result.wasSuccessful()


def test_messages_of_exceptions_and_warnings() -> None:
    case = SimpleTestCase()
    with case.assertRaisesMessage(ValueError, "part") as caught:
        raise ValueError("a part of it")
    assert str(caught.exception) == "a part of it"
    case.assertRaisesMessage(ValueError, "invalid literal", int, "x")
    with pytest.raises(AssertionError, match="'other' not found in 'text'"):
        with case.assertRaisesMessage(ValueError, "other"):
            raise ValueError("text")
    with pytest.raises(AssertionError, match="ValueError not raised"):
        case.assertRaisesMessage(ValueError, "other", lambda: None)
    with case.assertWarnsMessage(UserWarning, "part"):
        warnings.warn("a part of it", UserWarning, stacklevel=1)


class Form:
    """What the assertions ask of a form."""

    is_bound = True
    fields: ClassVar[dict[str, Any]] = {"a": None, "b": None}
    errors: ClassVar[dict[str, list[str]]] = {"a": ["wrong"]}

    def non_field_errors(self) -> list[str]:
        return ["none of it"]

    def __repr__(self) -> str:
        return "<Form>"


class FormSet:
    is_bound = True
    forms: ClassVar[list[Form]] = [Form()]

    def total_form_count(self) -> int:
        return len(self.forms)

    def non_form_errors(self) -> list[str]:
        return ["too many"]

    def __repr__(self) -> str:
        return "<FormSet>"


def test_form_errors() -> None:
    case = SimpleTestCase()
    case.assertFormError(Form(), "a", "wrong")
    case.assertFormError(Form(), "b", [])
    case.assertFormError(Form(), None, ["none of it"])
    with pytest.raises(AssertionError, match="The errors of field 'a' on form <Form> don't match"):
        case.assertFormError(Form(), "a", "right")
    with pytest.raises(AssertionError, match="The form <Form> does not contain the field 'c'"):
        case.assertFormError(Form(), "c", [])
    unbound = Form()
    unbound.is_bound = False
    with pytest.raises(AssertionError, match="is not bound, it will never have any errors"):
        case.assertFormError(unbound, "a", [])


def test_formset_errors() -> None:
    case = SimpleTestCase()
    case.assertFormSetError(FormSet(), 0, "a", "wrong")
    case.assertFormSetError(FormSet(), None, None, "too many")
    with pytest.raises(AssertionError, match="form 0 of formset <FormSet> don't match"):
        case.assertFormSetError(FormSet(), 0, "a", "right")
    with pytest.raises(AssertionError, match=r"The formset <FormSet> only has 1 form\."):
        case.assertFormSetError(FormSet(), 1, "a", "x")
    with pytest.raises(ValueError, match="You must use field=None with form_index=None"):
        case.assertFormSetError(FormSet(), None, "a", "x")


def test_templates_in_a_block() -> None:
    from vivace.test.signals import template_rendered

    class Template:
        name = "a.html"

    case = SimpleTestCase()

    def render(times: int = 1) -> None:
        for _ in range(times):
            template_rendered.send(sender=None, template=Template(), context={})

    with case.assertTemplateUsed("a.html"), case.assertTemplateNotUsed("b.html"):
        render()
    with pytest.raises(AssertionError, match="No templates used to render the response"):
        with case.assertTemplateUsed("a.html"):
            pass
    with pytest.raises(AssertionError, match=r"'a\.html' was used unexpectedly"):
        with case.assertTemplateNotUsed("a.html"):
            render()
    with pytest.raises(AssertionError, match=r"rendered 1 time\(s\) but was actually rendered 2"):
        with case.assertTemplateUsed("a.html", count=1):
            render(2)


def test_a_live_server_answers_a_real_client(site: Any) -> None:
    site([path("live/", lambda request: HttpResponse(f"alive {request.get_host()}"))])
    answers: list[bytes] = []

    class Case(LiveServerTestCase):
        def test(self) -> None:
            with urllib.request.urlopen(f"{self.live_server_url}/live/") as answer:
                answers.append(answer.read())

    result = run(Case)
    assert result.wasSuccessful(), result.errors
    assert answers[0].startswith(b"alive localhost:")


def test_serialized_cases_need_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Nameless\.lockfile isn't set"):

        class Nameless(SerializeMixin, SimpleTestCase):
            pass

    lock = tmp_path / "lock"
    lock.touch()

    class Case(SerializeMixin, SimpleTestCase):
        lockfile = lock

        def test(self) -> None:
            pass

    assert run(Case).wasSuccessful()


def test_packages_take_what_overrides_settings_from_the_address_of_cases() -> None:
    with testcases.override_settings(STATIC_URL="/other/"):
        assert settings.STATIC_URL == "/other/"
    assert testcases.modify_settings is not testcases.override_settings
