"""The ``Accept`` header (RFC 9110, section 12.5.1): which media types a client wants."""

from __future__ import annotations

from functools import cached_property

from vivace.utils.http import parse_header_parameters
from vivace.utils.naming import publish

__all__ = ["MediaType"]


class MediaType:
    """A media type or media range with its parameters, as in ``text/*; q=0.5``."""

    def __init__(self, media_type_raw_line: object) -> None:
        line = str(media_type_raw_line) if media_type_raw_line else ""
        full_type, self.params = parse_header_parameters(line)
        self.main_type, _, self.sub_type = full_type.partition("/")

    def __str__(self) -> str:
        params = "".join(f"; {name}={value}" for name, value in self.params.items())
        sub_type = f"/{self.sub_type}" if self.sub_type else ""
        return f"{self.main_type}{sub_type}{params}"

    def __repr__(self) -> str:
        return f"<{self.__class__.__qualname__}: {self}>"

    @cached_property
    def range_params(self) -> dict[str, str]:
        """The parameters without the quality."""
        return {name: value for name, value in self.params.items() if name != "q"}

    def match(self, other: object) -> bool:
        """Whether this type falls under `other`, a range as a client sends it (or the reverse)."""
        if not other:
            return False
        if not isinstance(other, MediaType):
            other = MediaType(other)
        for mine, theirs in ((self.main_type, other.main_type), (self.sub_type, other.sub_type)):
            if not mine or not theirs or (mine != theirs and mine != "*" and theirs != "*"):
                return False
        return not other.range_params or self.range_params == other.range_params

    @cached_property
    def quality(self) -> float:
        """The client's preference from 0 (never) to 1; what is not such a number counts as 1."""
        try:
            quality = float(self.params.get("q", 1))
        except ValueError:
            return 1
        return 1 if quality < 0 or quality > 1 else round(quality, 3)

    @property
    def specificity(self) -> int:
        """How narrow the range is: 0 for ``*/*`` up to 3 for a type with parameters."""
        if self.main_type == "*":
            return 0
        if self.sub_type == "*":
            return 1
        return 3 if self.range_params else 2


publish(__name__, "http.request")
