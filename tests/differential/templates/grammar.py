"""Templates from seeds: over all tags and filters, nested, with values from the pool.

A generated template is a list of nodes. A node is a string (text, a variable, a tag without a body)
or a list ``[tag, nodes, tag, nodes, ..., tag]``, so that whoever shrinks a failing case can drop parts
of it without parsing anything. `make_case` tells a whole case as plain data.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from filters import FILTERS, FOR_SEQUENCES, FOR_SOME, RAW
from values import PATHS, POOL, SEQUENCES

__all__ = ["PROFILES", "Case", "Nodes", "make_case", "source"]

Case = dict[str, Any]
Nodes = list[Any]

# The settings that a whole process runs with.
PROFILES: tuple[dict[str, Any], ...] = (
    {"USE_TZ": True, "TIME_ZONE": "America/Chicago"},
    {"USE_TZ": True, "TIME_ZONE": "Europe/Berlin", "LANGUAGE_CODE": "de", "USE_THOUSAND_SEPARATOR": True},
    {"USE_TZ": False, "TIME_ZONE": "UTC", "USE_THOUSAND_SEPARATOR": True},
    {"USE_TZ": False, "TIME_ZONE": "Asia/Tokyo", "LANGUAGE_CODE": "de", "USE_I18N": False},
    {"USE_TZ": True, "TIME_ZONE": "UTC", "LANGUAGE_CODE": "de"},
)  # fmt: skip

NOT_SHOWN = {
    "generator", "generator_empty", "generator_failing", "iterator", "function_generator",
    "template_object", "parent_object",
}  # fmt: skip
USUAL = (
    "rows",
    "people",
    "person",
    "dict",
    "list",
    "plain",
    "html",
    "safe",
    "one",
    "many",
    "numbers",
)
SHOWN = tuple(key for key in POOL if key not in NOT_SHOWN)
ANY_PATHS = (
    "name", "0", "1", "age", "id", "x", "group", "n", "s", "upper", "absent", "boss.name", "title", "greeting",
)  # fmt: skip
SCOPE_NAMES = ("item", "row", "k", "v", "a", "b", "x", "y", "person", "value")
TEXTS = (
    "\n",
    "text ",
    "<b>",
    " & ",
    "  ",
    "'",
    "é",
    "} ",
    "% ",
    "\n  <p>\n ",
    "a\tb",
    '"',
    "\\",
    "#} ",
    "%} ",
)
GENTLE = tuple(name for name in FILTERS if name not in (*FOR_SEQUENCES, *FOR_SOME))
HARMLESS = tuple(
    key
    for key in SHOWN
    if not key.startswith(
        ("no_", "odd_", "raising", "shown_", "function_l", "function_s", "function_t")
    )
)
LIBRARIES = "i18n l10n tz static cache custom"
CONSTANTS = (
    '"text"', "'<i>'", '"a & b"', "1", "0", "-3", "2.5", "-1.0", '""', "None", "True", "False", '_("Yes")',
    "1e3", "'it\\'s'", '"100%"', "12345.6", '_("%(x)s")', "007", "1_000",
)  # fmt: skip


class Writer:
    """Writes the templates of one case."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.context: dict[str, str] = {}
        # Names that tags have bound, innermost last.
        self.bound: list[str] = []
        self.blocks: list[str] = []
        self.budget = 0
        self.cycles: list[str] = []
        self.may_include = True

    def chance(self, part: float) -> bool:
        return self.rnd.random() < part

    def pick(self, choices: Any) -> Any:
        return self.rnd.choice(choices)

    # ------------------------------------------------------------------ expressions

    def variable(self, sequences: bool = False) -> str:
        rnd = self.rnd.random()
        if self.bound and rnd < (0.1 if sequences else 0.4):
            name = self.pick(self.bound)
            return f"{name}.{self.pick(ANY_PATHS)}" if self.chance(0.5) else name
        if rnd < 0.45 and not sequences:
            return self.pick(("absent", "absent.name", "x.absent", "forloop.counter", "forloop", "name",
                              "autoescape", "True", "None.x", "forloop.parentloop.counter0", "request.path",
                              "user", "forloop.last", "template_name", "block", "csrf_token"))  # fmt: skip
        if sequences:
            return self.use(self.pick(SEQUENCES if self.chance(0.12) else SEQUENCES[:20]))
        key = (
            self.pick(USUAL)
            if self.chance(0.3)
            else self.pick(SHOWN if self.chance(0.1) else HARMLESS)
        )
        name = self.use(key)
        if key in PATHS and self.chance(0.65):
            return f"{name}.{self.pick(PATHS[key])}"
        if self.chance(0.03):
            return f"{name}.{self.pick(ANY_PATHS)}"
        return name

    def use(self, key: str) -> str:
        """The name of a pool's value in the context; sometimes not its own."""
        if self.chance(0.12):
            name = self.pick(SCOPE_NAMES)
            self.context.setdefault(name, key)
            return name
        self.context[key] = key
        return key

    def expression(self, sequences: bool = False, filters: float = 0.45) -> str:
        text = self.pick(CONSTANTS) if self.chance(0.08) else self.variable(sequences)
        if self.context.get(text) in NOT_SHOWN:
            return text
        may = FOR_SEQUENCES if self.context.get(text) in SEQUENCES[:20] else ()
        while self.chance(filters):
            text += self.filter(may)
            filters *= 0.7
            may = ()
        return text

    def filter(self, may: tuple[str, ...] = ()) -> str:
        rnd = self.rnd.random()
        names = may if may and rnd < 0.5 else FOR_SOME if rnd < 0.05 else GENTLE
        name = self.pick(FOR_SEQUENCES if rnd > 0.97 else names)
        args = FILTERS[name]
        if not args:
            return f"|{name}"
        choice = self.pick(args)
        if choice and choice != RAW and not self.chance(0.12):
            return f"|{name}:{self.use(choice) if choice.isalpha() else choice}"
        if choice == "":
            return f"|{name}"
        if name in {"ljust", "rjust", "center", "floatformat", "stringformat", "wordwrap"}:
            odd = self.chance(0.1)
            return f"|{name}:{self.use(self.pick(('plain', 'none', 'empty') if odd else ('two', 'numeric')))}"
        return f"|{name}:{self.variable() if self.chance(0.05) else self.use(self.pick(HARMLESS))}"

    def condition(self, depth: int = 0) -> str:
        rnd = self.rnd.random()
        if depth < 3 and rnd < 0.2:
            word = self.pick(("and", "or"))
            return f"{self.condition(depth + 1)} {word} {self.condition(depth + 1)}"
        if depth < 3 and rnd < 0.3:
            return f"not {self.condition(depth + 1)}"
        if rnd < 0.6:
            operator = self.pick(
                ("==", "!=", "<", ">", "<=", ">=", "in", "not in", "is", "is not", "in", "==")
            )
            return f"{self.expression(filters=0.15)} {operator} {self.expression(filters=0.15)}"
        return self.expression(filters=0.25)

    # ------------------------------------------------------------------ nodes

    def nodes(self, depth: int, most: int = 4) -> Nodes:
        count = self.rnd.randint(0 if depth else 2, most)
        return [self.node(depth) for _ in range(count)]

    def node(self, depth: int) -> Any:
        self.budget -= 1
        rnd = self.rnd.random()
        if rnd < 0.15:
            return self.pick(TEXTS) + self.pick(TEXTS)
        if rnd < 0.45 or self.budget < 0:
            return (
                "{{ " + self.expression() + " }}"
                if self.chance(0.97)
                else "{{" + self.variable() + "}}"
            )
        if depth >= 4 or rnd < 0.62:
            return self.pick(LEAVES)(self)
        return self.pick(CONTAINERS)(self, depth + 1)

    def within(self, names: tuple[str, ...], make: Callable[[], Nodes]) -> Nodes:
        mark = len(self.bound)
        self.bound.extend(names)
        nodes = make()
        del self.bound[mark:]
        return nodes

    def name(self) -> str:
        return self.pick(SCOPE_NAMES)

    def bind(self, part: float = 0.3) -> str:
        """`` as name``, sometimes."""
        if not self.chance(part):
            return ""
        name = self.name()
        self.bound.append(name)
        return f" as {name}"

    def arguments(self, keywords: tuple[str, ...] = (), most: int = 3) -> str:
        words = [self.expression(filters=0.15) for _ in range(self.rnd.randint(0, most))]
        words += [f"{key}={self.expression(filters=0.15)}" for key in keywords if self.chance(0.4)]
        return "".join(f" {word}" for word in words)


# ---------------------------------------------------------------------------- tags with a body


def _for(w: Writer, depth: int) -> Nodes:
    names = tuple(w.rnd.sample(SCOPE_NAMES, w.pick((1, 1, 1, 1, 1, 2, 2, 3))))
    if len(names) > 1 and w.chance(0.93):
        sequence = w.use(w.pick(("pairs", "points", "views") if len(names) == 2 else ("triples",)))
        if len(names) == 2 and w.chance(0.3):
            sequence = w.use(w.pick(("dict", "ordered", "counter"))) + ".items"
    else:
        sequence = w.expression(sequences=True, filters=0.12)
    reverse = " reversed" if w.chance(0.12) else ""
    names_seen = (*names, "forloop", "forloop.counter", "forloop.revcounter0", "forloop.first")
    node = [
        f"{{% for {', '.join(names)} in {sequence}{reverse} %}}",
        w.within(names_seen, lambda: w.nodes(depth) or ["{{ " + names[0] + " }}"]),
    ]
    if w.chance(0.25):
        node += ["{% empty %}", w.nodes(depth, 2)]
    return [*node, "{% endfor %}"]


def _if(w: Writer, depth: int) -> Nodes:
    node: Nodes = [f"{{% if {w.condition()} %}}", w.nodes(depth)]
    while w.chance(0.25):
        node += [f"{{% elif {w.condition()} %}}", w.nodes(depth, 2)]
    if w.chance(0.4):
        node += ["{% else %}", w.nodes(depth, 2)]
    return [*node, "{% endif %}"]


def _with(w: Writer, depth: int) -> Nodes:
    names = tuple(w.rnd.sample(SCOPE_NAMES, w.rnd.randint(1, 2)))
    if w.chance(0.2):
        head = f"{{% with {w.expression()} as {names[0]} %}}"
    else:
        head = "{% with " + " ".join(f"{name}={w.expression()}" for name in names) + " %}"
    return [head, w.within(names, lambda: w.nodes(depth)), "{% endwith %}"]


def _wrap(opening: str, closing: str) -> Callable[[Writer, int], Nodes]:
    return lambda w, depth: [opening, w.nodes(depth), closing]


def _autoescape(w: Writer, depth: int) -> Nodes:
    return [
        f"{{% autoescape {w.pick(('on', 'off', 'off'))} %}}",
        w.nodes(depth),
        "{% endautoescape %}",
    ]


def _filter(w: Writer, depth: int) -> Nodes:
    name = w.filter().lstrip("|")
    if name.split(":")[0] in {"escape", "safe"}:
        name = "upper"
    more = w.filter() if w.chance(0.2) else ""
    return [f"{{% filter {name}{more} %}}", w.nodes(depth), "{% endfilter %}"]


def _ifchanged(w: Writer, depth: int) -> Nodes:
    node: Nodes = ["{% ifchanged" + w.arguments(most=2) + " %}", w.nodes(depth)]
    if w.chance(0.3):
        node += ["{% else %}", w.nodes(depth, 2)]
    return [*node, "{% endifchanged %}"]


def _block(w: Writer, depth: int) -> Nodes:
    if not w.blocks:
        return _if(w, depth)
    name = w.blocks.pop()
    inner = w.nodes(depth)
    if w.chance(0.4):
        inner.insert(w.rnd.randint(0, len(inner)), w.pick(("{{ block.super }}", "{{ block.super|upper }}",
                     "{% if block.super %}{{ block.super }}{% endif %}")))  # fmt: skip
    return [f"{{% block {name} %}}", inner, f"{{% endblock {name if w.chance(0.3) else ''} %}}"]


def _comment(w: Writer, depth: int) -> Nodes:
    return ["{% comment %}", w.nodes(depth, 2), "{% endcomment %}"]


def _verbatim(w: Writer, depth: int) -> Nodes:
    name = w.pick(("", " here"))
    return [f"{{% verbatim{name} %}}", w.nodes(depth, 2), f"{{% endverbatim{name} %}}"]


def _language(w: Writer, depth: int) -> Nodes:
    return [f"{{% language {w.pick(LANGUAGES)} %}}", w.nodes(depth), "{% endlanguage %}"]


LANGUAGES = ('"en"', '"de"', "'de-at'", "none", '"xx"')


def _localize(w: Writer, depth: int) -> Nodes:
    return [f"{{% localize {w.pick(('on', 'off'))} %}}", w.nodes(depth), "{% endlocalize %}"]


def _localtime(w: Writer, depth: int) -> Nodes:
    return [f"{{% localtime {w.pick(('on', 'off'))} %}}", w.nodes(depth), "{% endlocaltime %}"]


def _timezone(w: Writer, depth: int) -> Nodes:
    zone = w.pick(
        ('"Europe/Paris"', '"UTC"', "None", w.use("zone"), w.use("zone_name"), '"Asia/Tokyo"')
    )
    return [f"{{% timezone {zone} %}}", w.nodes(depth), "{% endtimezone %}"]


def _cache(w: Writer, depth: int) -> Nodes:
    # Each fragment has a name of its own: what is tested is not who finds whose.
    name = f"part{w.rnd.randint(0, 10**6)}"
    seconds = w.pick(("500", "None", "500", w.use("million"), "0"))
    return [
        f"{{% cache {seconds} {name}{w.arguments(most=1)} %}}",
        w.nodes(depth),
        "{% endcache %}",
    ]


def _blocktranslate(w: Writer, depth: int) -> Nodes:
    tag = w.pick(("blocktranslate", "blocktrans"))
    names = tuple(w.rnd.sample(SCOPE_NAMES, 2))
    head = ""
    if w.chance(0.6):
        head += f" with {names[0]}={w.expression()}"
    counted = w.chance(0.35)
    if counted:
        number = w.use(
            w.pick(("one", "two", "zero", "million", "half", "list", "plain", "none", "dec"))
        )
        head += f" count {names[1]}={number}" + ("|length" if w.chance(0.2) else "")
    if w.chance(0.2):
        head += f" context {w.pick((chr(34) + 'shop' + chr(34), w.use('plain')))}"
    if w.chance(0.25):
        head += " trimmed"
    if w.chance(0.2):
        name = w.name()
        head += f" asvar {name}"
        w.bound.append(name)

    def text() -> Nodes:
        parts = [
            w.pick(("There is", "\n  Order \n ", "100% of ", "%(x)s", "%%", "<b>", "ä ", "Hello "))
        ]
        for _ in range(w.rnd.randint(0, 2)):
            parts.append("{{ " + w.pick((*names, w.variable().split(".")[0], "absent")) + " }}")
            parts.append(w.pick((" files", "\n", "%", "</b>", "")))
        return parts

    node: Nodes = [f"{{% {tag}{head} %}}", text()]
    if counted:
        node += ["{% plural %}", text()]
    return [*node, f"{{% end{tag} %}}"]


def _simple_block(w: Writer, depth: int) -> Nodes:
    tag = w.pick(("box", "boxctx"))
    return [
        f"{{% {tag}{w.arguments(('title',), most=1)}{w.bind(0.25)} %}}",
        w.nodes(depth),
        f"{{% end{tag} %}}",
    ]


def _opaque(w: Writer, depth: int) -> Nodes:
    tag = w.pick(("twice", "pushed", "pushed", "collect", "captured"))
    if tag == "pushed":
        name = w.name()
        head = f"{{% pushed {name}={w.expression()} %}}"
        return [head, w.within((name,), lambda: w.nodes(depth)), "{% endpushed %}"]
    return [f"{{% {tag} %}}", w.nodes(depth), f"{{% end{tag} %}}"]


CONTAINERS: tuple[Callable[[Writer, int], Nodes], ...] = (
    *[_for] * 7, *[_if] * 5, *[_with] * 4, *[_block] * 3, *[_opaque] * 3, *[_blocktranslate] * 2,
    *[_simple_block] * 2, *[_ifchanged] * 2, *[_filter] * 2, *[_autoescape] * 2, _comment, _verbatim,
    _language, _localize, _localtime, _timezone, _cache,
    _wrap("{% spaceless %}", "{% endspaceless %}"),
)  # fmt: skip

# ---------------------------------------------------------------------------- tags without one


def _include(w: Writer) -> str:
    if not w.may_include:
        return _set(w)
    name = w.pick(('"part.html"', '"part.html"', "'loop.html'", '"recursive.html"', '"setting.html"',
                   w.use("template_name"), w.use("template_names"), w.use("template_object"),
                   '"extending.html"', '"./part.html"'))  # fmt: skip
    if w.chance(0.04):
        name = w.pick(
            ('"absent.html"', '"broken.html"', w.use("plain"), "absent", w.use("none"), "one")
        )
    extra = ""
    if w.chance(0.5):
        extra = " with " + " ".join(f"{n}={w.expression()}" for n in w.rnd.sample(SCOPE_NAMES, 2))
    if w.chance(0.25):
        extra += " only"
    return f"{{% include {name}{extra} %}}"


def _cycle(w: Writer) -> str:
    rnd = w.rnd.random()
    if w.cycles and rnd < 0.3:
        return f"{{% cycle {w.pick(w.cycles)} %}}"
    if w.cycles and rnd < 0.45:
        return f"{{% resetcycle{' ' + w.pick(w.cycles) if w.cycles and w.chance(0.5) else ''} %}}"
    words = " ".join(w.expression(filters=0.1) for _ in range(w.rnd.randint(1, 3)))
    if rnd < 0.7:
        return f"{{% cycle {words} %}}"
    name = f"cycle{len(w.cycles)}" if w.chance(0.7) else w.name()
    w.cycles.append(name)
    w.bound.append(name)
    return f"{{% cycle {words} as {name}{' silent' if w.chance(0.4) else ''} %}}"


def _regroup(w: Writer) -> str:
    name = w.name()
    by = w.pick(("group", "city", "name", "absent", "age", "name.upper", "boss.name"))
    text = f"{{% regroup {w.use(w.pick(('rows', 'people', 'mixed_rows', 'none', 'many')))} by {by} as {name} %}}"
    if w.chance(0.8):
        text += (
            f"{{% for g in {name} %}}{{{{ g.grouper }}}}:{{% for i in g.list %}}{{{{ i.name }}}}"
            f"{{% if not forloop.last %}},{{% endif %}}{{% endfor %}};{{{{ g.list|length }}}}{{% endfor %}}"
        )
    return text


def _firstof(w: Writer) -> str:
    words = " ".join(w.expression(filters=0.15) for _ in range(w.rnd.randint(1, 3)))
    return f"{{% firstof {words}{w.bind(0.2)} %}}"


def _url(w: Writer) -> str:
    name, words = w.pick((
        ('"plain"', ""), ('"number"', " 1"), ("'number'", " id=two"), ('"slug"', " slug='a-b'"),
        ("'ns:inner'", ""), (w.use("plain"), ""), ('"two"', " 1 'x y/z'"), ('"two"', " a=html b='ü/&'"),
        ('"slug"', " html"), ("'number'", f" id={w.variable()}"),
    ))  # fmt: skip
    w.context["html"] = "html"
    if w.chance(0.1):
        words = w.pick(("", " absent", f" {w.expression()}", " id=absent"))
    if w.chance(0.05):
        name = w.pick(('"absent"', "view", '"ns:absent"', '"nons:inner"', w.use("html")))
    if " two" in words or "=two" in words:
        w.context["two"] = "two"
    return f"{{% url {name}{words}{w.bind(0.3)} %}}"


def _now(w: Writer) -> str:
    return f"{{% now {w.pick(QUOTED_YEARS)}{w.bind(0.3)} %}}"


QUOTED_YEARS = ('"Y"', "'o'", '"\\\\Y Y"', '"e"')


def _widthratio(w: Writer) -> str:
    return f"{{% widthratio {w.expression()} {w.expression()} {w.pick(('100', '10.5', w.use('two')))}{w.bind(0.2)} %}}"


def _templatetag(w: Writer) -> str:
    which = w.pick(("openblock", "closeblock", "openvariable", "closevariable", "openbrace", "closebrace",
                    "opencomment", "closecomment"))  # fmt: skip
    return f"{{% templatetag {which} %}}"


def _lorem(w: Writer) -> str:
    return w.pick(
        (
            "{% lorem %}",
            "{% lorem 3 w %}",
            "{% lorem 1 p %}",
            "{% lorem 1 b %}",
            "{% lorem two w %}",
        )
    )


def _translate(w: Writer) -> str:
    text = w.pick(('"Yes"', '"Hello <b>"', "'100%%'", w.expression(filters=0.2), '"Save" context "shop"',
                   '"Yes" noop', "_('No')", '"%(x)s %"', '"" '))  # fmt: skip
    return f"{{% {w.pick(('translate', 'trans'))} {text}{w.bind(0.25)} %}}"


def _language_info(w: Writer) -> str:
    return w.pick((
        "{% get_current_language as LANG %}{{ LANG }}",
        "{% get_current_language_bidi as BIDI %}{{ BIDI }}",
        "{% get_available_languages as LANGS %}{{ LANGS.0.0 }}{{ LANGS|length }}",
        '{% get_language_info for "de" as info %}{{ info.name_local }}{{ info.bidi }}{{ info.code }}',
        "{% get_language_info_list for LANGUAGES as infos %}{% for i in infos %}{{ i.code }}{% endfor %}",
        "{% get_current_timezone as TZ %}{{ TZ }}",
        "{% get_static_prefix %}", "{% get_media_prefix as media %}{{ media }}",
        "{{ 'de'|language_name_local }}{{ 'de'|language_name }}{{ 'he'|language_bidi }}",
    ))  # fmt: skip


def _static(w: Writer) -> str:
    return f"{{% static {w.pick((chr(34) + 'a b&c.css' + chr(34), w.variable(), chr(39) + 'ü.js' + chr(39)))}{w.bind()} %}}"


def _querystring(w: Writer) -> str:
    words = "".join(
        f" {key}={w.expression(filters=0.1)}" for key in ("a", "b", "page") if w.chance(0.5)
    )
    return f"{{% querystring{' ' + w.use('querydict') if w.chance(0.5) else ''}{words}{w.bind(0.2)} %}}"


def _simple(w: Writer) -> str:
    tag = w.pick(("shout", "total", "peek", "markup", "nothing"))
    if tag == "shout" and w.chance(0.95):
        return f"{{% shout {w.expression()}{w.bind()} %}}"
    if tag == "peek":
        return f"{{% peek '{w.pick((*SCOPE_NAMES, 'forloop', 'one', 'absent'))}'{w.bind(0.2)} %}}"
    return f"{{% {tag}{w.arguments(('c', 'd'), most=2)}{w.bind()} %}}"


def _inclusion(w: Writer) -> str:
    return f"{{% {w.pick(('card', 'cardctx'))}{w.arguments(('title',), most=1)} %}}"


def _set(w: Writer) -> str:
    name = w.name()
    w.bound.append(name)
    return f"{{% {w.pick(('set', 'set', 'setbottom', 'setupdate'))} {name} {w.expression()} %}}"


def _look(w: Writer) -> str:
    return w.pick(("{% frames %}", "{% names %}", "{% counted %}", "{% names %}", "{% loopstate %}",
                   "{% flat %}", "{% current %}", "{% compiled %}", "{% raises %}",
                   "{% reads %}", "{% reads %}", "{% counts %}"))  # fmt: skip


def _fixed(*texts: str) -> Callable[[Writer], str]:
    return lambda w: w.pick(texts)


LEAVES: tuple[Callable[[Writer], str], ...] = (
    *[_include] * 4, *[_cycle] * 3, *[_regroup] * 2, *[_firstof] * 2, *[_url] * 2, *[_set] * 4, *[_look] * 3,
    *[_simple] * 3, *[_translate] * 2, _now, _widthratio, _templatetag, _lorem, _language_info, _static,
    _querystring, _inclusion, _inclusion,
    _fixed("{% csrf_token %}", "{# comment {{ x }} #}", "{% debug %}", "{% load l10n %}", "{% spaceless %} <a> <b> {% endspaceless %}",
           "{% load trans from i18n %}", "{{ _('Yes') }}", "{% notext %}", "{% comment 'x' %}{{ y }}{% endcomment %}"),
)  # fmt: skip

# ---------------------------------------------------------------------------- what does not parse

BROKEN = (
    "{% if %}", "{% endif %}", "{% for x %}", "{% for x in %}", "{% for x of list %}a{% endfor %}", "{% nosuch %}",
    "{% for x,,y in list %}{% endfor %}", "{{ x|nosuch }}", "{{ x|upper:1 }}", "{{ x|add }}", "{{ x||upper }}",
    "{{ }}", "{% %}", "{{ x y }}", "{{ x|default:}}", '{{ x|default:"a }}', "{{ _x }}", "{{ x._y }}", "{{ x..y }}",
    "{{ 'x }}", "{% if x = y %}{% endif %}", "{% if x and %}{% endif %}", "{% if x y %}{% endif %}",
    "{% if (x) %}{% endif %}", "{% if not %}{% endif %}", "{% with %}{% endwith %}", "{% with x %}{% endwith %}",
    "{% with a=1 b %}{% endwith %}", "{% block %}{% endblock %}", "{% block a b %}{% endblock %}",
    "{% block q %}{% endblock r %}", "{% block q %}{% endblock %}{% block q %}{% endblock %}", "{% extends %}",
    "{% include %}", "{% include 'a' nope %}", "{% include 'a' with %}", "{% include 'a' only only %}",
    "{% include 'a' with x=1 only with y=2 %}", "{% cycle %}", "{% cycle nosuch %}", "{% cycle a b as %}",
    "{% cycle a b as c loud %}", "{% resetcycle nosuch %}", "{% resetcycle a b %}", "{% firstof %}",
    "{% ifchanged %}", "{% now %}", "{% now 'Y' as %}", "{% regroup x by y %}", "{% regroup x of y as z %}",
    "{% regroup x by y as %}", "{% widthratio 1 2 %}", "{% widthratio 1 2 3 by x %}", "{% templatetag nosuch %}",
    "{% templatetag %}", "{% url %}", "{% url 'a' b c=1 =x %}", "{% autoescape %}{% endautoescape %}",
    "{% autoescape maybe %}{% endautoescape %}", "{% filter escape %}{% endfilter %}", "{% filter %}{% endfilter %}",
    "{% filter safe|upper %}{% endfilter %}", "{% load nosuch %}", "{% load nosuch from i18n %}", "{% load a from b %}",
    "{% lorem x y z %}", "{% lorem 1 2 3 4 %}", "{% comment %}", "{% verbatim %}", "{% spaceless %}", "{% blocktranslate %}",
    "{% blocktranslate nosuch %}{% endblocktranslate %}", "{% blocktranslate %}{% if x %}{% endblocktranslate %}",
    "{% blocktranslate count n=1 %}a{% endblocktranslate %}", "{% blocktranslate with %}{% endblocktranslate %}",
    "{% blocktranslate %}{{ a|upper }}{% endblocktranslate %}", "{% blocktranslate with a=1 with b=2 %}{% endblocktranslate %}",
    "{% blocktranslate count n=1 m=2 %}a{% plural %}b{% endblocktranslate %}", "{% blocktranslate asvar %}{% endblocktranslate %}",
    "{% blocktranslate context %}a{% endblocktranslate %}", "{% blocktranslate %}a{% plural %}b{% endblocktranslate %}",
    "{% translate %}", "{% translate 'a' nosuch %}", "{% translate 'a' as %}", "{% translate 'a' context %}",
    "{% translate 'a' noop noop %}", "{% translate 'a' context as x %}", "{% language %}{% endlanguage %}",
    "{% get_current_language %}", "{% get_language_info for 'de' %}", "{% get_language_info de as x %}",
    "{% localize maybe %}{% endlocalize %}", "{% localtime maybe %}{% endlocaltime %}", "{% timezone %}{% endtimezone %}",
    "{% get_current_timezone %}", "{% cache %}{% endcache %}", "{% cache 5 %}{% endcache %}", "{% static %}",
    "{% querystring 1 2 %}", "{% querystring a %}", "{% get_static_prefix as %}", "{% shout %}", "{% shout 1 2 3 %}",
    "{% shout nope=1 %}", "{% total c=1 c=2 %}", "{% total c=1 2 %}", "{% box %}", "{% boxctx %}a", "{% card 1 2 3 %}",
    "{% else %}", "{% endfor %}", "{% empty %}", "{% elif x %}", "{% plural %}", "{% endblock %}", "{% if x %}{% else %}{% else %}{% endif %}",
    "{% if x %}{% elif %}{% endif %}", "{% for a in b %}{% else %}{% endfor %}", "{% for a in b c %}{% endfor %}",
    "{% for a in b reversed x %}{% endfor %}", "{% for in in in %}{% endfor %}", "{{ x|add:1|nosuch:2 }}", "{{ x|add: 1 }}",
    "{{ x |upper }}", "{{ x| upper }}", "{{ 'a'|add:'b'c }}", "{{ x.1.y }}", "{{ 1.x }}", "{{ 1. }}", "{{ -x }}", "{{ x-y }}",
    "{{ x+y }}", "{{ 'a'.upper }}", "{{ _('a }}", "{{ _(x) }}", "{{ \"a\"\"b\" }}", "{{ x|default:'a'|default:\"b\" }}", "{{ \n x }}",
    "{% if\nx %}{% endif %}", "{%if x%}y{%endif%}", "{{x}}", "{%\tif x\t%}{%\tendif\t%}", "{#\n#}", "{# #}{##}", "{{}}", "{%%}", "{% firstof x as %}",
    "{% for a,b in pairs %}{{ a }}{% endfor %}", "{% for a b in pairs %}{{ a }}{% endfor %}", "{% for a , b in pairs %}{{ a }}{% endfor %}",
    "{% if x is y is z %}{% endif %}", "{% if 1 < 2 < 3 %}a{% endif %}", "{% if x not y %}{% endif %}", "{% ifequal a b %}{% endifequal %}",
    "{% set %}", "{% set a %}", "{% partialdef a %}{% endpartialdef %}", "{% csrf_token x %}", "{% debug x %}", "{% spaceless x %} <a> <b> {% endspaceless %}",
    "{% endif x %}", "{% if x %}{% endfor %}", "{% for x in y %}{% endif %}", "{% with a=1 %}{% endfor %}", "{% block z %}{% endif %}",
)  # fmt: skip


def _spoil(w: Writer, nodes: Nodes) -> None:
    """Put something wrong somewhere."""
    while nodes and isinstance(nodes[0], list) and w.chance(0.4):
        inner = [part for part in nodes[0] if isinstance(part, list)]
        nodes = w.pick(inner)
    nodes.insert(w.rnd.randint(0, len(nodes)), w.pick(BROKEN))


# ---------------------------------------------------------------------------- cases

BLOCKS = ("head", "content", "side", "foot")


def _page(w: Writer, size: int, depth: int = 0) -> Nodes:
    w.bound, w.cycles, w.budget = [], [], size
    w.blocks = w.rnd.sample(BLOCKS, len(BLOCKS))
    return [_load(w), *w.nodes(depth, 5)]


def _load(w: Writer) -> str:
    return "{% load " + LIBRARIES + " %}"


def _child(w: Writer, parent: str, size: int) -> Nodes:
    nodes = _page(w, size)
    while w.blocks and w.chance(0.7):
        nodes.append(_block(w, 1))
    return [f"{{% extends {parent} %}}", *nodes]


def make_case(seed: int) -> Case:
    """The case of a seed: templates, names of the context's values, options, settings."""
    w = Writer(random.Random(seed * 7919 + 1))
    templates: dict[str, Nodes] = {}
    w.may_include = False
    templates["part.html"] = _page(w, 4, 2)
    templates["loop.html"] = [
        "{% for x in rows %}{{ x.name }}{{ forloop.counter }}",
        _look(w),
        "{% endfor %}",
    ]
    templates["recursive.html"] = [
        "[{{ depth }}{% if depth|length < 3 %}{% with depth=depth|add:'x' %}{% include 'recursive.html' %}"
        "{% endwith %}{% endif %}]{{ depth }}"
    ]
    templates["setting.html"] = [
        _load(w),
        _set(w),
        "{% cycle 'a' 'b' as k %}{% firstof 'f' as v %}{{ k }}{{ x }}",
    ]
    templates["broken.html"] = ["{% if %}"]
    templates["card.html"] = [
        "<card {{ title }}|{{ x }}|{{ value }}>",
        "{% for i in 'ab' %}{{ i }}{% endfor %}",
    ]
    templates["root.html"] = [_load(w), "R", *[_block(w, 2) for _ in range(2) if w.blocks]]
    templates["base.html"] = _child(w, '"root.html"', 8) if w.chance(0.5) else _page(w, 8)
    templates["extending.html"] = _child(w, '"root.html"', 3)
    w.may_include = True
    size = w.pick((3, 6, 12, 25))
    if w.chance(0.3):
        parent = w.pick(('"base.html"', '"base.html"', "'base.html'", w.use("parent_name"),
                         w.use("parent_object"), '"./base.html"'))  # fmt: skip
        templates["main.html"] = _child(w, parent, size)
    else:
        templates["main.html"] = _page(w, size)
    if w.chance(0.06):
        _spoil(w, templates["main.html"])
    w.context.setdefault("depth", "plain" if w.chance(0.2) else "empty")
    w.context.setdefault("csrf_token", "html" if w.chance(0.5) else "plain")
    return {
        "seed": seed,
        "profile": seed % len(PROFILES),
        "templates": templates,
        "context": w.context,
        "options": {
            "autoescape": not w.chance(0.15),
            "string_if_invalid": w.pick(("", "", "", "", "INVALID", "[%s]", "<inv>")),
            "debug": w.chance(0.2),
            "cached": w.chance(0.5),
            "request": w.chance(0.25),
            "context_off": w.chance(0.04),
        },
    }


def source(nodes: Nodes) -> str:
    """The text of a generated template."""
    return "".join(node if isinstance(node, str) else source(node) for node in nodes)
