"""The script that gives translations to a page's JavaScript.

It defines on ``window.django``, and globally under the same names, the documented functions gettext,
ngettext, pgettext, npgettext, gettext_noop, interpolate, get_format and pluralidx. Several such
scripts on one page add to one catalogue; the last rule for plurals holds.
"""

from __future__ import annotations

import json
from typing import Any

# SECURITY: what is put in must not end a script element, should the text be placed inside a page.
_ESCAPES = str.maketrans({"<": "\\u003C", "\u2028": "\\u2028", "\u2029": "\\u2029"})

_HEAD = """'use strict';
(function (scope) {
  const django = scope.django = scope.django || {};
  const own = (map, key) => Object.prototype.hasOwnProperty.call(map, key);
  const SEPARATOR = '\\x04';

  // The number of the plural form for n.
  django.pluralidx = (n) => %(plural)s;

  // Messages: this script's, and those of scripts before it.
  const newcatalog = %(catalog)s;
  django.catalog = Object.assign(django.catalog || {}, newcatalog);

  if (!django.jsi18n_initialized) {
    const look = (key) => own(django.catalog, key) ? django.catalog[key] : undefined;

    django.gettext_noop = (msgid) => msgid;

    django.gettext = (msgid) => {
      const found = look(msgid);
      if (found === undefined) return msgid;
      return Array.isArray(found) ? found[0] : found;
    };

    django.ngettext = (singular, plural, count) => {
      const found = look(singular);
      if (found === undefined) return count == 1 ? singular : plural;
      return Array.isArray(found) ? found[django.pluralidx(count)] : found;
    };

    django.pgettext = (context, msgid) => {
      const key = context + SEPARATOR + msgid;
      return look(key) === undefined ? msgid : django.gettext(key);
    };

    django.npgettext = (context, singular, plural, count) => {
      const key = context + SEPARATOR + singular;
      return look(key) === undefined
        ? django.ngettext(singular, plural, count)
        : django.ngettext(key, plural, count);
    };

    // Fills %%(name)s from an object if named is true, else %%s from an array, in turn.
    django.interpolate = (format, values, named) => {
      if (named) return format.replace(/%%\\((\\w+)\\)s/g, (all, name) => String(values[name]));
      let next = 0;
      return format.replace(/%%s/g, () => String(values[next++]));
    };

    django.formats = %(formats)s;

    django.get_format = (name) => own(django.formats, name) ? django.formats[name] : name;

    django.jsi18n_initialized = true;
  }

  for (const name of ['pluralidx', 'gettext', 'ngettext', 'gettext_noop', 'pgettext', 'npgettext',
                      'interpolate', 'get_format']) {
    scope[name] = django[name];
  }
}(globalThis));
"""


def _literal(value: Any) -> str:
    return json.dumps(value, sort_keys=True, indent=2).replace("\n", "\n  ").translate(_ESCAPES)


def catalogue_script(context: dict[str, Any]) -> str:
    """The script for the ``catalog``, ``formats`` and ``plural`` of `context`."""
    plural = context["plural"]
    # The rule is an expression of C, which JavaScript reads alike but for the type of its result.
    expression = f"Number({plural})" if plural else "(n == 1) ? 0 : 1"
    return _HEAD % {
        "plural": expression,
        "catalog": _literal(context["catalog"]),
        "formats": _literal(context["formats"]),
    }
