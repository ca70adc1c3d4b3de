"""Ask Django how the front of its template language answers: run where Django 5.2 is installed.

Writes tests/golden/templates_core.json. The tests ask Vivace the same with the same functions, which
therefore take the root package's name. Every answer is text: a repr, or an exception's class and
message, with addresses in memory and the root left out.
"""

import collections
import copy
import enum
import importlib
import json
import logging
import pathlib
import pickle
import re
import sys

SOURCES = [
    *("{% foo %}", "{% if a %}", "{% if a %}{% foo %}{% endif %}", "{% endif %}", "{% %}", "{{ }}"),
    *("{{ a|nope }}", '{{ a|date:"x":"y" }}', "{{ a b }}", "{{ a|upper:1 }}", "{{ a|cut }}"),
    *("{{ a|cut:x y}}", "{{ _a }}", "{{ a._b }}", "{{ a. }}", "{{ 1. }}", '{{ "x }}', "{{ -a }}"),
    *("{% for x in y %}{% if z %}{% endfor %}", "{% if x %}\n{% block %}{% endif %}"),
    *("{{ a|default: 'x' }}", "{{ a |default:_('x') }}", '{{ a|default:"x }}', "{{ --1 }}"),
    *("{{ 1e2 }}", "{{ 1e }}", "{{ a..b }}", "{{ .a }}", "{{ a|default:_x }}", "{{ a|@ }}"),
    *("{{ a|}}", "{{ a|upper|}}", "{{ a|upper|lower x }}", "{{ a|upper::x }}", "{{ a-b }}"),
    *("{% for x in y %}{% empty %}", "{% elif %}", "{% with a=b %}{% else %}{% endwith %}"),
    *("{% comment %}", "{% verbatim %}", "{% verbatim a %}{% endverbatim %}", "{{ +1 }}"),
    *('{{ a|default:"a\\"b" }}', '{{ "a\\"b" }}', "{{ 1.5.2 }}", "{{ 0x1 }}", "{{ ٣ }}", "{{ é }}"),
    *("{% none %}", "{% boom %}", "{{ q }}{% extends 'x' %}", "{#\n#}", "{# x #}a", "{{ a\n}}"),
    *("{% load nope %}", "{% if x %}\r\n{{ a|b }}{% endif %}", "{{ a|default:b._x }}"),
]

LEXED = [
    *("a{{b}}\nc{% d %}e{# f #}", "{% verbatim %}{{ a }}{% endverbatim %}x", "{{ a\nb }}", "", "x"),
    "{% verbatim k %}{{a}}{% endverbatim %}{% endverbatim k %}z",
    *("{{}}", "{%%}", "{{a}}{{b}}", "{{ {{ }} }}", "{#\n#}", "{% verbatimx %}{{a}}"),
    "{%verbatim%}{{ a }}{%endverbatim%}",
]

VARIABLES = [
    *("a", "a.b", "a.b.c", "1", "1.0", "-1", "1.", "+1", ".5", "1e3", "-1e3", "-1.5e2", "1.e3"),
    *('"x"', "'y'", "_('tr')", '_("tr|x")', "a._b", "_x", "1a", "", "-", "True", "None", '"un'),
    *("e", "e1", "1_0", "1.5.6", "٣", "_a.b", "a.", '"a\\nb"', "'it\\'s'", "_(x)", '_("x', "inf"),
    *("nan", "-inf", '"x"y', "''", "1e400", " a ", "a b", 1, 1.5, None, b"x", ["a"]),
]

EXPRESSIONS = [
    *("", "|upper", " a", " ", "a|", '"x"|"y"', 'a|upper"b"', '"x""y"', 'a"x"', "1|", "|"),
    *("a|upper|upper:", '_("100%")', "_(x)", '_("x")|upper', 'a|default:_("x%")', "a|default:1.5"),
    *('a|default:"<"', "a|default:.5", "a|default:-1", "a|default:-x", '"é"', "a\n|upper"),
    *("a|\nupper", '"a\nb"', "a|default:None", "'a'", "a|default:'\"'", "a.b.c|lower", "-1|add:2"),
    *("5-", "++5", "a,b", "a:b", "a|b|c", "a|upper|b", "a|truncatewords", "x|default:''|lower"),
]

CONDITIONS = (
    """
1;a and b;not a;not not a;a not in b;a in b;a is b;a is not b;a == b;a = b;a;;and;a and;a b;not
a or b and c;not a or b;a < b < c;(a;a and not b;a or;a in;not in b;a not b;a is;a ==;in
a not not in b;a is not not b;a != b;a >= b;a <= b;a > b;a not;a is not;not a in b;not a == b
a == not b;a >;in in in;is;or or or;a and or b
""".strip()
    .replace("\n", ";")
    .split(";")
)

WORDS = """
o.a o.meth o.methargs o.methopt o.raises o.raisest o.silent o.prop o.praise o.pattr o.ptype o.pkey
o.psil o.alter o.st o.cm o.missing o.meth.upper o.meth.nope gi.items gi.k gi.v gi.i gi.a gi.t gi.z
gi.3 gi.q ga.x ga.boom ga.te ga.3 cg cg.x cg.y cg.0 cgi.x cgi.z wm.x wm.y nc nc.x dnc.v ad ad.x E
E.A E.B.name E2.A.value e.name e.value nt.p nt.0 nt.2 dd.x dd.y d.items d.keys d.a.b.0 d.a.b.1.c
d.a.b.5 d.f d.1 d1.1 d.None d.nope l.0 l.1 l.2.0 l.9 l.-1 l.append l.count s.0 s.9 s.upper s.isdigit
n n.x fn fn.x fna lam.x t.0 t.5 i b bs lst.attr lst.0 typ typ.x bi by safe html exc exc.args.0 neg
True False None true c.cc c.autoescape sett.pop missing missing.x 1 1.5 -1 "lit" "<lit>" 1e3 none
"""
LOOKUPS = WORDS.split()

# Asked one after the other in one namespace: what `c` is in one, it is in the next.
STATEMENTS = [
    *("Context({'a': 1}).dicts", "Context([('a', 1)])", "Context(1)", "BaseContext(None).dicts"),
    *("c := Context({'a': 1})", "c.push({'b': 2}, c=3)", "c.push(1)", "c.push({'a': 1}, {'b': 2})"),
    *("c.push(Context({'z': 1}))", "c", "c.pop()", "c.pop()", "c.pop()", "c.pop()", "c"),
    *("c.update(None)", "c.update(5)", "c.update([('a', 1)])", "c.update({'q': 1})"),
    *("c.update(Context({'w': 1}))", "c.update(Context())", "c", "c['nope']", "c.get('nope', 5)"),
    *("c.setdefault('h', 1)", "c.setdefault('h', 2)", "'h' in c", "'zz' in c", "c.flatten()"),
    *("c.new()", "c.new({'r': 1})", "c.new(Context({'m': 1}))", "list(c)", "c == Context()"),
    *("c == c.flatten()", "Context({'a': 1}) == BaseContext({'a': 1})", "c.__delitem__('zz')"),
    *("c.set_upward('a', 99)", "c.set_upward('fresh', 1)", "c", "hash(c)", "len(c)", "bool(c)"),
    *("copy(c) == c", "copy(c).dicts is c.dicts", "copy(c).render_context is c.render_context"),
    *("r := c.render_context", "r.update", "r.__setitem__('k', 1)", "list(r)", "r.push({'j': 1})"),
    *("'k' in r", "r.get('k')", "r['k']", "r", "r.template", "inside(r.push_state('T'), r)", "r"),
    *("inside(r.push_state('T', isolated_context=False), r)", "inside(c.push(x=1), c)", "c"),
    *("make_context(5)", "make_context(None)", "make_context({'a': 1}, 'req').dicts"),
    *("make_context(Context())", "make_context({}, None, autoescape=False).autoescape"),
    *("inside(c.bind_template('T'), c.template)", "c.template"),
    "inside(c.bind_template('T'), inside, c.bind_template('U'))",
    *("q := RequestContext('r', {'a': 1}, [five])", "q._processors_index", "engine.from_string"),
    *(
        "engine.from_string('x').render(q)",
        "q.template",
        "q.new({'b': 1}).request",
        "q.new().new()",
    ),
    *("engine.from_string('x').render({'a': 1})", "engine.from_string('x').render(None)"),
    *("engine.from_string('x'*30)", "engine.from_string('x').origin", "Origin('a') == Origin('a')"),
    *(
        "Origin('a') == 'a'",
        "Origin('a').loader_name",
        "hash(Origin('a'))",
        "str(Origin('a', 'b'))",
    ),
    *("TextNode('a' * 50)", "Node().render(None)", "VariableDoesNotExist('a %s', ('x',))"),
    *("str(VariableDoesNotExist('a %s', ('x',)))", "VariableDoesNotExist('a').params"),
    *("Parser([Token(TokenType.TEXT, 'x')])", "Parser([]).skip_past('endx')"),
    *(
        "Parser([]).unclosed_block_tag(['a'])",
        "Parser([]).find_filter('x')",
        "Parser([]).next_token()",
    ),
    "Parser([]).invalid_block_tag(Token(TokenType.BLOCK, 'x', None, 4), 'x', ['a', 'b', 'c'])",
    "Parser([]).error(Token(TokenType.BLOCK, 'x', None, 4), 'msg').token",
    *("token_kwargs(['a=b', 'c=d', 'e'], Parser([]))", "token_kwargs([], Parser([]))"),
    "token_kwargs(['b', 'as', 'c', 'and', 'd', 'as', 'e', 'f'], Parser([]), True)",
    "token_kwargs(['b', 'as', 'c', 'x', 'd', 'as', 'e', 'f'], Parser([]), True)",
    *("token_kwargs(['b', 'as'], Parser([]), True)", "token_kwargs(['as', '=b', 'c'], Parser([]))"),
    'Token(TokenType.BLOCK, \'x "a b" _("c d") y|z:"z w" _("q")|u:_("a b")\').split_contents()',
    "Token(TokenType.BLOCK, 'x _(\"a b').split_contents()",
    *("lib := Library()", "lib.tag(None, five)", "lib.filter(None, five)", "lib.tag('t', 5)"),
    *("lib.filter('a', 5)", "lib.simple_tag(5)", "lib.simple_block_tag(5)", "lib.inclusion_tag()"),
    *(
        "lib.filter('f', five, is_safe=True, odd=1) is five",
        "sorted(vars(five))",
        "sorted(lib.tags)",
    ),
    *("import_library('nope')", "import_library('os')", "import_library('os.nope')"),
    "parse_bits(P, ['1', '2'], ['a'], None, None, None, [], None, False, 'nm')",
    "parse_bits(P, [], ['a', 'b'], None, None, None, ['z'], None, False, 'nm')",
    "parse_bits(P, ['z=1'], [], None, None, None, ['z', 'y'], None, False, 'nm')",
    "parse_bits(P, ['a=1', 'a=2'], ['a'], None, None, None, [], None, False, 'nm')",
    "parse_bits(P, ['a=1', '2'], ['a'], None, None, None, [], None, False, 'nm')",
    "parse_bits(P, ['b=1'], ['a', 'b'], None, None, (1,), [], None, False, 'nm')",
    "parse_bits(P, [], ['a'], None, None, None, [], None, True, 'nm')",
    *(
        "engine",
        "Engine(dirs=['x'], app_dirs=True, loaders=['a'])",
        "Engine(dirs=['a'], debug=True)",
    ),
    *("engine.find_template('nope')", "engine.get_template('nope')", "engine.select_template([])"),
    *("engine.select_template(['x', 'y'])", "engine.select_template(['x', 'a.html'])"),
    *("engine.render_to_string('a.html', {'x': 1})", "engine.render_to_string(['n', 'a.html'])"),
    *("engine.render_to_string('a.html', Context({'x': 2}))", "engine.find_template_loader(5)"),
    *("engine.find_template_loader('nope.X')", "Engine(loaders=['nope']).get_template('x')"),
    *("Engine(loaders=[]).get_template('x')", "Engine(libraries={'a': 'nope'})"),
    *("Engine(builtins=['os'])", "Engine(context_processors=['nope']).template_context_processors"),
    *("cached.cache_key('a', None)", "cached.cache_key('a', [Origin('n', 'a')])"),
    *("cached.cache_key('a', [Origin('n', 'b')])", "cached.generate_hash(['a', 'b'])"),
    *("cached.get_template('no')", "cached.get_template('no')", "cached.get_template_cache"),
    *("debugging.get_template('no')", "debugging.get_template('no')", "list(cached.get_dirs())"),
    *(
        "locmem.get_template('zz')",
        "locmem.get_contents(Origin('q'))",
        "locmem.get_template('a.html')",
    ),
    "locmem.get_template('a.html', skip=list(locmem.get_template_sources('a.html')))",
    *("files.get_template('../x')", "files.get_template('/etc/passwd')", "files.get_template('q')"),
    *("list(files.get_template_sources('../x'))", "list(files.get_template_sources('a.html'))"),
    *("BaseLoader(engine).get_template('x')", "list(BaseLoader(engine).get_template_sources('x'))"),
    *("EngineHandler([{}]).templates", "EngineHandler([{'BACKEND': 'x'}]).templates"),
    *("EngineHandler([{'BACKEND': 'a.b.C'}]).templates", "EngineHandler([])['x']"),
    "EngineHandler([{'BACKEND': 'a.b.C'}, {'BACKEND': 'd.b.C'}]).templates",
    *("BaseEngine({'NAME': 'n', 'DIRS': [], 'APP_DIRS': False, 'Z': 1, 'A': 2})", "base.check()"),
    *("base.app_dirname", "base.from_string('x')", "base.get_template('x')", "base.template_dirs"),
    *("list(base.iter_template_filenames('a'))", "list(base.iter_template_filenames('../a'))"),
    *(
        "select_template('ab')",
        "SimpleTemplateResponse('x').content",
        "list(SimpleTemplateResponse('x'))",
    ),
    *("pickle.dumps(SimpleTemplateResponse('x'))", "SimpleTemplateResponse('x').is_rendered"),
    *("SimpleTemplateResponse('x').resolve_template(5)", "SimpleTemplateResponse.rendering_attrs"),
]

TAGS = [
    *("{% no %}", "{% no 1 %}", "{% one %}", "{% one v %}", "{% one 1 2 %}", "{% one b=1 %}"),
    *("{% one a=v %}", "{% one v a=1 %}", "{% two a=1 2 %}", "{% two 1 b=3 b=4 %}", "{% var %}"),
    *("{% var 1 2 3 %}", "{% kwo 1 %}", "{% kwo 1 k=2 %}", "{% kwo 1 2 %}", "{% kwd 1 %}"),
    *(
        "{% kws 1 x=2 y=v %}",
        "{% kws x=2 %}",
        "{% ctx 1 %}",
        "{% ctx context=1 a=2 %}",
        "{% ctx %}",
    ),
    *("{% named %}", "{% one v as q %}[{{ q }}]", "{% one v as %}", "{% one as q %}", "{% kwo %}"),
    *("{% two b=1 %}", "{% two c=1 b=3 %}", '{% one "<" %}', "{% one v|safe %}", "{% one nope %}"),
    *("{% one a= %}", "{% one =a %}", "{% one v|@ %}", "{% kws 1 x.y=2 %}", "{% no as x y %}"),
    *(
        "{% bad %}",
        "{% badctx %}",
        "{% bl %}x{{ v }}{% endbl %}",
        "{% bl %}",
        "{% bl 1 %}x{% endbl %}",
    ),
    *("{% bl2 5 %}q{% done %}", "{% bl2 %}q{% done %}", "{% bl2 1 as z %}q{% done %}({{ z }})"),
    *("{% bl3 %}a{{ v }}{% endbl3 %}", "{% bl content=1 %}x{% endbl %}", "{% bl %}x{% endblx %}"),
    *("{% bl as x %}x{% endbl %}[{{ x }}]", "{% nob %}x{% endnob %}", "{% nob2 %}x{% endnob2 %}"),
    *(
        "{% inc v %}",
        "{% inc v v %}",
        "{% inc v as z %}",
        "{% inc %}",
        "{% incc 1 %}",
        "{% inc4 v %}",
    ),
    *("{% inc5 1 %}", "{% autoescape off %}{% inc v %}{% endautoescape %}", "{% raising %}"),
    *("{% autoescape off %}{% one v %}{% endautoescape %}", "{% five5 %}", "{% safe %}"),
]


class Meta(type):
    def __getitem__(cls, key):
        return f"meta-{key}"


class WithMeta(metaclass=Meta):
    do_not_call_in_templates = True
    x = 1


class Generic:
    do_not_call_in_templates = True
    x = "class"

    def __class_getitem__(cls, key):
        return f"generic-{key}"


class NeedsArguments:
    x = 5

    def __init__(self, a):
        pass


class NotCalled:
    do_not_call_in_templates = True
    v = "not called"

    def __call__(self):
        return "called"


class Alters:
    alters_data = True

    def __call__(self):
        return "altered"


class Silent(Exception):
    silent_variable_failure = True


class Thing:
    a = 1

    def meth(self):
        return "m"

    def methargs(self, x):
        return "m"

    def methopt(self, x=1):
        return "opt"

    def raises(self):
        raise ValueError("v")

    def raisest(self):
        raise TypeError("t")

    def silent(self):
        raise Silent("s")

    def alter(self):
        return "altered"

    alter.alters_data = True

    @property
    def prop(self):
        return "p"

    @property
    def praise(self):
        raise ValueError("pv")

    @property
    def pattr(self):
        raise AttributeError("pa")

    @property
    def ptype(self):
        raise TypeError("pt")

    @property
    def pkey(self):
        raise KeyError("pk")

    @property
    def psil(self):
        raise Silent("ps")

    @staticmethod
    def st():
        return "st"

    @classmethod
    def cm(cls):
        return "cm"


class Items:
    items = "attr"

    def __getitem__(self, key):
        wrong = {"v": ValueError, "i": IndexError, "a": AttributeError, "t": TypeError}
        if key in wrong:
            raise wrong[key](key)
        if key == "z":
            raise ZeroDivisionError(key)
        return {"k": "item", 3: "three"}[key]


class Attributes:
    def __getattr__(self, name):
        if name == "boom":
            raise RuntimeError(name)
        if name == "te":
            raise TypeError(name)
        return f"attr-{name}"


class BadText:
    def __str__(self):
        raise ValueError("str")


class Kind(enum.Enum):
    A = 1
    B = 2


class NotCalledKind(enum.Enum):
    A = 1
    do_not_call_in_templates = enum.nonmember(True)


Pair = collections.namedtuple("Pair", "p q")


class ListWithAttribute(list):
    attr = "la"


def five(request):
    return 5


def answer(root, ask):
    """The repr of what `ask()` returns, or what it raises."""
    try:
        text = repr(ask())
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        if hasattr(error, "tried"):
            text += f" {error.tried} {error.chain}"
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"golden_script_\w+\.|__main__\.", "", text)
    return text.replace(f"'{root}.", "'ROOT.").replace(f"<{root}.", "<ROOT.")


def values(names):
    numbers = collections.defaultdict(list, x=1)
    nested = {"b": [1, {"c": "deep"}]}
    return {
        "o": Thing(),
        "gi": Items(),
        "ga": Attributes(),
        "cg": Generic,
        "cgi": Generic(),
        "wm": WithMeta,
        "nc": NeedsArguments,
        "dnc": NotCalled(),
        "ad": Alters(),
        "E": Kind,
        "E2": NotCalledKind,
        "e": Kind.A,
        "nt": Pair(1, 2),
        "dd": numbers,
        "d": {"items": "key", "a": nested, "f": lambda: "fn", "1": "text", 1: "number", None: "n"},
        "d1": {1: "number"},
        "l": [1, "two", [3]],
        "s": "abc",
        "n": None,
        "fn": lambda: "fn",
        "fna": lambda x: "fna",
        "lam": lambda: {"x": "lx"},
        "t": (1, 2),
        "i": 123,
        "b": True,
        "bs": BadText(),
        "lst": ListWithAttribute([1]),
        "typ": int,
        "bi": len,
        "by": b"<x>",
        "safe": names["mark_safe"]("<i>"),
        "html": "<b>",
        "exc": ValueError("<e>"),
        "neg": -5,
        "c": names["Context"]({"cc": 1}),
        "sett": {1},
    }


def inside(manager, value, *args):
    """What `value` is within a ``with`` block."""
    with manager:
        return repr(value(*args) if args else value)


def namespace(root):
    """The names the statements use, from the package `root`."""
    names = {}
    for module in (
        *("base", "context", "library", "exceptions", "smartif", "utils", "loader", "response"),
        *("engine", "backends.base"),
    ):
        found = importlib.import_module(f"{root}.template.{module}")
        names |= {name: value for name, value in vars(found).items() if name[0] != "_"}
    names |= {"copy": copy.copy, "inside": inside, "five": five, "pickle": pickle}
    names["mark_safe"] = importlib.import_module(f"{root}.utils.safestring").mark_safe
    names["BaseLoader"] = importlib.import_module(f"{root}.template.loaders.base").Loader
    templates = {"a.html": "A {{ x }}", "inc.html": "[{{ a }}{{ b }}]", "child": "{{ x }"}
    loaders = [(f"{root}.template.loaders.locmem.Loader", templates)]
    engine = names["engine"] = names["Engine"](loaders=loaders)
    names["locmem"] = engine.template_loaders[0]
    for name, debug in (("cached", False), ("debugging", True)):
        one = names["Engine"](dirs=["/nowhere"], debug=debug)
        names[name] = one.template_loaders[0]
    names["files"] = names["cached"].loaders[0]
    names["base"] = names["BaseEngine"]({"NAME": "n", "DIRS": ["/no"], "APP_DIRS": False})
    names["P"] = names["Parser"]([])
    return names


def tags(names):
    """A library of tags made of functions."""
    lib, mark_safe = names["Library"](), names["mark_safe"]
    lib.tag("none", lambda parser, token: None)
    lib.tag("boom", lambda parser, token: 1 / 0)
    simple = {
        "no": lambda: "no",
        "one": lambda a: f"one {a}",
        "two": lambda a, b=2: f"two {a} {b}",
        "var": lambda a, *args: f"var {a} {args}",
        "kwd": lambda a, *, k=5: f"kwd {a} {k}",
        "kwo": lambda a, *, k: f"kwo {a} {k}",
        "kws": lambda a, **kw: f"kws {a} {sorted(kw.items())}",
        "named": lambda: None,
        "five5": lambda: 5,
        "safe": lambda: mark_safe("<i>"),
        "raising": lambda: 1 / 0,
    }
    for name, func in simple.items():
        lib.simple_tag(func, name=name)
    context_tag = lib.simple_tag(takes_context=True, name="ctx")
    context_tag(lambda context, a: f"ctx {context['v']} {a}")
    lib.simple_tag(lambda a: "x", takes_context=True, name="bad")
    lib.inclusion_tag("inc.html", takes_context=True, name="badctx")(lambda a: None)
    lib.simple_block_tag(lambda content: f"<{content}>", name="bl")
    second = lib.simple_block_tag(name="bl2", end_name="done")
    second(lambda content, x, y=2: f"<{content}{x}{y}>")
    third = lib.simple_block_tag(takes_context=True, name="bl3")
    third(lambda context, content: f"{content}{context['v']}")
    lib.simple_block_tag(lambda x: 1, name="nob")
    lib.simple_block_tag(lambda content, context: 1, takes_context=True, name="nob2")
    lib.inclusion_tag("inc.html", name="inc")(lambda a, b=1: {"a": a, "b": b})
    lib.inclusion_tag("inc.html", takes_context=True, name="incc")(lambda context, a: context)
    lib.inclusion_tag(["nope.html", "inc.html"], name="inc4")(lambda a: {"a": a})
    lib.inclusion_tag("inc.html", name="inc5")(lambda a: None)
    return lib


def parsed(names, source):
    nodes = names["engine"].from_string(source).nodelist
    return [(node, getattr(node, "filter_expression", None)) for node in nodes]


def tokens(names, lexer, source):
    made = names[lexer](source).tokenize()
    return [(t, t.token_type.name, t.contents, t.position, t.lineno) for t in made]


def variable(names, text):
    made = names["Variable"](text)
    told = (made, str(made), made.literal, made.lookups, made.translate, made.message_context)
    return (*told, type(made.literal).__name__)


def expression(names, text):
    made = names["FilterExpression"](text, names["full"])
    filters = [(f._filter_name, [(a, str(b)) for a, b in args]) for f, args in made.filters]
    return made, made.token, str(made.var), made.is_var, filters


def looked_up(names, engine, source, **options):
    context = names["Context"](values(names), **options)
    return engine.from_string(source).render(context)


def answers(root):
    """Everything, from the package `root`."""
    names = namespace(root)
    engine = names["engine"]
    logging.getLogger(f"{root}.template").setLevel(logging.INFO)

    def ask(func, *args, **kwargs):
        return answer(root, lambda: func(names, *args, **kwargs))

    statements = [
        [text, answer(root, lambda text=text: eval(f"({text})", names))] for text in STATEMENTS
    ]
    engine.template_builtins = [*engine.template_builtins, tags(names)]
    names["full"] = names["Parser"]([], builtins=engine.template_builtins)
    lookups = {}
    for invalid in ("", "INVALID", "[%s]"):
        one = names["Engine"](string_if_invalid=invalid)
        for text in LOOKUPS:
            lookups[f"{invalid} {text}"] = [
                ask(looked_up, one, f"{{{{ {text} }}}}"),
                ask(looked_up, one, f'{{{{ {text}|default:"D" }}}}'),
                ask(looked_up, one, f'{{{{ "x"|default_if_none:{text} }}}}'),
                ask(looked_up, one, f"{{{{ {text} }}}}", autoescape=False),
                ask(looked_up, one, f"{{% if {text} %}}yes{{% else %}}no{{% endif %}}"),
            ]
    return {
        "statements": statements,
        "parsed": [[text, ask(parsed, text)] for text in SOURCES],
        "tokens": [[text, ask(tokens, "Lexer", text)] for text in LEXED],
        "debug tokens": [[text, ask(tokens, "DebugLexer", text)] for text in LEXED],
        "variables": [[repr(text), ask(variable, text)] for text in VARIABLES],
        "expressions": [[text, ask(expression, text)] for text in EXPRESSIONS],
        "conditions": [
            [text, ask(lambda n, text=text: n["IfParser"](text.split()).parse())]
            for text in CONDITIONS
        ],
        "tags": [
            [
                text,
                ask(
                    lambda n, text=text: engine.from_string(text).render(
                        n["Context"]({"v": "<v>", "a": "outer"})
                    )
                ),
            ]
            for text in TAGS
        ],
        "lookups": sorted(lookups.items()),
    }


def main() -> None:
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    path = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "templates_core.json"
    path.write_text(
        json.dumps(answers("django"), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    sys.tracebacklimit = 0
    main()
