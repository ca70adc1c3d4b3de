"""The exceptions that all rooms share.

Defined at https://docs.djangoproject.com/en/5.2/ref/exceptions/.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterator
from typing import Any

from vivace.utils.hashable import make_hashable

__all__ = [
    "NON_FIELD_ERRORS",
    "AppRegistryNotReady",
    "BadRequest",
    "DisallowedHost",
    "DisallowedRedirect",
    "EmptyResultSet",
    "FieldDoesNotExist",
    "FieldError",
    "FieldFetchBlocked",
    "FullResultSet",
    "ImproperlyConfigured",
    "MiddlewareNotUsed",
    "MultipleObjectsReturned",
    "ObjectDoesNotExist",
    "ObjectNotUpdated",
    "PermissionDenied",
    "RequestAborted",
    "RequestDataTooBig",
    "SuspiciousFileOperation",
    "SuspiciousMultipartForm",
    "SuspiciousOperation",
    "SynchronousOnlyOperation",
    "TooManyFieldsSent",
    "TooManyFilesSent",
    "ValidationError",
    "ViewDoesNotExist",
    "make_hashable",
]

#: Key under which errors that belong to no single field are kept.
NON_FIELD_ERRORS = "__all__"


class FieldDoesNotExist(Exception):
    """The requested model field does not exist."""


class AppRegistryNotReady(Exception):
    """The app registry was used before it was populated."""


class ObjectDoesNotExist(Exception):
    """The requested object does not exist; base of every ``Model.DoesNotExist``."""

    silent_variable_failure = True


class ObjectNotUpdated(Exception):
    """An update met no row; base of every ``Model.NotUpdated``."""


class MultipleObjectsReturned(Exception):
    """A query returned several objects where one was expected."""


class SuspiciousOperation(Exception):
    """Something suspicious was sent; the handler makes it a 400 response and a log line."""


class SuspiciousMultipartForm(SuspiciousOperation):
    """Suspect MIME request in multipart form data."""


class SuspiciousFileOperation(SuspiciousOperation):
    """A suspicious file system operation was attempted."""


class DisallowedHost(SuspiciousOperation):
    """The Host header names a host that ALLOWED_HOSTS does not list."""


class DisallowedRedirect(SuspiciousOperation):
    """A redirect to a scheme that is not allowed."""


class TooManyFieldsSent(SuspiciousOperation):
    """More fields than DATA_UPLOAD_MAX_NUMBER_FIELDS were sent."""


class TooManyFilesSent(SuspiciousOperation):
    """More files than DATA_UPLOAD_MAX_NUMBER_FILES were sent."""


class RequestDataTooBig(SuspiciousOperation):
    """The request's data (files left out) is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""


class RequestAborted(Exception):
    """The client closed the connection before the request was complete, or timed out."""


class BadRequest(Exception):
    """The request cannot be processed; at the handler it becomes a 400 response."""


class PermissionDenied(Exception):
    """The user has no permission for what was asked; at the handler it becomes a 403 response."""


class ViewDoesNotExist(Exception):
    """The requested view does not exist."""


class MiddlewareNotUsed(Exception):
    """Raised by a middleware's constructor: this middleware is not used in this configuration."""


class ImproperlyConfigured(Exception):
    """The project is configured wrongly."""


class FieldError(Exception):
    """A problem with a model field."""


class FieldFetchBlocked(FieldError):
    """A field that was not loaded was asked for while the fetch mode RAISE forbids to fetch it."""


class EmptyResultSet(Exception):
    """A condition that nothing can match was found while a query was compiled."""


class FullResultSet(Exception):
    """A condition that everything matches was found while a query was compiled."""


class SynchronousOnlyOperation(Exception):
    """An operation that only synchronous code may do was called from an event loop's thread."""


class ValidationError(Exception):
    """One error, a list of errors, or a dict of field names to errors, found by validation.

    `message` is a message, a list of messages (or of other ``ValidationError``), or a dict of such
    lists by field; a nested ``ValidationError`` is taken over. `code` and `params` go with a single
    message: `params` is interpolated with ``%`` when the message is shown.

    Exactly one form is there afterwards: `error_dict` for a dict, else `error_list`; a single error
    has `message`, `code` and `params` as well.
    https://docs.djangoproject.com/en/5.2/ref/exceptions/#validationerror
    """

    message: Any
    code: str | None
    params: Any
    error_dict: dict[str, list[ValidationError]]
    error_list: list[ValidationError]

    def __init__(self, message: Any, code: str | None = None, params: Any = None) -> None:
        super().__init__(message, code, params)
        if isinstance(message, ValidationError):
            if hasattr(message, "error_dict"):
                message = message.error_dict
            elif not hasattr(message, "message"):
                message = message.error_list
            else:
                message, code, params = message.message, message.code, message.params

        if isinstance(message, dict):
            self.error_dict = {}
            for field, messages in message.items():
                if not isinstance(messages, ValidationError):
                    messages = ValidationError(messages)
                self.error_dict[field] = messages.error_list
        elif isinstance(message, list):
            self.error_list = []
            for item in message:
                self.error_list.extend(_flat(item))
        else:
            self.message = message
            self.code = code
            self.params = params
            self.error_list = [self]

    @property
    def message_dict(self) -> dict[str, list[str]]:
        """Messages by field; AttributeError if this error is not a dict of errors."""
        # COMPAT: reading the attribute is what raises, with its name in the message.
        self.error_dict  # noqa: B018
        return dict(self)  # type: ignore[arg-type]

    @property
    def messages(self) -> list[str]:
        """All messages in one list, interpolated."""
        if hasattr(self, "error_dict"):
            return [message for field in self.error_dict.values() for message in _shown(field)]
        return list(self)  # type: ignore[arg-type]

    def update_error_dict(
        self, error_dict: dict[str, list[ValidationError]]
    ) -> dict[str, list[ValidationError]]:
        """Add these errors to `error_dict` and return it; those of no field go to `__all__`."""
        if hasattr(self, "error_dict"):
            for field, error_list in self.error_dict.items():
                error_dict.setdefault(field, []).extend(error_list)
        else:
            error_dict.setdefault(NON_FIELD_ERRORS, []).extend(self.error_list)
        return error_dict

    def __iter__(self) -> Iterator[tuple[str, list[str]] | str]:
        if hasattr(self, "error_dict"):
            for field, errors in self.error_dict.items():
                yield field, _shown(errors)
        else:
            yield from _shown(self.error_list)

    def __str__(self) -> str:
        if hasattr(self, "error_dict"):
            return repr(dict(self))  # type: ignore[arg-type]
        return repr(list(self))

    def __repr__(self) -> str:
        return f"ValidationError({self})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ValidationError):
            return NotImplemented
        return hash(self) == hash(other)

    def __hash__(self) -> int:
        parts: Hashable
        if hasattr(self, "message"):
            parts = (self.message, self.code, make_hashable(self.params))
        elif hasattr(self, "error_dict"):
            parts = make_hashable(self.error_dict)
        else:
            parts = tuple(sorted(self.error_list, key=operator.attrgetter("message")))
        return hash(parts)


def _shown(errors: list[ValidationError]) -> list[str]:
    """The messages of single errors, with their parameters filled in."""
    return [
        str(error.message % error.params if error.params else error.message) for error in errors
    ]


def _flat(item: Any) -> list[ValidationError]:
    """The single errors that one member of a list of errors stands for."""
    if not isinstance(item, ValidationError):
        item = ValidationError(item)
    if hasattr(item, "error_dict"):
        return [error for errors in item.error_dict.values() for error in errors]
    errors: list[ValidationError] = item.error_list
    return errors
