"""Translation in templates. Documented in topics/i18n/translation.

``{% blocktranslate %}`` is in ``blocktranslate.py``; its names are published here too.
"""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from vivace.conf import settings
from vivace.template.compiled.build import Builder, Unsupported, lowers
from vivace.template.compiled.lowering import run
from vivace.template.compiled.nodes import Statement
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import Variable, render_value_in_context
from vivace.template.library import Library
from vivace.templatetags.blocktranslate import BlockTranslateNode, do_block_translate
from vivace.utils import translation
from vivace.utils.safestring import SafeData, mark_safe

__all__ = [
    "BlockTranslateNode",
    "GetAvailableLanguagesNode",
    "GetCurrentLanguageBidiNode",
    "GetCurrentLanguageNode",
    "GetLanguageInfoListNode",
    "GetLanguageInfoNode",
    "LanguageNode",
    "TranslateNode",
    "do_block_translate",
    "do_get_available_languages",
    "do_get_current_language",
    "do_get_current_language_bidi",
    "do_get_language_info",
    "do_get_language_info_list",
    "do_translate",
    "language",
    "language_bidi",
    "language_name",
    "language_name_local",
    "language_name_translated",
    "register",
]

register = Library()
register.tag("blocktranslate", do_block_translate)
register.tag("blocktrans", do_block_translate)


class GetAvailableLanguagesNode(Node):
    """``{% get_available_languages %}``: sets a name to LANGUAGES, the names translated."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def render(self, context: Any) -> str:
        context[self.variable] = [
            (code, translation.gettext(name)) for code, name in settings.LANGUAGES
        ]
        return ""


class GetLanguageInfoNode(Node):
    """``{% get_language_info %}``: sets a name to what is known of a language."""

    def __init__(self, lang_code: Any, variable: str) -> None:
        self.lang_code = lang_code
        self.variable = variable

    def render(self, context: Any) -> str:
        context[self.variable] = translation.get_language_info(self.lang_code.resolve(context))
        return ""


class GetLanguageInfoListNode(Node):
    """``{% get_language_info_list %}``: the same for several languages."""

    def __init__(self, languages: Any, variable: str) -> None:
        self.languages = languages
        self.variable = variable

    def get_language_info(self, language: Any) -> dict[str, Any]:
        """What is known of a language, given by its code or a pair that begins with it."""
        code = language[0] if len(language[0]) > 1 else language
        return translation.get_language_info(str(code))

    def render(self, context: Any) -> str:
        languages = self.languages.resolve(context)
        context[self.variable] = [self.get_language_info(lang) for lang in languages]
        return ""


class GetCurrentLanguageNode(Node):
    """``{% get_current_language %}``: sets a name to the active language's code."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def render(self, context: Any) -> str:
        context[self.variable] = translation.get_language()
        return ""


class GetCurrentLanguageBidiNode(Node):
    """``{% get_current_language_bidi %}``: whether the active language is written to the left."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def render(self, context: Any) -> str:
        context[self.variable] = translation.get_language_bidi()
        return ""


class TranslateNode(Node):
    """``{% translate %}``: a value translated, or with `noop` as it is."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        filter_expression: Any,
        noop: bool,
        asvar: str | None = None,
        message_context: Any = None,
    ) -> None:
        self.noop = noop
        self.asvar = asvar
        self.message_context = message_context
        self.filter_expression = filter_expression
        # A literal is to be translated when it is rendered, and as if it were a variable.
        if isinstance(filter_expression.var, str):
            filter_expression.is_var = True
            filter_expression.var = Variable(f"'{filter_expression.var}'")

    def render(self, context: Any) -> Any:
        # Many renderings share the node, so what depends on one of them is changed in a copy.
        expression = copy.copy(self.filter_expression)
        expression.var = copy.copy(expression.var)
        expression.var.translate = not self.noop
        if self.message_context:
            expression.var.message_context = self.message_context.resolve(context)
        value: Any = render_value_in_context(expression.resolve(context), context)
        # The variable has doubled the percent signs, as message files do.
        is_safe = isinstance(value, SafeData)
        value = value.replace("%%", "%")
        value = mark_safe(value) if is_safe else value
        if self.asvar:
            context[self.asvar] = value
            return ""
        return value


class LanguageNode(Node):
    """``{% language %}``: another active language around `nodelist`."""

    def __init__(self, nodelist: NodeList, language: Any) -> None:
        self.nodelist = nodelist
        self.language = language

    def render(self, context: Any) -> Any:
        with translation.override(self.language.resolve(context)):
            return self.nodelist.render(context)


def _target(token: Any) -> str:
    """The name in ``{% tag as name %}``."""
    args = token.contents.split()
    if len(args) != 3 or args[1] != "as":
        raise TemplateSyntaxError(f"{args[0]!r} requires 'as variable' (got {args!r})")
    return str(args[2])


@register.tag("get_available_languages")
def do_get_available_languages(parser: Any, token: Any) -> GetAvailableLanguagesNode:
    """``{% get_available_languages as name %}``."""
    return GetAvailableLanguagesNode(_target(token))


@register.tag("get_language_info")
def do_get_language_info(parser: Any, token: Any) -> GetLanguageInfoNode:
    """``{% get_language_info for code as name %}``."""
    args = token.split_contents()
    if len(args) != 5 or args[1] != "for" or args[3] != "as":
        raise TemplateSyntaxError(
            f"'{args[0]}' requires 'for string as variable' (got {args[1:]!r})"
        )
    return GetLanguageInfoNode(parser.compile_filter(args[2]), args[4])


@register.tag("get_language_info_list")
def do_get_language_info_list(parser: Any, token: Any) -> GetLanguageInfoListNode:
    """``{% get_language_info_list for codes as name %}``."""
    args = token.split_contents()
    if len(args) != 5 or args[1] != "for" or args[3] != "as":
        raise TemplateSyntaxError(
            f"'{args[0]}' requires 'for sequence as variable' (got {args[1:]!r})"
        )
    return GetLanguageInfoListNode(parser.compile_filter(args[2]), args[4])


@register.filter
def language_name(lang_code: str) -> Any:
    """The language's name in English."""
    return translation.get_language_info(lang_code)["name"]


@register.filter
def language_name_translated(lang_code: str) -> Any:
    """The language's name in the active language."""
    return translation.gettext(translation.get_language_info(lang_code)["name"])


@register.filter
def language_name_local(lang_code: str) -> Any:
    """The language's name in itself."""
    return translation.get_language_info(lang_code)["name_local"]


@register.filter
def language_bidi(lang_code: str) -> Any:
    """Whether the language is written to the left."""
    return translation.get_language_info(lang_code)["bidi"]


@register.tag("get_current_language")
def do_get_current_language(parser: Any, token: Any) -> GetCurrentLanguageNode:
    """``{% get_current_language as name %}``."""
    return GetCurrentLanguageNode(_target(token))


@register.tag("get_current_language_bidi")
def do_get_current_language_bidi(parser: Any, token: Any) -> GetCurrentLanguageBidiNode:
    """``{% get_current_language_bidi as name %}``."""
    return GetCurrentLanguageBidiNode(_target(token))


@register.tag("translate")
@register.tag("trans")
def do_translate(parser: Any, token: Any) -> TranslateNode:
    """``{% translate message [noop] [context value] [as name] %}``."""
    bits = token.split_contents()
    tag = bits[0]
    if len(bits) < 2:
        raise TemplateSyntaxError(f"'{tag}' takes at least one argument")
    message = parser.compile_filter(bits[1])
    noop = False
    asvar = message_context = None
    seen: set[str] = set()
    rest = bits[2:]
    while rest:
        option = rest.pop(0)
        if option in seen:
            raise TemplateSyntaxError(f"The '{option}' option was specified more than once.")
        if option == "noop":
            noop = True
        elif option == "context":
            value = _argument(tag, option, rest)
            if value in ("as", "noop"):
                raise TemplateSyntaxError(
                    f"Invalid argument '{value}' provided to the '{tag}' tag for the context option"
                )
            message_context = parser.compile_filter(value)
        elif option == "as":
            asvar = _argument(tag, option, rest)
        else:
            raise TemplateSyntaxError(
                f"Unknown argument for '{tag}' tag: '{option}'. The only options available are "
                "'noop', 'context' \"xxx\", and 'as VAR'."
            )
        seen.add(option)
    return TranslateNode(message, noop, asvar, message_context)


def _argument(tag: str, option: str, rest: list[str]) -> str:
    if not rest:
        raise TemplateSyntaxError(
            f"No argument provided to the '{tag}' tag for the {option} option."
        )
    return rest.pop(0)


@register.tag
def language(parser: Any, token: Any) -> LanguageNode:
    """``{% language code %}...{% endlanguage %}``."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError(f"'{bits[0]}' takes one argument (language)")
    code = parser.compile_filter(bits[1])
    nodelist = parser.parse(("endlanguage",))
    parser.delete_first_token()
    return LanguageNode(nodelist, code)


# --- the compiler's form


@lowers(TranslateNode)
def _translate(node: TranslateNode, build: Builder) -> Statement:
    expression = node.filter_expression
    if node.noop or expression.filters or not isinstance(expression.var, Variable):
        raise Unsupported("more than a message")
    if build.template.engine.string_if_invalid:
        raise Unsupported("a text for what does not exist, which is not to be translated")
    values = [build.value(expression)]
    if node.message_context:
        values.append(build.value(node.message_context))
    return run(node, build, translated, values, node.asvar or None, escapes=True)


@lowers(GetCurrentLanguageNode)
def _current_language(node: GetCurrentLanguageNode, build: Builder) -> Statement:
    return run(node, build, current_language, target=node.variable)


@lowers(GetCurrentLanguageBidiNode)
def _current_language_bidi(node: GetCurrentLanguageBidiNode, build: Builder) -> Statement:
    return run(node, build, current_language_bidi, target=node.variable)


@lowers(GetLanguageInfoNode)
def _language_info(node: GetLanguageInfoNode, build: Builder) -> Statement:
    return run(node, build, language_info, [build.value(node.lang_code)], node.variable)


# What compiled templates call; they find it by its name, and the functions below by theirs.


def translated(message: Any, message_context: Any = None) -> Any:
    """The translation of a template's message."""
    # Message files hold formats, in which a percent sign is doubled.
    doubled = message.replace("%", "%%")
    if isinstance(message, SafeData):
        doubled = mark_safe(doubled)
    if message_context:
        text = translation.pgettext(message_context, doubled)
    else:
        text = translation.gettext(doubled)
    single = text.replace("%%", "%")
    return mark_safe(single) if isinstance(text, SafeData) else single


def current_language() -> Any:
    """The code of the active language."""
    return translation.get_language()


def current_language_bidi() -> bool:
    """Whether the active language is written to the left."""
    return translation.get_language_bidi()


def language_info(code: Any) -> Any:
    """What is known about a language."""
    return translation.get_language_info(code)
