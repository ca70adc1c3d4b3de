"""Ask Django for the default of every setting: run where Django 5.2 is installed.

Writes tests/golden/settings.json: ``{name: default}``.
"""

import json
import pathlib

from django.conf import global_settings


def main() -> None:
    defaults = {
        name: getattr(global_settings, name) for name in dir(global_settings) if name.isupper()
    }
    path = pathlib.Path(__file__).parents[2] / "tests/golden/settings.json"
    path.write_text(json.dumps(defaults, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
