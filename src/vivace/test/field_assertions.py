"""What a form's field makes of what is sent to it (documentation: testing tools, assertions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unittest import TestCase

from vivace.core.exceptions import ValidationError
from vivace.utils.lazily import Later

# PERF: most tests have nothing to do with forms.
fields: Any = Later("vivace.forms.fields")


class FieldAssertions(TestCase):
    """Assertions about fields of forms; `SimpleTestCase` has them."""

    def assertFieldOutput(
        self,
        fieldclass: Any,
        valid: Mapping[Any, Any],
        invalid: Mapping[Any, Any],
        field_args: Sequence[Any] | None = None,
        field_kwargs: dict[str, Any] | None = None,
        empty_value: Any = "",
    ) -> None:
        """Assert that a field cleans the keys of `valid` to its values, and refuses `invalid`.

        The values of `invalid` are lists of error messages. The field is tried as a required and as an
        optional one, which has to clean empty input to `empty_value`; it is made with `field_args` and
        `field_kwargs`.
        """
        args = [] if field_args is None else field_args
        kwargs = {} if field_kwargs is None else field_kwargs
        required = fieldclass(*args, **kwargs)
        optional = fieldclass(*args, **{**kwargs, "required": False})
        for sent, cleaned in valid.items():
            self.assertEqual(required.clean(sent), cleaned)
            self.assertEqual(optional.clean(sent), cleaned)
        for sent, errors in invalid.items():
            self._assert_refused(required, sent, errors)
            self._assert_refused(optional, sent, errors)
        for empty in required.empty_values:
            self._assert_refused(required, empty, [required.error_messages["required"]])
            self.assertEqual(optional.clean(empty), empty_value)
        if issubclass(fieldclass, fields.CharField):
            made = fieldclass(*args, **{**kwargs, "min_length": 2, "max_length": 20})
            self.assertIsInstance(made, fieldclass)

    def _assert_refused(self, field: Any, sent: Any, errors: Any) -> None:
        with self.assertRaises(ValidationError) as raised:
            field.clean(sent)
        self.assertEqual(raised.exception.messages, errors)
