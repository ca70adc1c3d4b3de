"""``{% blocktranslate %}``: text with variables, translated. Documented in topics/i18n/translation.

It is registered by ``i18n``: a ``register`` here would be a library of its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.lexer import TokenType
from vivace.template.language.tree import Node
from vivace.template.language.variable import render_value_in_context, token_kwargs
from vivace.utils import translation
from vivace.utils.safestring import SafeString


class BlockTranslateNode(Node):
    """The tokens of a message, and of its plural; `counter` tells which one is shown."""

    def __init__(
        self,
        extra_context: dict[str, Any],
        singular: list[Any],
        plural: list[Any] | None = None,
        countervar: str | None = None,
        counter: Any = None,
        message_context: Any = None,
        trimmed: bool = False,
        asvar: str | None = None,
        tag_name: str = "blocktranslate",
    ) -> None:
        self.extra_context = extra_context
        self.singular = singular
        self.plural = plural
        self.countervar = countervar
        self.counter = counter
        self.message_context = message_context
        self.trimmed = trimmed
        self.asvar = asvar
        self.tag_name = tag_name

    def __repr__(self) -> str:
        return (
            f"<{type(self).__qualname__}: extra_context={self.extra_context!r} "
            f"singular={self.singular!r} plural={self.plural!r}>"
        )

    def render_token_list(self, tokens: list[Any]) -> tuple[str, list[str]]:
        """The message for tokens, a printf-style format, and the names in it."""
        parts: list[str] = []
        names: list[str] = []
        for token in tokens:
            if token.token_type is TokenType.TEXT:
                parts.append(token.contents.replace("%", "%%"))
            elif token.token_type is TokenType.VAR:
                parts.append(f"%({token.contents})s")
                names.append(token.contents)
        message = "".join(parts)
        return translation.trim_whitespace(message) if self.trimmed else message, names

    def render(self, context: Any, nested: bool = False) -> Any:
        message_context = None
        if self.message_context:
            message_context = self.message_context.resolve(context)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        with context.update(values):
            translated, names = self._translated(context, message_context)
            data = {name: _shown(name, context) for name in names}
        try:
            text = translated % data
        except (KeyError, ValueError):
            # A translator has got a name wrong; the original is better than an error.
            if nested:
                raise TemplateSyntaxError(
                    f"{self.tag_name!r} is unable to format string returned by gettext: "
                    f"{translated!r} using {data!r}"
                )
            with translation.override(None):
                text = self.render(context, nested=True)
        if self.asvar:
            context[self.asvar] = SafeString(text)
            return ""
        return text

    def _translated(self, context: Any, message_context: Any) -> tuple[str, list[str]]:
        singular, names = self.render_token_list(self.singular)
        if not (self.plural and self.countervar and self.counter):
            if message_context:
                return translation.pgettext(message_context, singular), names
            return translation.gettext(singular), names
        count = self.counter.resolve(context)
        if not isinstance(count, Decimal | float | int):
            raise TemplateSyntaxError(
                f"{self.countervar!r} argument to {self.tag_name!r} tag must be a number."
            )
        context[self.countervar] = count
        plural, plural_names = self.render_token_list(self.plural)
        names.extend(plural_names)
        if message_context:
            return translation.npgettext(message_context, singular, plural, count), names
        return translation.ngettext(singular, plural, count), names


def _shown(name: str, context: Any) -> str:
    """A value of the context as it is shown; names are looked up whole, not by their dots."""
    if name in context:
        value = context[name]
    else:
        value = context.template.engine.string_if_invalid
        if "%s" in value:
            value = value % name
    return render_value_in_context(value, context)


def do_block_translate(parser: Any, token: Any) -> BlockTranslateNode:
    """``{% blocktranslate [options] %}...{% plural %}...{% endblocktranslate %}``."""
    bits = token.split_contents()
    tag = bits[0]
    options = _options(parser, tag, bits[1:])
    countervar = counter = None
    if "count" in options:
        ((countervar, counter),) = options["count"].items()
    singular, token = _message(parser, token)
    plural: list[Any] = []
    if countervar:
        if token.contents.strip() != "plural":
            raise TemplateSyntaxError(f"{tag!r} doesn't allow other block tags inside it")
        plural, token = _message(parser, token)
    if token.contents.strip() != f"end{tag}":
        raise TemplateSyntaxError(
            f"{tag!r} doesn't allow other block tags (seen {token.contents!r}) inside it"
        )
    return BlockTranslateNode(
        options.get("with", {}),
        singular,
        plural,
        countervar,
        counter,
        options.get("context"),
        trimmed=options.get("trimmed", False),
        asvar=options.get("asvar"),
        tag_name=tag,
    )


def _message(parser: Any, token: Any) -> tuple[list[Any], Any]:
    """The tokens of text and variables that come next, and the one after them."""
    tokens: list[Any] = []
    while parser.tokens:
        token = parser.next_token()
        if token.token_type not in (TokenType.VAR, TokenType.TEXT):
            break
        tokens.append(token)
    return tokens, token


def _options(parser: Any, tag: str, rest: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    while rest:
        option = rest.pop(0)
        if option in options:
            raise TemplateSyntaxError(f"The {option!r} option was specified more than once.")
        value: Any = True
        if option == "with":
            value = token_kwargs(rest, parser, support_legacy=True)
            if not value:
                raise TemplateSyntaxError(
                    f'"with" in {tag!r} tag needs at least one keyword argument.'
                )
        elif option == "count":
            value = token_kwargs(rest, parser, support_legacy=True)
            if len(value) != 1:
                raise TemplateSyntaxError(
                    f'"count" in {tag!r} tag expected exactly one keyword argument.'
                )
        elif option == "context":
            try:
                value = parser.compile_filter(rest.pop(0))
            except Exception:
                raise TemplateSyntaxError(
                    f'"context" in {tag!r} tag expected exactly one argument.'
                )
        elif option == "asvar":
            if not rest:
                raise TemplateSyntaxError(
                    f"No argument provided to the '{tag}' tag for the asvar option."
                )
            value = rest.pop(0)
        elif option != "trimmed":
            raise TemplateSyntaxError(f"Unknown argument for {tag!r} tag: {option!r}.")
        options[option] = value
    return options
