"""What Django makes of templates for xgettext, recorded as ``tests/golden/templatize.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/templatize.py``. Each template is
written down with the text, or the error, and the warnings.
"""

from __future__ import annotations

import importlib
import json
import random
import warnings
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "templatize.json"

WHOLE = [
    *("", "hello", "a b\n{{ x }}", 'X _("a") x', "{% trans var %}", "{% plural %}", "é\t{% x %}ü"),
    *('{% trans "a"|upper %}', '{% trans "a" as v context "c" %}', '{% trans "" %}'),
    *(
        '{% trans "a"|upper context "c" %}',
        '{% trans "a"|add:"b" %}',
        '{% trans "a"|add:"b" as c %}',
    ),
    *('{% trans "a" noop %}', '{% trans "a" noop as v %}', "{% trans 'a' context \"it's\" %}"),
    *('{% trans "a" context var %}', '{% trans "a" context %}', '{% trans "a" context "" %}'),
    *('{% trans "a" context "c" as v %}', '{% trans "a" context "x%" %}', '{%trans "t"%}'),
    *(
        '{% trans "back\\"slash" %}',
        "{% trans 'it\"s' %}",
        '{% trans "it\'s" %}',
        '{% trans "é" %}',
    ),
    *('{% trans _("u") %}', '{% trans "a" "b" %}', '{% transx "a" %}', '{% trans"a" %}'),
    *('{% trans "100%" %}', '{% trans "%(a)s" %}', '{% trans  "s"   context   "c" %}'),
    *('{{ "_(x)" }}', '{{ _("a b")|x }}', "{{ _('it\\'s') }}", '{{ _ ("a") }}', "{{ x._('a') }}"),
    *('{{ _("100%") }}', "{{ _(x) }}", '{{ x|f:_("a"),_("b") }}', '{{ x_("a") }}', '{{ _("") }}'),
    *('{% if x == _("Z") %}', '{% cycle _("a") _("b") %}', '{% x "_(1)" %}', '{% x y=_("a")|b %}'),
    *("{{ x|default:\"_('z')\" }}", '{{ _("a" }}', '{% x _("a %}', '{{ _("a|b") }}'),
    "{% blocktrans %}b",
    "{% blocktrans with a=_('i') b=_(\"j\") %}b{% endblocktrans %}",
    "{% blocktrans %}b{% if x %}{% endif %}{% endblocktrans %}",
    "{% blocktrans %}\n\n{% trans 'a' %}{% endblocktrans %}",
    "{% blocktrans %}a{# c #}b{# Translators: in #}\nc{% endblocktrans %}",
    '{% blocktrans %}{{ a }}{{ b.c }}{{ d|e:"f%" }}{% endblocktrans %}',
    "{% blocktrans %}a{% comment %}x{% endcomment %}b{% endblocktrans %}",
    "{% blocktrans %}a{% plural %}b{% plural %}c{% endblocktrans %}",
    "{% blocktrans %}\r\na\r\n{% endblocktrans %}",
    "{% blocktrans trimmed %}\r\n a\r\n  b {% endblocktrans %}",
    "{% blocktrans %}a{% endblocktranslate %}{% endblocktrans %}",
    "{% blocktranslate %}a{% endblocktrans %}",
    "{% blocktrans %}a{% endblocktrans foo %}b{% endblocktrans %}",
    "{% blocktrans context var %}a{% endblocktrans %}",
    '{% blocktrans with x="context" %}a{% endblocktrans %}',
    '{% blocktrans context "a%b" %}a{% endblocktrans %}',
    "{% blocktrans context 'it' asvar x trimmed %}\n a{% endblocktrans %}",
    "{% blocktrans with trimmed=1 %}\n a{% endblocktrans %}",
    "{% blocktransx %}a{% endblocktransx %}",
    "{% blocktrans count c=x %}one{% endblocktrans %}",
    "{% blocktrans %}{{ _('inner') }}{% endblocktrans %}",
    "{% blocktrans %}_('text'){% endblocktrans %}",
    "{% verbatim %}{% trans 'v' %}{{ _('w') }}{% endverbatim %}{% trans 'x' %}",
    "{% verbatim a %}{% endverbatim %}{% trans 'v' %}{% endverbatim a %}{% trans 'x' %}",
    *("{% comment %}nothing{% endcomment %}z", '{% comment "n" %}Translators: a{% endcomment %}'),
    *("{% comment %}{% endcomment %}", "{% comment %}a\nTranslators: b\nc{% endcomment %}x"),
    *("{% comment %}  Translators: a{% endcomment %}", "{% comment %}xTranslators{% endcomment %}"),
    *(
        "{% comment %}Translators a{% trans 'b' %}c{{ d }}{% endcomment %}",
        "{% comment %}\n{% if %}",
    ),
    *(
        "{% comment %}\nTranslators: a\n\n{% endcomment %}\n",
        "{% comment %}translators{% endcomment %}",
    ),
    *("{# plain #}", "{# Translators: a #}", "{# Translators: a #}\n", "{#Translators: a#}\nb"),
    *("{# Translators: a #}  \nb", "{# Translators: a #} b\nc", "{# Translators: a #}{# b #}"),
    *(
        "{# Translators: a #}{# Translators: b #}\n",
        "{# xTranslators: a #}",
        "{# translators: a #}",
    ),
    *("{# Translators: a #}{% trans 'x' %}", "a{# Translators: a #}\n{% trans 'x' %}"),
    *("{# Translators: a #}{{ x }}\n", "{# Translators: a #}  {{ x }}", "{# Translators a #}\n"),
    *("\n{# Translators: a #} {# Translators: b #}\n{% trans 'x' %}", "{# Translatorsa #}\nb"),
    *("{# Translators: a #} x {% comment %}Translators: b{% endcomment %}", "{# #}", "{##}\n"),
]

PIECES = [
    *("text", " ", "\n", "\n  ", "{{ x }}", '{{ _("v") }}', '{{ a|b:_("w") }}', "{% if a %}"),
    *('{% trans "t" %}', '{% translate "u" context "k" %}', "{% trans v %}", "{% load i18n %}"),
    *("{# plain #}", "{# Translators: one #}", "{# Translators: two #}\n"),
    "{% comment %}Translators: c\nd{% endcomment %}",
    "{% comment %}quiet{% endcomment %}",
    '{% blocktrans with q=_("r") %}b {{ n }} 5%\n{% endblocktrans %}',
    "{% blocktranslate count c=d trimmed %}\n o {{ c }}\n{% plural %}\n m\n{% endblocktranslate %}",
    '{% blocktrans context "k" count c=d %}o{% plural %}{{ c }} p{% endblocktrans %}',
    "{% blocktrans %}",
    "{% endblocktrans %}",
    "{% comment %}",
    "{% endcomment %}",
    "{% plural %}",
]


def templates() -> list[str]:
    chance = random.Random(5)
    made = ["".join(chance.choices(PIECES, k=chance.randint(2, 7))) for _ in range(700)]
    return [*WHOLE, *made]


def ask(root: str, source: str) -> list[Any]:
    """The text or the error, and the warnings."""
    templatize = importlib.import_module(f"{root}.utils.translation").templatize
    answers: list[Any] = []
    for options in ({}, {"origin": "dir/page.html"}):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer: Any = templatize(source, **options)
            except SyntaxError as error:
                answer = ["SyntaxError", str(error)]
        answers.append([answer, [[w.category.__name__, str(w.message)] for w in caught]])
    # Where there is nothing to say of the file, both are the same.
    return answers[:1] if answers[0] == answers[1] else answers


def main() -> None:
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    results = [[source, ask("django", source)] for source in templates()]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in results)
    OUTPUT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
