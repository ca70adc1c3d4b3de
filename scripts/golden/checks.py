"""Ask Django what its system checks say of many settings: run where Django 5.2 is installed.

Writes tests/golden/checks.json: ``[[function, settings, [[class, level, id, msg, hint], ...]], ...]``.
"""

import json
import pathlib
import sys
import types

import django
from django.conf import settings
from django.test.utils import override_settings
from django.utils.module_loading import import_string

GOOD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SECURITY = "django.middleware.security.SecurityMiddleware"
FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
BASE = "security.base."
LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
LANGS = [("en", "English"), ("de", "German")]

CASES = [
    *((BASE + "check_security_middleware", {"MIDDLEWARE": m}) for m in ([], [SECURITY], ["x.Y"])),
    *((BASE + "check_xframe_options_middleware", {"MIDDLEWARE": m}) for m in ([], [FRAMES])),
    *(
        (BASE + name, {"MIDDLEWARE": middleware, **values})
        for middleware in ([], [SECURITY])
        for name, values in [
            ("check_sts", {"SECURE_HSTS_SECONDS": 0}),
            ("check_sts", {"SECURE_HSTS_SECONDS": 3600}),
            ("check_sts_include_subdomains", {"SECURE_HSTS_SECONDS": 0}),
            ("check_sts_include_subdomains", {"SECURE_HSTS_SECONDS": 9}),
            (
                "check_sts_include_subdomains",
                {"SECURE_HSTS_SECONDS": 9, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True},
            ),
            ("check_sts_preload", {"SECURE_HSTS_SECONDS": 0}),
            ("check_sts_preload", {"SECURE_HSTS_SECONDS": 9}),
            ("check_sts_preload", {"SECURE_HSTS_SECONDS": 9, "SECURE_HSTS_PRELOAD": True}),
            ("check_content_type_nosniff", {"SECURE_CONTENT_TYPE_NOSNIFF": False}),
            ("check_content_type_nosniff", {"SECURE_CONTENT_TYPE_NOSNIFF": True}),
            ("check_ssl_redirect", {"SECURE_SSL_REDIRECT": False}),
            ("check_ssl_redirect", {"SECURE_SSL_REDIRECT": True}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": None}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": "same-origin"}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": "origin, no-referrer"}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": ["origin", "unsafe-url"]}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": ["origin", "nope"]}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": "invalid-value"}),
            ("check_referrer_policy", {"SECURE_REFERRER_POLICY": ""}),
            ("check_cross_origin_opener_policy", {"SECURE_CROSS_ORIGIN_OPENER_POLICY": None}),
            (
                "check_cross_origin_opener_policy",
                {"SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin"},
            ),
            ("check_cross_origin_opener_policy", {"SECURE_CROSS_ORIGIN_OPENER_POLICY": "nope"}),
        ]
    ),
    *(
        (BASE + "check_secret_key", {"SECRET_KEY": key})
        for key in ("", "short", "django-insecure-" + GOOD_KEY, "aaaa" * 20, GOOD_KEY, None)
    ),
    *(
        (BASE + "check_secret_key_fallbacks", {"SECRET_KEY_FALLBACKS": keys})
        for keys in ([], [GOOD_KEY], ["short", GOOD_KEY], ["django-insecure-" + GOOD_KEY, "x"])
    ),
    *((BASE + "check_debug", {"DEBUG": value}) for value in (True, False)),
    *(
        (BASE + "check_xframe_deny", {"X_FRAME_OPTIONS": value, "MIDDLEWARE": m})
        for value in ("DENY", "SAMEORIGIN")
        for m in ([], [FRAMES])
    ),
    *((BASE + "check_allowed_hosts", {"ALLOWED_HOSTS": value}) for value in ([], ["*"])),
    *(("security.csrf.check_csrf_middleware", {"MIDDLEWARE": m}) for m in ([], [CSRF])),
    *(
        (
            "security.csrf.check_csrf_cookie_secure",
            {"MIDDLEWARE": m, "CSRF_USE_SESSIONS": sessions, "CSRF_COOKIE_SECURE": secure},
        )
        for m in ([], [CSRF])
        for sessions in (True, False)
        for secure in (True, False, 1)
    ),
    *(
        ("security.csrf.check_csrf_failure_view", {"CSRF_FAILURE_VIEW": view})
        for view in (
            "django.views.csrf.csrf_failure",
            "golden_views.nothing",
            "nope.view",
            "golden_views.wrong",
            "golden_views.right",
        )
    ),
    *(
        (
            f"security.sessions.check_session_cookie_{kind}",
            {
                f"SESSION_COOKIE_{kind.upper()}": value,
                "INSTALLED_APPS": apps,
                "MIDDLEWARE": m,
            },
        )
        for kind in ("secure", "httponly")
        for value in (True, False, 1)
        for apps in ([], ["django.contrib.sessions"])
        for m in ([], [SESSION])
    ),
    *(
        ("urls.check_url_settings", values)
        for values in (
            {},
            {"STATIC_URL": "/s", "MEDIA_URL": "/m"},
            {"STATIC_URL": "/s/", "MEDIA_URL": "/m"},
            {"STATIC_URL": "s"},
        )
    ),
    *(
        ("files.check_setting_file_upload_temp_dir", {"FILE_UPLOAD_TEMP_DIR": value})
        for value in (None, "/tmp", "/nonexistent/directory")
    ),
    *(
        ("caches.check_default_cache_is_configured", {"CACHES": value})
        for value in ({"default": LOCMEM}, {"other": LOCMEM})
    ),
    *(
        ("compatibility.django_4_0.check_csrf_trusted_origins", {"CSRF_TRUSTED_ORIGINS": value})
        for value in ([], ["https://a.b"], ["a.b"], ["https://a.b", "*.c", "d"])
    ),
    *(
        ("translation.check_setting_language_code", {"LANGUAGE_CODE": value})
        for value in ("en", "de-at", "eü", "en_US", "", "x" * 9, "en@latin", 5, None)
    ),
    *(
        ("translation.check_setting_languages", {"LANGUAGES": value})
        for value in (LANGS, [("en_US", "x"), ("de", "y")], [(5, "x")])
    ),
    *(
        ("translation.check_setting_languages_bidi", {"LANGUAGES_BIDI": value})
        for value in (["he"], ["en_US", "he", "-"], [None])
    ),
    *(
        (
            "translation.check_language_settings_consistent",
            {"LANGUAGE_CODE": code, "LANGUAGES": LANGS, "USE_I18N": use},
        )
        for code in ("en", "de", "de-at", "fr", "en-us")
        for use in (True, False)
    ),
]


def views() -> types.ModuleType:
    module = types.ModuleType("golden_views")
    module.wrong = lambda: None
    module.right = lambda request, reason="": None
    return module


def main() -> None:
    settings.configure(SECRET_KEY="x")
    django.setup()
    sys.modules["golden_views"] = views()
    answers = []
    for name, values in CASES:
        check = import_string(f"django.core.checks.{name}")
        with override_settings(**values):
            try:
                found = [[type(m).__name__, m.level, m.id, str(m.msg), m.hint] for m in check(None)]
            except Exception as error:
                found = [["raises", type(error).__name__, str(error)]]
        answers.append([name, values, found])
    path = pathlib.Path(__file__).parents[2] / "tests/golden/checks.json"
    path.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
