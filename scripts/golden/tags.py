"""What Django's built-in tags render, and what they say of mistakes: ``tests/golden/tags.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/tags.py``. Each case is the source of
a template; all are rendered with the same values, made anew for each. `observations` does so on the
framework named by `root`, so that the test asks Vivace with the same words.
"""

from __future__ import annotations

import datetime
import importlib
import json
import sys
import types
import zoneinfo
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "tags.json"
URLCONF = "golden_tags_urls"
SETTINGS = {
    "USE_TZ": True,
    "TIME_ZONE": "Europe/Paris",
    "LANGUAGE_CODE": "en-us",
    "LANGUAGES": [("en", "English"), ("de", "German"), ("he", "Hebrew")],
    "ROOT_URLCONF": URLCONF,
    "STATIC_URL": "/static/",
    "MEDIA_URL": "/media/",
    "USE_THOUSAND_SEPARATOR": False,
    "DEBUG": False,
}
LIBRARIES = ("cache", "i18n", "l10n", "static", "tz")

Point = namedtuple("Point", "x y")
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


class Person:
    def __init__(self, name: str, age: int) -> None:
        self.name, self.age = name, age

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    def upper(self) -> str:
        return self.name.upper()

    def fail(self) -> str:
        raise ValueError("this method fails")


def values(framework: Framework) -> dict[str, Any]:
    """The names that every case can use."""
    mark_safe = framework.module("utils.safestring").mark_safe
    query = framework.module("http").QueryDict("a=1&b=2&b=3&c=<x>")
    request = types.SimpleNamespace(GET=query, path="/here/", resolver_match=None)
    return {
        "one": 1, "two": 2, "zero": 0, "neg": -3, "half": 0.5, "big": 1234567.891, "none": None,
        "yes": True, "no": False, "empty": "", "text": "hello <b>", "word": "word",
        "safe": mark_safe("<i>safe</i>"), "quote": "it's \"q\" & <x>", "percent": "100%",
        "list": ["a", "b", "<c>"], "nums": [1, 2, 3, 4], "nothing": [], "tuple": (1, 2),
        "pairs": [("k1", "v1"), ("k2", "<v2>")], "triples": [(1, 2, 3)], "uneven": [(1, 2), (3,)],
        "dict": {"k": "v", "n": 5, "items2": [1]}, "nested": [[1, 2], [3], []],
        "people": [Person("Ann", 20), Person("Bob", 20), Person("<Cy>", 31)],
        "dicts": [{"n": "a", "g": 1}, {"n": "b", "g": 1}, {"n": "c", "g": 2}, {"n": "d", "g": 1}],
        "same": [1, 1, 2, 2, 1], "points": [Point(1, 2), Point(3, 4)], "gen": (x for x in "xyz"),
        "date": datetime.date(2024, 2, 29), "paris": datetime.datetime(2024, 7, 1, 12, tzinfo=PARIS),
        "aware": datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.UTC),
        "naive": datetime.datetime(2024, 7, 1, 12), "fn": lambda: "called", "person": Person("Zoe", 7),
        "tz": zoneinfo.ZoneInfo("Asia/Tokyo"), "tzname": "America/New_York", "badtz": "No/Where",
        "lang": "de", "langs": ["en", "de"], "langpairs": [("en", "x"), ("he", "y")], "badlang": "xx",
        "qd": query, "mapping": {"z": 1, "y": [2, 3], "x": None}, "request": request, "cachekey": "k",
        "tname": "included.html", "tnames": ["missing.html", "included.html"], "viewname": "plain",
        "parent": "base.html", "flag": "on", "string5": "5", "now_fmt": r"\Y\e\a\r", "expire": 0,
        "tobj": framework.engine.get_template("included.html"), "csrf_token": "TOKEN<1>",
        "tbase": framework.engine.get_template("base.html"), "format": "Y-m-d", "long": "x" * 5,
    }  # fmt: skip


TEMPLATES = {
    "included.html": "[inc {{ word }} {{ extra }} {{ forloop.counter }}]",
    "setter.html": "{% with word='inner' %}{{ word }}{% endwith %}{% cycle 'a' 'b' %}",
    "cycler.html": "{% cycle 'a' 'b' 'c' %}",
    "broken.html": "{% if %}",
    "failing.html": "{{ person.fail }}",
    "self.html": "{{ n }}{% if n %}{% with n=n|slice:'1:' %}{% include 'self.html' %}{% endwith %}{% endif %}",
    "base.html": "<{% block a %}base a{% endblock %}|{% block b %}base b {{ word }}{% endblock b %}>",
    "child.html": "{% extends 'base.html' %}ignored{% block a %}child {{ block.super }}{% endblock %}",
    "grandchild.html": "{% extends 'child.html' %}{% block a %}grand {{ block.super }}{% endblock %}"
    "{% block b %}gb{% endblock %}",
    "nest.html": "{% block outer %}o[{% block inner %}i{% endblock %}]{% endblock %}",
    "nestchild.html": "{% extends 'nest.html' %}{% block inner %}ci {{ block.super }}{% endblock %}",
    "loopbase.html": "{% for x in list %}{% block item %}{{ x }}{% endblock %}{% endfor %}",
    "circular.html": "{% extends 'circular.html' %}",
    "c1.html": "{% extends 'c2.html' %}",
    "c2.html": "{% extends 'c1.html' %}",
    "dir/rel.html": "{% extends './relbase.html' %}{% block x %}rel {{ block.super }}{% endblock %}",
    "dir/relbase.html": "({% block x %}relbase{% endblock %}){% include '../included.html' %}",
    "nower.html": "{% now '\\Y' as c %}{{ c }}",
    "twocycles.html": "{% for y in nums %}{% cycle 'a' 'b' 'c' %}{% endfor %}",
    "dir/var.html": "var {% include p %}",
    "dir/up.html": "{% include '../../../x.html' %}",
    "dir/selfrel.html": "{% extends './selfrel.html' %}",
    "dir/selfinc.html": "{% if n %}{{ n }}{% with n=n|slice:'1:' %}{% include './selfinc.html' %}"
    "{% endwith %}{% endif %}",
    "loads.html": "{% load i18n %}{% translate 'x' %}",
    "extends_include.html": "{% extends 'base.html' %}{% block a %}{% include 'child.html' %}{% endblock %}",
    "text only": "just text",
}

OUTPUT_TAGS = r"""
{% autoescape off %}{{ text }}{% endautoescape %}{{ text }}
{% autoescape on %}{{ text }}{% autoescape off %}{{ quote }}{% endautoescape %}{% endautoescape %}
{% autoescape off %}{{ list|join:"<" }}{% firstof quote %}{% cycle quote %}{% endautoescape %}
{% autoescape maybe %}x{% endautoescape %}
{% autoescape %}x{% endautoescape %}
{% autoescape on off %}x{% endautoescape %}
{% autoescape on %}x
{% comment %}{{ nope }}{% if %}{% endcomment %}after
{% comment "note" more %}x{% endcomment %}after
{% comment %}x
{% comment %}{% comment %}x{% endcomment %}y{% endcomment %}
{% csrf_token %}
{% csrf_token x %}
{% with csrf_token="NOTPROVIDED" %}{% csrf_token %}{% endwith %}
{% with csrf_token="" %}[{% csrf_token %}]{% endwith %}
{% with csrf_token=none %}[{% csrf_token %}]{% endwith %}
{% debug %}
{% debug x %}
{% filter upper %}{{ text }} x{% endfilter %}
{% filter force_escape|lower %}<A>{{ text }}{% endfilter %}
{% filter cut:"l" %}hello{% endfilter %}
{% filter truncatewords:two %}a b c{% endfilter %}
{% filter escape %}<a>{% endfilter %}
{% filter safe %}<a>{% endfilter %}
{% filter lower|safe %}<a>{% endfilter %}
{% filter nope %}x{% endfilter %}
{% filter %}x{% endfilter %}
{% filter upper %}x
{% filter linebreaksbr %}a<\nb{% endfilter %}
{% autoescape off %}{% filter linebreaksbr %}a<{{ text }}{% endfilter %}{% endautoescape %}
{% filter upper | lower %}x{% endfilter %}
{% firstof none empty word %}
{% firstof none empty %}
{% firstof none empty "fall <back>" %}
{% firstof quote %}
{% firstof quote|safe %}
{% firstof safe %}
{% firstof nope word %}
{% firstof zero two %}
{% firstof none word as var %}[{{ var }}]
{% firstof none as var %}[{{ var }}]
{% firstof quote as var %}[{{ var }}]
{% firstof %}
{% firstof as var %}
{% firstof word as %}
{% firstof big date %}
{% firstof person.fail %}
{% lorem 3 w %}
{% lorem 19 w %}
{% lorem 0 w %}
{% lorem neg w %}
{% lorem 1 b %}
{% lorem %}
{% lorem 1 p %}
{% lorem two w %}
{% lorem string5 w %}
{% lorem word w %}
{% lorem w %}
{% lorem p %}
{% lorem 1 %}
{% lorem 2 w nope %}
{% lorem a b c d %}
{% lorem 3 w x random %}
{% lorem nope w %}
{% now "\Y" %}
{% now '\Y\m' as x %}[{{ x }}]
{% now "\a" as x y %}
{% now %}
{% now "\a" "b" %}
{% now "\a" as %}
{% now "\'q\"" %}
{% spaceless %} <p> <a>x</a> </p> {% endspaceless %}
{% spaceless %}<p>\n\t<b> y </b>\n</p>{{ text }} <i> </i>{% endspaceless %}
{% spaceless x %} <p> </p> {% endspaceless %}
{% spaceless %}x
{% templatetag openblock %}{% templatetag closeblock %}{% templatetag openvariable %}
{% templatetag closevariable %}{% templatetag openbrace %}{% templatetag closebrace %}
{% templatetag opencomment %}{% templatetag closecomment %}
{% templatetag nope %}
{% templatetag %}
{% templatetag openblock x %}
{% verbatim %}{{ x }}{% if %}{# c #}{% endverbatim %}
{% verbatim block %}{% endverbatim %}{{ y }}{% endverbatim block %}
{% verbatim %}x
{% verbatim %}{% endverbatim other %}
{% widthratio 50 100 60 %}
{% widthratio one two 5 %}
{% widthratio half two 100 %}
{% widthratio one zero 100 %}
{% widthratio none two 100 %}
{% widthratio word two 100 %}
{% widthratio one two word %}
{% widthratio one two half %}
{% widthratio nope two 100 %}
{% widthratio one nope 100 %}
{% widthratio one two nope %}
{% widthratio empty two 100 %}
{% widthratio one two 100 as w %}[{{ w }}]
{% widthratio one zero 100 as w %}[{{ w }}]
{% widthratio one two 100 to w %}
{% widthratio one two %}
{% widthratio one two 100 as %}
{% widthratio one two 100 as w x %}
{% widthratio one two string5 %}
{% widthratio big 3 7 %}
{% widthratio neg two 10 %}
{% widthratio 1 3 100|add:1 %}
{% widthratio one two fn %}
"""

FLOW_TAGS = """
{% if yes %}y{% endif %}
{% if no %}y{% else %}n{% endif %}
{% if no %}1{% elif yes %}2{% else %}3{% endif %}
{% if no %}1{% elif no %}2{% elif zero %}3{% endif %}
{% if nope %}1{% else %}2{% endif %}
{% if not nope %}1{% endif %}
{% if yes and no or yes %}1{% endif %}
{% if yes or no and no %}1{% endif %}
{% if not yes or not no %}1{% endif %}
{% if one == 1 %}1{% endif %}{% if one != 1 %}2{% endif %}
{% if one < two %}1{% endif %}{% if one > two %}2{% endif %}{% if one <= 1 %}3{% endif %}
{% if two >= 3 %}1{% else %}2{% endif %}
{% if "a" in list %}1{% endif %}{% if "z" not in list %}2{% endif %}
{% if nope in list %}1{% else %}2{% endif %}
{% if one in nope %}1{% else %}2{% endif %}
{% if one not in nope %}1{% else %}2{% endif %}
{% if none is None %}1{% endif %}{% if nope is None %}2{% endif %}{% if one is not None %}3{% endif %}
{% if yes is True %}1{% endif %}{% if one is not True %}2{% endif %}
{% if text|length > 3 %}1{% endif %}
{% if list|length == 3 and word|upper == "WORD" %}1{% endif %}
{% if one > word %}1{% else %}2{% endif %}
{% if person.fail %}1{% endif %}
{% if one == 1.0 %}1{% endif %}
{% if "x" == 'x' %}1{% endif %}
{% if not not yes %}1{% endif %}
{% if not yes == no %}1{% else %}2{% endif %}
{% if yes == not no %}1{% endif %}
{% if 1 < 2 < 3 %}1{% endif %}
{% if %}x{% endif %}
{% if a b %}x{% endif %}
{% if and %}x{% endif %}
{% if yes and %}x{% endif %}
{% if or yes %}x{% endif %}
{% if not %}x{% endif %}
{% if == %}x{% endif %}
{% if one == %}x{% endif %}
{% if one = 1 %}x{% endif %}
{% if one in %}x{% endif %}
{% if (one) %}x{% endif %}
{% if one === 1 %}x{% endif %}
{% if yes %}x
{% if yes %}x{% else %}y{% else %}z{% endif %}
{% if yes %}x{% else %}y{% elif no %}z{% endif %}
{% if yes %}x{% elif %}y{% endif %}
{% if yes %}x{% endif x %}
{% if yes %}x{% endfor %}
{% if one|nope %}x{% endif %}
{% elif %}
{% else %}
{% endif %}
{% endfor %}
{% ifequal a b %}x{% endifequal %}
{% with x=one y="z" %}{{ x }}{{ y }}{% endwith %}[{{ x }}]
{% with one as x %}{{ x }}{% endwith %}
{% with one as x and two as y %}{{ x }}{{ y }}{% endwith %}
{% with x=one y=x %}[{{ x }}{{ y }}]{% endwith %}
{% with x=nope %}[{{ x }}]{% endwith %}
{% with x=text|upper %}{{ x }}{% endwith %}
{% with %}x{% endwith %}
{% with x %}x{% endwith %}
{% with x=one y %}x{% endwith %}
{% with one as %}x{% endwith %}
{% with x=one as y %}x{% endwith %}
{% with x=one %}x
{% with one as x y=two %}x{% endwith %}
{% with x=one %}{% cycle 1 2 as c %}{{ c }}{% endwith %}[{{ c }}]
{% ifchanged %}x{% endifchanged %}
{% for x in same %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}
{% for x in same %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %}
{% for x in same %}{% ifchanged x %}{{ x }}{% else %}-{% endifchanged %}{% endfor %}
{% for x in same %}{% ifchanged %}{{ x }}{% else %}-{% endifchanged %}{% endfor %}
{% for d in dicts %}{% ifchanged d.g d.n %}{{ d.n }}{% endifchanged %}{% endfor %}
{% for d in dicts %}{% ifchanged d.g %}{{ d.n }}{% endifchanged %}{% endfor %}
{% for l in nested %}{% for x in l %}{% ifchanged l %}{{ x }}{% else %}.{% endifchanged %}{% endfor %}{% endfor %}
{% for l in nested %}{% for x in same %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %};{% endfor %}
{% for l in nested %}{% ifchanged %}{% for x in l %}{{ x }}{% endfor %}{% endifchanged %}{% endfor %}
{% for x in same %}{% ifchanged nope %}{{ x }}{% endifchanged %}{% endfor %}
{% for x in same %}{% with y=x %}{% ifchanged y %}{{ y }}{% endifchanged %}{% endwith %}{% endfor %}
{% for x in same %}{% ifchanged x|add:0 %}{{ x }}{% endifchanged %}{% endfor %}
{% ifchanged a %}x
{% ifchanged x|nope %}x{% endifchanged %}
{% for x in same %}{% ifchanged x %}{% for y in same %}{% ifchanged y %}{{ y }}{% endifchanged %}{% endfor %}/{% endifchanged %}{% endfor %}
"""

LOOP_TAGS = """
{% for x in list %}{{ x }},{% endfor %}
{% for x in list reversed %}{{ x }},{% endfor %}
{% for x in nothing %}{{ x }}{% empty %}none{% endfor %}
{% for x in nope %}{{ x }}{% empty %}none{% endfor %}
{% for x in none %}{{ x }}{% empty %}none{% endfor %}
{% for x in word %}{{ x }}-{% endfor %}
{% for x in gen %}{{ x }}{{ forloop.revcounter }}{% endfor %}
{% for x in gen reversed %}{{ x }}{% endfor %}
{% for x in dict %}{{ x }}{% endfor %}
{% for k, v in dict.items %}{{ k }}={{ v }};{% endfor %}
{% for k,v in pairs %}{{ k }}={{ v }};{% endfor %}
{% for k , v in pairs %}{{ k }}={{ v }};{% endfor %}
{% for k, v in pairs reversed %}{{ k }}={{ v }};{% endfor %}
{% for a, b, c in triples %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for a, b in triples %}{{ a }}{% endfor %}
{% for a, b in uneven %}{{ a }}{% endfor %}
{% for a, b in nums %}{{ a }}{% endfor %}
{% for a, b in word %}{{ a }}{% endfor %}
{% for p in points %}{{ p.x }}{{ p.y }}{% endfor %}
{% for x, y in points %}{{ x }}{{ y }}{% endfor %}
{% for x in nums %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }}{{ forloop.first }}{{ forloop.last }} {% endfor %}
{% for l in nested %}{% for x in l %}{{ forloop.parentloop.counter }}.{{ forloop.counter }} {% endfor %}{% endfor %}
{% for x in nums %}{{ forloop.parentloop }}{% endfor %}
{% for x in nums %}{{ x }}{% endfor %}[{{ x }}{{ forloop.counter }}]
{% for x in nums %}{% with y=x %}{{ y }}{% endwith %}{% endfor %}
{% for word in list %}{{ word }}{% endfor %}{{ word }}
{% for x in list|slice:":2" %}{{ x }}{% endfor %}
{% for x in "ab" %}{{ x }}{% endfor %}
{% for x in one %}{{ x }}{% endfor %}
{% for x in date %}{{ x }}{% endfor %}
{% for x in person.fail %}{{ x }}{% endfor %}
{% for x in fn %}{{ x }}{% endfor %}
{% for x in list %}{% for x in nums %}{{ x }}{% endfor %}{{ x }}{% endfor %}
{% for x in list %}
{% for %}x{% endfor %}
{% for x %}x{% endfor %}
{% for x in %}x{% endfor %}
{% for x of list %}x{% endfor %}
{% for x in list sorted %}x{% endfor %}
{% for x in list reversed y %}x{% endfor %}
{% for x y in list %}x{% endfor %}
{% for x, in list %}x{% endfor %}
{% for ,x in list %}x{% endfor %}
{% for x,,y in list %}x{% endfor %}
{% for x|y in list %}x{% endfor %}
{% for x"y in list %}x{% endfor %}
{% for x.y in pairs %}{{ x }}{% endfor %}
{% for x in list|nope %}x{% endfor %}
{% for x in list %}x{% empty %}y{% empty %}z{% endfor %}
{% for in in list %}{{ in }}{% endfor %}
{% for x in in list %}x{% endfor %}
{% for x in list in %}x{% endfor %}
{% for x in nums %}{% cycle 'a' 'b' %}{% endfor %}
{% for x in nums %}{% cycle word "q" x %}{% endfor %}
{% for x in nums %}{% cycle 'a' 'b' as c %}{{ c }};{% endfor %}[{{ c }}]
{% for x in nums %}{% cycle 'a' 'b' as c silent %}{{ c }};{% endfor %}
{% cycle 'a' 'b' as c %}{% cycle c %}{% cycle c %}{{ c }}
{% cycle 'a' 'b' as c silent %}{% cycle c %}[{{ c }}]
{% cycle text quote %}{% cycle safe %}
{% cycle quote as c %}{{ c }}
{% cycle 'a' as c %}{% for x in nums %}{% cycle c %}{% endfor %}
{% for x in nums %}{% cycle 'a' 'b' 'c' %}{% if x == 2 %}{% resetcycle %}{% endif %}{% endfor %}
{% for x in nums %}{% cycle 'a' 'b' as c %}{% cycle 1 2 3 as d %}{% resetcycle c %}{% endfor %}
{% for l in nested %}{% for x in l %}{% cycle 'a' 'b' 'c' %}{% endfor %}{% resetcycle %}{% endfor %}
{% for x in nums %}{% cycle 'a,b' %}{% endfor %}
{% cycle %}
{% cycle a as %}
{% cycle a as b c %}
{% cycle a b as c noisy %}
{% cycle nope %}
{% cycle undefined_name %}
{% cycle 'a' 'b' as c silent x %}
{% cycle c %}{% cycle 'a' as c %}
{% cycle 'a' as c %}{% cycle d %}
{% cycle 'a' 'b'|upper %}{% cycle nope 'x' %}
{% cycle 'a' as silent %}
{% cycle 'a' 'b' silent %}
{% cycle 1 2 as c %}{% cycle 3 4 as d %}{% cycle c %}{% cycle d %}{% cycle e %}
{% cycle 1 2 as c %}{% cycle 3 4 as d %}{% cycle c %}{% cycle d %}{{ c }}{{ d }}
{% cycle 1 2 as c %}{% resetcycle c %}{% cycle c %}{% cycle 3 4 %}{% resetcycle %}
{% for a, b in pairs %}[{{ c }}]{% firstof a as c %}{% endfor %}{{ c }}
{% for a in list %}[{{ c }}]{% firstof a as c %}{% endfor %}{{ c }}
{% for a in list %}{% with q=a %}{% cycle 1 2 as c %}{% endwith %}{{ c }}{% endfor %}
{% with c=9 %}{% for a in list %}{% cycle 1 2 as c %}{% endfor %}{{ c }}{% endwith %}
{% for a in list %}{% now "\\Y" as c %}{% endfor %}[{{ c }}]
{% for a in list %}[{{ c }}]{% now "\\Y" as c %}{{ c }}{% endfor %}[{{ c }}]
{% for a, b in pairs %}[{{ c }}]{% now "\\Y" as c %}{{ c }}{{ a }}{% endfor %}[{{ c }}]
{% for a, b in pairs %}{% for x in nums %}{{ a }}{{ c }}{% firstof x as c %}{% endfor %}{% endfor %}[{{ c }}]
{% for x in nothing %}{% empty %}{% now "\\Y" as c %}{{ c }}{% endfor %}[{{ c }}]
{% for x in nothing %}{% empty %}{% firstof one as c %}{{ c }}{{ forloop }}{% endfor %}[{{ c }}]
{% if yes %}{% now "\\Y" as c %}{{ c }}{% endif %}[{{ c }}]
{% if no %}{% now "\\Y" as c %}{% else %}{% now "\\m" as c %}{% endif %}[{{ c }}]
{% with q=1 %}{% now "\\Y" as c %}{{ c }}{% endwith %}[{{ c }}]
{% spaceless %}{% now "\\Y" as c %}{{ c }}{% endspaceless %}[{{ c }}]
{% filter upper %}{% now "\\a" as c %}{{ c }}{% endfilter %}[{{ c }}]
{% filter upper %}{{ var }}{{ word }}{% endfilter %}[{{ var }}]
{% autoescape off %}{% now "<\\Y" as c %}{{ c }}{% endautoescape %}[{{ c }}]
{% block a %}{% now "\\Y" as c %}{{ c }}{% endblock %}[{{ c }}]
{% include 'nower.html' %}[{{ c }}]
{% for x in list %}{% include 'nower.html' %}[{{ c }}]{% endfor %}[{{ c }}]
{% for x in list %}{% if forloop.first %}{% now "\\Y" as c %}{% endif %}{{ c }}{{ x }}{% endfor %}
{% with one as c %}{% for x in list %}{{ c }}{% now "\\Y" as c %}{% endfor %}{{ c }}{% endwith %}
{% for x in list %}{% cycle 1 2 %}{% cycle 'a' 'b' 'c' %}{% endfor %}{% for x in list %}{% cycle 1 2 %}{% endfor %}
{% for x in list %}{% include 'twocycles.html' %}{% endfor %}
{% for x in nums %}{% if x != 2 %}{% cycle big half date %}{% endif %}{% endfor %}
{% for x in nums %}{% cycle 1234.5 "<b>" 5 %}{% endfor %}
{% for x in list %}{% for y in nums %}{{ forloop.parentloop.last }}{% if forloop.last %};{% endif %}{% endfor %}{% endfor %}
{% cycle a,b,c %}
{% resetcycle %}
{% resetcycle x %}
{% cycle 'a' as c %}{% resetcycle d %}
{% cycle 'a' 'b' %}{% resetcycle a b %}
{% regroup dicts by g as groups %}{% for x in groups %}{{ x.grouper }}:{% for d in x.list %}{{ d.n }}{% endfor %};{% endfor %}
{% regroup people by age as groups %}{% for age, list in groups %}{{ age }}:{{ list|length }};{% endfor %}
{% regroup people by upper as groups %}{% for x in groups %}{{ x.grouper }};{% endfor %}
{% regroup people by name|lower as groups %}{% for x in groups %}{{ x.grouper }};{% endfor %}
{% regroup people by nope as groups %}{% for x in groups %}{{ x.grouper }}-{{ x.list|length }};{% endfor %}
{% regroup nope by x as groups %}[{{ groups }}]
{% regroup none by x as groups %}[{{ groups }}]
{% regroup dicts|dictsort:"g" by g as groups %}{{ groups }}
{% regroup people by age as groups %}{{ groups }}
{% regroup word by upper as groups %}{{ groups|length }}
{% regroup people by fail as groups %}x
{% regroup one by x as groups %}x
{% regroup dicts %}
{% regroup dicts by g %}
{% regroup dicts by g as %}
{% regroup dicts on g as x %}
{% regroup dicts by g to x %}
{% regroup dicts by g as x y %}
{% regroup dicts|nope by g as x %}
{% regroup dicts by g|nope as x %}
"""

URL_TAGS = """
{% url 'plain' %}
{% url "plain" as u %}[{{ u }}]
{% url viewname %}
{% url 'arg' 5 %}
{% url 'arg' pk=5 %}
{% url 'arg' one %}
{% url 'arg' pk=one|add:2 %}
{% url 'arg' %}
{% url 'arg' 'x' %}
{% url 'arg' nope %}
{% url 'nope' %}
{% url 'nope' as u %}[{{ u }}]
{% url nope %}
{% url '' %}
{% url 'two' 'a&b' 'c d' %}
{% url 'two' a='x' b='<y>' %}
{% url 'two' a='x' b='y' as u %}{{ u }}
{% autoescape off %}{% url 'two' 'a&b' "c'd" %}{% endautoescape %}
{% url 'two' "a'b" '"' as u %}{{ u }}
{% url 'ns:inner' %}
{% url 'ns:nope' %}
{% url 'bad:inner' %}
{% url 'arg' 1 pk=2 %}
{% url 'arg' *nums %}
{% url %}
{% url 'plain' as %}
{% url 'arg' 5| %}
{% url 'arg' pk= %}
{% url plain %}
{% url 'plain' as u v %}
{% url 'plain', 5 %}
{% for x in nums %}{% url 'arg' x %}{% endfor %}
{% querystring %}
{% querystring a=2 %}
{% querystring a=None %}
{% querystring a=none b=None c=None %}
{% querystring new="x y" %}
{% querystring b=list %}
{% querystring b=nums a=nothing %}
{% querystring qd a=5 %}
{% querystring query_dict=qd x=1 %}
{% querystring c=None b=None a=None %}
{% querystring a=mapping %}
{% querystring qd d=word as q %}[{{ q }}]
{% querystring nope %}
{% querystring none %}
{% querystring empty %}
{% querystring one %}
{% querystring qd qd %}
{% querystring a=text %}
{% querystring a=yes b=half %}
{% querystring a=word|upper %}
{% autoescape off %}{% querystring a=text %}{% endautoescape %}
{% with request=none %}{% querystring a=1 %}{% endwith %}
{% with request=word %}{% querystring %}{% endwith %}
{% querystring a=1 a=2 %}
{% querystring foo=dict %}
{% load static %}{% static 'a/b.css' %}
{% load static %}{% static word %}{% static "a b'c.js" %}
{% load static %}{% static 'x' as s %}[{{ s }}]
{% load static %}{% static %}
{% load static %}{% static text %}
{% load static %}{% static nope %}
{% load static %}{% autoescape off %}{% static "a'b" %}{% endautoescape %}
{% load static %}{% static 'http://x.org/a' %}{% static '/abs' %}
{% load static %}{% static 'a' 'b' %}
{% load static %}{% static 'a' as %}
{% load static %}{% get_static_prefix %}{% get_media_prefix %}
{% load static %}{% get_static_prefix as p %}[{{ p }}]{% get_media_prefix as m %}[{{ m }}]
{% load static %}{% get_static_prefix x %}
{% load static %}{% get_static_prefix to x %}
{% load static %}{% get_media_prefix as %}
{% load static %}{% get_media_prefix as a b %}
{% load %}
{% load nope %}
{% load i18n nope %}
{% load translate from i18n %}{% translate "x" %}
{% load translate from nope %}
{% load nope from i18n %}
{% load translate nope from i18n %}
{% load translate language_name from i18n %}{{ 'de'|language_name }}
{% load static from static %}{% static 'a' %}{% get_static_prefix %}
{% load from i18n %}
{% load i18n tz %}{{ aware|utc }}
{% load a from b from c %}
{% load i18n as x %}
"""

LOADER_TAGS = """
{% include 'included.html' %}
{% include "included.html" with extra="E" %}
{% include 'included.html' with extra="E" word="W" only %}
{% include 'included.html' only %}
{% include 'included.html' only with extra=1 %}
{% include tname %}
{% include tnames %}
{% include tobj %}
{% include nope %}
{% include 'missing.html' %}
{% include none %}
{% include 'included.html' with %}
{% include 'included.html' with extra %}
{% include 'included.html' with extra=1 extra=2 %}
{% include 'included.html' with a=1 with b=2 %}
{% include 'included.html' only only %}
{% include 'included.html' nonsense %}
{% include 'included.html' as x %}
{% include %}
{% include 'included.html' with extra=one|nope %}
{% include 'broken.html' %}
{% include 'failing.html' %}
{% include 'loads.html' %}
{% for x in nums %}{% include 'cycler.html' %}{% endfor %}
{% for x in nums %}{% include 'included.html' with extra=x %}{% endfor %}
{% for x in list %}{% include 'included.html' only %}{% endfor %}
{% include 'setter.html' %}{{ word }}
{% with n="abc" %}{% include 'self.html' %}{% endwith %}
{% with n="abc" %}{% include 'dir/selfinc.html' %}{% endwith %}
{% include 'text only' %}
{% include 'child.html' %}
{% include 'grandchild.html' %}{% include 'child.html' %}
{% include 'extends_include.html' %}
{% include 'circular.html' %}
{% include './included.html' %}
{% with n="ab" p="./self.html" %}{% include 'self.html' %}{% include p %}{% endwith %}
{% with p="../included.html" %}{% include 'dir/var.html' %}{% endwith %}
{% with p="./var.html" %}{% include 'dir/var.html' %}{% endwith %}
{% with p="./rel.html" %}{% include 'dir/var.html' %}{% endwith %}
{% include 'dir/rel.html' %}
{% include 'dir/up.html' %}
{% include 'dir/selfrel.html' %}
{% include tname|upper %}
{% include 'included.html'|cut:"x" %}
{% include person %}
{% include 5 %}
{% autoescape off %}{% include 'included.html' with extra=quote %}{% endautoescape %}
{% extends 'base.html' %}
{% extends 'base.html' %}{% block a %}A{% endblock %}
{% extends "base.html" %}{% block a %}[{{ block.super }}]{% endblock %}{% block b %}[{{ block.super }}]{% endblock b %}
{% extends parent %}{% block a %}A{% endblock %}
{% extends tbase %}{% block a %}A{{ block.super }}{% endblock %}
{% extends tobj %}{% block a %}A{% endblock %}
{% extends nope %}
{% extends none %}
{% extends empty %}
{% extends one %}
{% extends 'missing.html' %}
{% extends 'broken.html' %}
{% extends 'circular.html' %}
{% extends 'c1.html' %}
{% extends 'child.html' %}{% block a %}me {{ block.super }}{% endblock %}
{% extends 'grandchild.html' %}{% block a %}me {{ block.super }}{% endblock %}{% block b %}{{ block.super }}!{% endblock %}
{% extends 'nestchild.html' %}{% block outer %}{{ block.super }}+{% endblock %}
{% extends 'nestchild.html' %}{% block inner %}mine{{ block.super }}{% endblock %}
{% extends 'nest.html' %}{% block outer %}new {% block inner %}in{% endblock %}{% endblock %}
{% extends 'loopbase.html' %}{% block item %}<{{ block.super }}{{ forloop.counter }}>{% endblock %}
{% extends 'base.html' %}{% load i18n %}{% block a %}{% translate "x" %}{% endblock %}
{% extends 'base.html' %}{% with q=1 %}{% block a %}[{{ q }}]{% endblock %}{% endwith %}
{% extends 'base.html' %}{% block c %}unknown{% endblock %}
text{% extends 'base.html' %}
{{ word }}{% extends 'base.html' %}
{% load i18n %}{% extends 'base.html' %}
{% extends 'base.html' %}{% extends 'base.html' %}
{# c #}{% extends 'base.html' %}
{% extends %}
{% extends 'a' 'b' %}
{% extends 'base.html'|nope %}
{% extends 'dir/rel.html' %}{% block x %}top {{ block.super }}{% endblock %}
{% extends './base.html' %}
{% if yes %}{% extends 'base.html' %}{% endif %}
{% block a %}x{% endblock %}
{% block a %}x{% endblock a %}
{% block a %}x{% endblock b %}
{% block a %}x{{ block.super }}{% endblock %}
{% block a %}{{ block.name }}{% endblock %}
{% block %}x{% endblock %}
{% block a b %}x{% endblock %}
{% block a %}x{% endblock %}{% block a %}y{% endblock %}
{% block a %}x{% block a %}y{% endblock %}{% endblock %}
{% block a %}x
{% block a %}{% block b %}x{% endblock a %}{% endblock b %}
{% block "quoted" %}x{% endblock "quoted" %}
{% for x in list %}{% block i %}{{ x }}{{ forloop.counter }}{% endblock %}{% endfor %}
{% block a %}{% with word="w" %}{% block b %}{{ word }}{% endblock %}{% endwith %}{% endblock %}
{% block a %}{% cycle 1 2 as c %}{% endblock %}[{{ c }}]
{% endblock %}
{% autoescape off %}{% block a %}{{ text }}{% endblock %}{% endautoescape %}
{% extends 'base.html' %}{% block a %}{% include 'included.html' with extra=block.super %}{% endblock %}
{% extends 'base.html' %}{% block a %}{{ block.super|upper }}{% endblock %}
{% extends 'base.html' %}{% block a %}{% if yes %}{{ block.super }}{{ block.super }}{% endif %}{% endblock %}
{% extends 'base.html' %}{% block a %}{{ nope.x }}{% endblock
"""

I18N_TAGS = r"""
{% translate "hello" %}
{% trans "hello" %}
{% translate word %}
{% translate text %}
{% translate safe %}
{% translate percent %}
{% translate "100%" %}
{% translate "hello" as t %}[{{ t }}]
{% translate "hello <b>" as t %}[{{ t }}]
{% translate "hello" noop %}
{% translate word noop as t %}[{{ t }}]
{% translate "hello" context "greeting" %}
{% translate "hello" context word as t %}[{{ t }}]
{% translate nope %}
{% translate "a"|upper %}
{% translate "<b>" %}
{% autoescape off %}{% translate text %}{% endautoescape %}
{% translate %}
{% translate "x" as %}
{% translate "x" context %}
{% translate "x" nonsense %}
{% translate "x" noop noop %}
{% translate "x" context "a" noop %}
{% translate "x" context noop %}
{% translate "x" context as var %}
{% translate "x" as a as b %}
{% translate _("x") %}
{% translate "x" as context %}
{% translate none %}
{% translate empty %}
{% translate one %}
{{ _("hello") }}{{ _("hello")|upper }}
{% blocktranslate %}hello{% endblocktranslate %}
{% blocktrans %}hello{% endblocktrans %}
{% blocktranslate %}hello {{ word }}{% endblocktranslate %}
{% blocktranslate %}hello {{ text }} {{ safe }}{% endblocktranslate %}
{% blocktranslate %}hello {{ nope }}{% endblocktranslate %}
{% blocktranslate %}100% {{ word }} %s %(x)s %%{% endblocktranslate %}
{% blocktranslate with x=text|upper y=one %}a {{ x }} {{ y }}{% endblocktranslate %}
{% blocktranslate with text|upper as x %}a {{ x }}{% endblocktranslate %}
{% blocktranslate with text as x and one as y %}a {{ x }} {{ y }}{% endblocktranslate %}
{% blocktranslate count n=one %}one {{ n }}{% plural %}many {{ n }}{% endblocktranslate %}
{% blocktranslate count n=two %}one {{ n }}{% plural %}many {{ n }}{% endblocktranslate %}
{% blocktranslate count two as n %}one {{ n }}{% plural %}many {{ n }}{% endblocktranslate %}
{% blocktranslate count n=nums|length with x=word %}one {{ n }}{% plural %}many {{ n }} {{ x }}{% endblocktranslate %}
{% blocktranslate with x=word count n=one %}one {{ n }} {{ x }}{% plural %}many{% endblocktranslate %}
{% blocktranslate count n=word %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate count n=none %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate count n=nope %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate count n=one m=two %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate count %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate count n=one %}one{% endblocktranslate %}
{% blocktranslate count n=one %}one{% if x %}{% plural %}many{% endblocktranslate %}
{% blocktranslate %}one{% plural %}many{% endblocktranslate %}
{% blocktranslate %}{% if x %}{% endblocktranslate %}
{% blocktranslate %}x {{ a.b }}{% endblocktranslate %}
{% blocktranslate %}x {{ dict.k }}{% endblocktranslate %}
{% blocktranslate %}x {{ word|upper }}{% endblocktranslate %}
{% blocktranslate context "c" %}x{% endblocktranslate %}
{% blocktranslate context word %}x{% endblocktranslate %}
{% blocktranslate context %}x{% endblocktranslate %}
{% blocktranslate context "c" context "d" %}x{% endblocktranslate %}
{% blocktranslate context "c" count n=two %}a{% plural %}b {{ n }}{% endblocktranslate %}
{% blocktranslate trimmed %}\n  a\n   b  {{ word }}  \n\n{% endblocktranslate %}
{% blocktranslate trimmed count n=two %}\n a \n{% plural %}\n b\n  {{ n }}\n{% endblocktranslate %}
{% blocktranslate trimmed trimmed %}x{% endblocktranslate %}
{% blocktranslate asvar v %}x {{ word }}{% endblocktranslate %}[{{ v }}]
{% blocktranslate asvar v %}x {{ text }}{% endblocktranslate %}[{{ v }}]
{% blocktranslate asvar v count n=two %}x{% plural %}y{% endblocktranslate %}[{{ v }}]
{% blocktranslate asvar %}x{% endblocktranslate %}
{% blocktranslate with %}x{% endblocktranslate %}
{% blocktranslate with x %}x{% endblocktranslate %}
{% blocktranslate with x=one with y=two %}x{% endblocktranslate %}
{% blocktranslate nonsense %}x{% endblocktranslate %}
{% blocktranslate x=one %}x{% endblocktranslate %}
{% blocktranslate %}x
{% blocktranslate %}x{% endtrans %}
{% blocktrans %}x{% endblocktranslate %}
{% blocktrans count n=one %}x{% endblocktrans %}
{% blocktranslate %}<b>{{ quote }}</b>{% endblocktranslate %}
{% autoescape off %}{% blocktranslate %}<b>{{ quote }}</b>{% endblocktranslate %}{% endautoescape %}
{% blocktranslate %}{{ big }} {{ date }}{% endblocktranslate %}
{% blocktranslate %}{# c #}x{% endblocktranslate %}
{% blocktranslate %}{% endblocktranslate %}
{% blocktranslate with word="w" %}{{ word }}{% endblocktranslate %}{{ word }}
{% get_current_language as l %}{{ l }}
{% get_current_language %}
{% get_current_language to l %}
{% get_current_language_bidi as b %}{{ b }}
{% get_current_language_bidi %}
{% get_available_languages as ls %}{% for c, n in ls %}{{ c }}={{ n }};{% endfor %}
{% get_available_languages %}
{% get_available_languages as a b %}
{% get_language_info for "de" as i %}{{ i.code }} {{ i.name }} {{ i.name_local }} {{ i.bidi }}
{% get_language_info for lang as i %}{{ i.code }}
{% get_language_info for badlang as i %}x
{% get_language_info for lang %}
{% get_language_info lang as i %}
{% get_language_info_list for langs as ls %}{% for i in ls %}{{ i.code }}:{{ i.name }};{% endfor %}
{% get_language_info_list for langpairs as ls %}{% for i in ls %}{{ i.code }}:{{ i.bidi }};{% endfor %}
{% get_language_info_list langs %}
{% get_language_info_list for langs to ls %}
{{ "de"|language_name }} {{ "he"|language_name_local }} {{ "he"|language_bidi }} {{ lang|language_name }}
{{ "en"|language_name_translated }}
{{ badlang|language_name }}
{% language "de" %}{% get_current_language as l %}{{ l }} {{ big }}{% endlanguage %}{{ big }}
{% language lang %}{{ half|floatformat:2 }}{% endlanguage %}
{% language "he" %}{% get_current_language_bidi as b %}{{ b }}{% endlanguage %}
{% language none %}{% get_current_language as l %}{{ l }}{% endlanguage %}
{% language %}x{% endlanguage %}
{% language a b %}x{% endlanguage %}
{% language "de" %}x
"""

LOCAL_TAGS = """
{% load l10n %}{% localize on %}{{ big }}{% endlocalize %}{% localize off %}{{ big }}{% endlocalize %}
{% load l10n %}{% localize %}{{ big }} {{ date }}{% endlocalize %}
{% load l10n %}{% localize maybe %}x{% endlocalize %}
{% load l10n %}{% localize on off %}x{% endlocalize %}
{% load l10n %}{% localize on %}x
{% load l10n i18n %}{% language 'de' %}{{ big }}{{ big|localize }}{{ big|unlocalize }}{{ date|unlocalize }}{% endlanguage %}
{% load l10n i18n %}{% language 'de' %}{% localize off %}{{ big }} {{ big|localize }} {{ half|floatformat:2 }}{% endlocalize %}{% endlanguage %}
{% load l10n i18n %}{% language 'de' %}{% localize off %}{% localize on %}{{ big }}{% endlocalize %}{% endlocalize %}{% endlanguage %}
{% load l10n %}{{ text|localize }}{{ none|localize }}{{ yes|unlocalize }}{{ text|unlocalize }}
{% load tz %}{{ aware }}|{{ naive }}|{{ aware|utc }}|{{ aware|localtime }}
{% load tz %}{% localtime on %}{{ aware }}{% endlocaltime %}{% localtime off %}{{ aware }}{% endlocaltime %}
{% load tz %}{% localtime %}{{ aware }}{% endlocaltime %}
{% load tz %}{% localtime maybe %}x{% endlocaltime %}
{% load tz %}{% localtime on off %}x{% endlocaltime %}
{% load tz %}{% localtime on %}x
{% load tz %}{% timezone "Asia/Tokyo" %}{{ aware }}{% endtimezone %}{{ aware }}
{% load tz %}{% timezone tz %}{{ aware }}{% endtimezone %}
{% load tz %}{% timezone tzname %}{{ aware|date:"H:i e" }}{% endtimezone %}
{% load tz %}{% timezone None %}{{ aware|date:"H:i e" }}{% endtimezone %}
{% load tz %}{% timezone badtz %}x{% endtimezone %}
{% load tz %}{% timezone one %}x{% endtimezone %}
{% load tz %}{% timezone nope %}{{ aware|date:"H:i e" }}{% endtimezone %}
{% load tz %}{% timezone %}x{% endtimezone %}
{% load tz %}{% timezone a b %}x{% endtimezone %}
{% load tz %}{% timezone tz %}x
{% load tz %}{% get_current_timezone as t %}{{ t }}
{% load tz %}{% timezone tzname %}{% get_current_timezone as t %}{{ t }}{% endtimezone %}
{% load tz %}{% get_current_timezone %}
{% load tz %}{% get_current_timezone to t %}
{% load tz %}{% get_current_timezone as a b %}
{% load tz %}{{ aware|timezone:"Asia/Tokyo" }}|{{ aware|timezone:tz }}|{{ aware|timezone:badtz }}|{{ aware|timezone:one }}|{{ naive|timezone:tzname }}
{% load tz %}{{ text|timezone:"UTC" }}|{{ text|utc }}|{{ none|localtime }}|{{ date|localtime }}|{{ naive|utc }}
{% load tz %}{{ aware|timezone:"Asia/Tokyo"|date:"H:i e" }}{{ aware|utc|date:"H:i e" }}{{ aware|localtime|time:"H:i e" }}
{% load tz %}{% localtime off %}{{ aware|date:"H:i" }}{{ aware|localtime|date:"H:i" }}{% endlocaltime %}
{% load tz %}{% localtime off %}{% for x in list %}{{ aware|date:"H" }}{% endfor %}{% include 'included.html' with extra=aware %}{% endlocaltime %}
{% load cache %}{% cache 500 frag %}{{ word }}{% endcache %}{% cache 500 frag %}other{% endcache %}
{% load cache %}{% cache 500 frag1 word %}1{% endcache %}{% cache 500 frag1 text %}2{% endcache %}{% cache 500 frag1 word %}3{% endcache %}
{% load cache %}{% cache 500 frag2 word|upper one %}1{% endcache %}{% cache 500 frag2 "WORD" 1 %}2{% endcache %}
{% load cache %}{% cache None frag3 %}1{% endcache %}{% cache none frag3 %}2{% endcache %}
{% load cache %}{% cache 0 frag4 %}1{% endcache %}{% cache expire frag4 %}2{% endcache %}
{% load cache %}{% cache 500 frag5 using="default" %}1{% endcache %}{% cache 500 frag5 %}2{% endcache %}
{% load cache %}{% cache 500 frag6 using="other" %}1{% endcache %}
{% load cache %}{% cache 500 frag7 using=nope %}1{% endcache %}
{% load cache %}{% cache word frag8 %}x{% endcache %}
{% load cache %}{% cache nope frag9 %}x{% endcache %}
{% load cache %}{% cache "60" frag10 %}x{% endcache %}
{% load cache %}{% cache half frag11 %}x{% endcache %}
{% load cache %}{% cache 500 frag12 nope %}x{% endcache %}
{% load cache %}{% cache %}x{% endcache %}
{% load cache %}{% cache 500 %}x{% endcache %}
{% load cache %}{% cache 500 a b using= %}x{% endcache %}
{% load cache %}{% cache 500 frag %}x
{% load cache %}{% cache 500 frag13 %}{{ text }}{% endcache %}{% cache 500 frag13 %}{% endcache %}
{% load cache %}{% cache 500 cachekey %}a{% endcache %}{% cache 500 "cachekey" %}b{% endcache %}
{% load cache %}{% cache 500 frag14 using="default" word %}1{% endcache %}
"""

GROUPS = {
    "output": OUTPUT_TAGS, "flow": FLOW_TAGS, "loops": LOOP_TAGS, "urls": URL_TAGS,
    "loader": LOADER_TAGS, "i18n": I18N_TAGS, "local": LOCAL_TAGS,
}  # fmt: skip


def cases() -> dict[str, list[str]]:
    """The sources by group. A line is a template; ``\\n`` and ``\\t`` are written out in it."""
    found: dict[str, list[str]] = {}
    for group, text in GROUPS.items():
        load = "{% load i18n %}" if group == "i18n" else ""
        lines = [line for line in text.strip("\n").split("\n") if line]
        found[group] = [load + line.replace("\\n", "\n").replace("\\t", "\t") for line in lines]
    return found


class Framework:
    """An engine of Django, or one of Vivace, with the templates of this script."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.engine, self.loud_engine = (
            self.module("template").Engine(
                loaders=self.loaders(),
                libraries={name: f"{root}.templatetags.{name}" for name in LIBRARIES},
                string_if_invalid=string_if_invalid,
            )
            for string_if_invalid in ("", "INVALID(%s)")
        )

    def loaders(self) -> Any:
        return [(f"{self.root}.template.loaders.locmem.Loader", TEMPLATES)]

    def rendered(self, template: Any, make_context: Callable[[], Any]) -> Any:
        return template.render(make_context())

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.root}.{name}")

    def render(self, source: str, engine: Any = None, **options: Any) -> str:
        context_class = self.module("template").Context

        def make_context() -> Any:
            names = values(self)
            context = context_class(names, **options)
            # As a RequestContext has it, but without the processors, which are not asked here.
            context.request = names["request"]
            return context

        try:
            template = (engine or self.engine).from_string(source)
            text = self.rendered(template, make_context)
        except RecursionError:
            return "! RecursionError"
        except (TypeError, AttributeError) as error:
            return f"! {type(error).__name__}"
        except Exception as error:
            return f"! {type(error).__name__}: {str(error).replace(self.root, 'ROOT')}"
        return str(text).replace(self.root, "ROOT")


def urlconf(framework: Framework) -> None:
    """Make the URLconf that the settings name."""
    urls = framework.module("urls")
    view = lambda request: None  # noqa: E731
    module = types.ModuleType(URLCONF)
    vars(module).update(
        urlpatterns=[
            urls.path("plain/", view, name="plain"),
            urls.path("arg/<int:pk>/", view, name="arg"),
            urls.path("two/<a>/<b>/", view, name="two"),
            urls.path("ns/", urls.include(([urls.path("in/", view, name="inner")], "app"), "ns")),
        ]
    )
    sys.modules[URLCONF] = module


def observations(root: str, framework: Framework | None = None) -> dict[str, dict[str, str]]:
    """What each source renders to, by group."""
    framework = framework or Framework(root)
    urlconf(framework)
    caches = framework.module("core.cache").caches
    seen: dict[str, dict[str, str]] = {}
    for group, sources in cases().items():
        seen[group] = {}
        for source in sources:
            caches["default"].clear()
            seen[group][source] = framework.render(source)
            if "autoescape" not in source and "!" not in seen[group][source][:1]:
                caches["default"].clear()
                seen[group][f"{source} (no escaping)"] = framework.render(source, autoescape=False)
            caches["default"].clear()
            loud = framework.render(source, framework.loud_engine)
            if loud != seen[group][source]:
                seen[group][f"{source} (loud)"] = loud
    return seen


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(**SETTINGS)
    django.setup()
    answers = observations("django")
    OUTPUT.write_text(json.dumps(answers, indent=0, ensure_ascii=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
