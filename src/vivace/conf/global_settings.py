"""The default of every documented setting.

`vivace.conf` reads this module and lays the project's own settings over it. Defaults that are
dotted paths name the root that is active when the module is executed; the alias executes it again.

Defined by ref/settings of the documentation.
"""

from typing import Any as _Any

from vivace.utils.naming import say as _say


def gettext_noop(s: str) -> str:
    """Mark `s` for translation without translating it."""
    # Settings are read before translations can be: importing those from here would be a cycle.
    return s


# Core

DEBUG = False
DEBUG_PROPAGATE_EXCEPTIONS = False
SECRET_KEY = ""
SECRET_KEY_FALLBACKS: list[str] = []
ADMINS: list[_Any] = []
MANAGERS = ADMINS
INTERNAL_IPS: list[str] = []
ALLOWED_HOSTS: list[str] = []
INSTALLED_APPS: list[str] = []
DEFAULT_CHARSET = "utf-8"
SERVER_EMAIL = "root@localhost"
APPEND_SLASH = True
PREPEND_WWW = False
FORCE_SCRIPT_NAME: str | None = None
DISALLOWED_USER_AGENTS: list[_Any] = []
ABSOLUTE_URL_OVERRIDES: dict[str, _Any] = {}
IGNORABLE_404_URLS: list[_Any] = []
WSGI_APPLICATION: str | None = None
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False
MIDDLEWARE: list[str] = []
X_FRAME_OPTIONS = "DENY"
SIGNING_BACKEND = _say("core.signing.TimestampSigner")
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = True

# Language, place and time

TIME_ZONE = "America/Chicago"
USE_TZ = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [
    ("af", gettext_noop("Afrikaans")),
    ("ar", gettext_noop("Arabic")),
    ("ar-dz", gettext_noop("Algerian Arabic")),
    ("ast", gettext_noop("Asturian")),
    ("az", gettext_noop("Azerbaijani")),
    ("bg", gettext_noop("Bulgarian")),
    ("be", gettext_noop("Belarusian")),
    ("bn", gettext_noop("Bengali")),
    ("br", gettext_noop("Breton")),
    ("bs", gettext_noop("Bosnian")),
    ("ca", gettext_noop("Catalan")),
    ("ckb", gettext_noop("Central Kurdish (Sorani)")),
    ("cs", gettext_noop("Czech")),
    ("cy", gettext_noop("Welsh")),
    ("da", gettext_noop("Danish")),
    ("de", gettext_noop("German")),
    ("dsb", gettext_noop("Lower Sorbian")),
    ("el", gettext_noop("Greek")),
    ("en", gettext_noop("English")),
    ("en-au", gettext_noop("Australian English")),
    ("en-gb", gettext_noop("British English")),
    ("eo", gettext_noop("Esperanto")),
    ("es", gettext_noop("Spanish")),
    ("es-ar", gettext_noop("Argentinian Spanish")),
    ("es-co", gettext_noop("Colombian Spanish")),
    ("es-mx", gettext_noop("Mexican Spanish")),
    ("es-ni", gettext_noop("Nicaraguan Spanish")),
    ("es-ve", gettext_noop("Venezuelan Spanish")),
    ("et", gettext_noop("Estonian")),
    ("eu", gettext_noop("Basque")),
    ("fa", gettext_noop("Persian")),
    ("fi", gettext_noop("Finnish")),
    ("fr", gettext_noop("French")),
    ("fy", gettext_noop("Frisian")),
    ("ga", gettext_noop("Irish")),
    ("gd", gettext_noop("Scottish Gaelic")),
    ("gl", gettext_noop("Galician")),
    ("he", gettext_noop("Hebrew")),
    ("hi", gettext_noop("Hindi")),
    ("hr", gettext_noop("Croatian")),
    ("hsb", gettext_noop("Upper Sorbian")),
    ("hu", gettext_noop("Hungarian")),
    ("hy", gettext_noop("Armenian")),
    ("ia", gettext_noop("Interlingua")),
    ("id", gettext_noop("Indonesian")),
    ("ig", gettext_noop("Igbo")),
    ("io", gettext_noop("Ido")),
    ("is", gettext_noop("Icelandic")),
    ("it", gettext_noop("Italian")),
    ("ja", gettext_noop("Japanese")),
    ("ka", gettext_noop("Georgian")),
    ("kab", gettext_noop("Kabyle")),
    ("kk", gettext_noop("Kazakh")),
    ("km", gettext_noop("Khmer")),
    ("kn", gettext_noop("Kannada")),
    ("ko", gettext_noop("Korean")),
    ("ky", gettext_noop("Kyrgyz")),
    ("lb", gettext_noop("Luxembourgish")),
    ("lt", gettext_noop("Lithuanian")),
    ("lv", gettext_noop("Latvian")),
    ("mk", gettext_noop("Macedonian")),
    ("ml", gettext_noop("Malayalam")),
    ("mn", gettext_noop("Mongolian")),
    ("mr", gettext_noop("Marathi")),
    ("ms", gettext_noop("Malay")),
    ("my", gettext_noop("Burmese")),
    ("nb", gettext_noop("Norwegian Bokmål")),
    ("ne", gettext_noop("Nepali")),
    ("nl", gettext_noop("Dutch")),
    ("nn", gettext_noop("Norwegian Nynorsk")),
    ("os", gettext_noop("Ossetic")),
    ("pa", gettext_noop("Punjabi")),
    ("pl", gettext_noop("Polish")),
    ("pt", gettext_noop("Portuguese")),
    ("pt-br", gettext_noop("Brazilian Portuguese")),
    ("ro", gettext_noop("Romanian")),
    ("ru", gettext_noop("Russian")),
    ("sk", gettext_noop("Slovak")),
    ("sl", gettext_noop("Slovenian")),
    ("sq", gettext_noop("Albanian")),
    ("sr", gettext_noop("Serbian")),
    ("sr-latn", gettext_noop("Serbian Latin")),
    ("sv", gettext_noop("Swedish")),
    ("sw", gettext_noop("Swahili")),
    ("ta", gettext_noop("Tamil")),
    ("te", gettext_noop("Telugu")),
    ("tg", gettext_noop("Tajik")),
    ("th", gettext_noop("Thai")),
    ("tk", gettext_noop("Turkmen")),
    ("tr", gettext_noop("Turkish")),
    ("tt", gettext_noop("Tatar")),
    ("udm", gettext_noop("Udmurt")),
    ("ug", gettext_noop("Uyghur")),
    ("uk", gettext_noop("Ukrainian")),
    ("ur", gettext_noop("Urdu")),
    ("uz", gettext_noop("Uzbek")),
    ("vi", gettext_noop("Vietnamese")),
    ("zh-hans", gettext_noop("Simplified Chinese")),
    ("zh-hant", gettext_noop("Traditional Chinese")),
]
LANGUAGES_BIDI = ["he", "ar", "ar-dz", "ckb", "fa", "ug", "ur"]
USE_I18N = True
LOCALE_PATHS: list[str] = []
LANGUAGE_COOKIE_NAME = "django_language"
LANGUAGE_COOKIE_AGE: int | None = None
LANGUAGE_COOKIE_DOMAIN: str | None = None
LANGUAGE_COOKIE_PATH = "/"
LANGUAGE_COOKIE_SECURE = False
LANGUAGE_COOKIE_HTTPONLY = False
LANGUAGE_COOKIE_SAMESITE: str | None = None

# Formats

FORMAT_MODULE_PATH: _Any = None
DATE_FORMAT = "N j, Y"
DATETIME_FORMAT = "N j, Y, P"
TIME_FORMAT = "P"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "F j"
SHORT_DATE_FORMAT = "m/d/Y"
SHORT_DATETIME_FORMAT = "m/d/Y P"
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d %b, %Y",
    "%B %d %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%d %B, %Y",
]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%y %H:%M:%S.%f",
    "%m/%d/%y %H:%M",
]
FIRST_DAY_OF_WEEK = 0
DECIMAL_SEPARATOR = "."
USE_THOUSAND_SEPARATOR = False
NUMBER_GROUPING: _Any = 0
THOUSAND_SEPARATOR = ","

# Mail

EMAIL_BACKEND = _say("core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = "localhost"
EMAIL_PORT = 25
EMAIL_USE_LOCALTIME = False
EMAIL_HOST_USER = ""
EMAIL_HOST_PASSWORD = ""
EMAIL_USE_TLS = False
EMAIL_USE_SSL = False
EMAIL_SSL_CERTFILE: str | None = None
EMAIL_SSL_KEYFILE: str | None = None
EMAIL_TIMEOUT: float | None = None
EMAIL_SUBJECT_PREFIX = "[Django] "
DEFAULT_FROM_EMAIL = "webmaster@localhost"

# Databases

DATABASES: dict[str, _Any] = {}
DATABASE_ROUTERS: list[_Any] = []
DEFAULT_AUTO_FIELD = _say("db.models.AutoField")
DEFAULT_TABLESPACE = ""
DEFAULT_INDEX_TABLESPACE = ""
MIGRATION_MODULES: dict[str, str | None] = {}
FIXTURE_DIRS: list[str] = []

# Templates and forms

TEMPLATES: list[dict[str, _Any]] = []
FORM_RENDERER = _say("forms.renderers.DjangoTemplates")
FORMS_URLFIELD_ASSUME_HTTPS = False

# Files, uploads and static files

STORAGES: dict[str, dict[str, _Any]] = {
    "default": {"BACKEND": _say("core.files.storage.FileSystemStorage")},
    "staticfiles": {"BACKEND": _say("contrib.staticfiles.storage.StaticFilesStorage")},
}
MEDIA_ROOT = ""
MEDIA_URL = ""
STATIC_ROOT: str | None = None
STATIC_URL: str | None = None
STATICFILES_DIRS: list[_Any] = []
STATICFILES_FINDERS = [
    _say("contrib.staticfiles.finders.FileSystemFinder"),
    _say("contrib.staticfiles.finders.AppDirectoriesFinder"),
]
FILE_UPLOAD_HANDLERS = [
    _say("core.files.uploadhandler.MemoryFileUploadHandler"),
    _say("core.files.uploadhandler.TemporaryFileUploadHandler"),
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2621440  # 2.5 MiB
FILE_UPLOAD_TEMP_DIR: str | None = None
FILE_UPLOAD_PERMISSIONS: int | None = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS: int | None = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2621440  # 2.5 MiB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Caches

CACHES: dict[str, dict[str, _Any]] = {
    "default": {"BACKEND": _say("core.cache.backends.locmem.LocMemCache")},
}
CACHE_MIDDLEWARE_KEY_PREFIX = ""
CACHE_MIDDLEWARE_SECONDS = 600
CACHE_MIDDLEWARE_ALIAS = "default"

# Sessions

SESSION_CACHE_ALIAS = "default"
SESSION_COOKIE_NAME = "sessionid"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7 * 2  # two weeks, in seconds
SESSION_COOKIE_DOMAIN: str | None = None
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE: str | bool | None = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_ENGINE = _say("contrib.sessions.backends.db")
SESSION_FILE_PATH: str | None = None
SESSION_SERIALIZER = _say("contrib.sessions.serializers.JSONSerializer")

# Users and messages

AUTH_USER_MODEL = "auth.User"
AUTHENTICATION_BACKENDS = [_say("contrib.auth.backends.ModelBackend")]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/accounts/profile/"
LOGOUT_REDIRECT_URL: str | None = None
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3  # three days, in seconds
PASSWORD_HASHERS = [
    _say("contrib.auth.hashers.PBKDF2PasswordHasher"),
    _say("contrib.auth.hashers.PBKDF2SHA1PasswordHasher"),
    _say("contrib.auth.hashers.Argon2PasswordHasher"),
    _say("contrib.auth.hashers.BCryptSHA256PasswordHasher"),
    _say("contrib.auth.hashers.ScryptPasswordHasher"),
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, _Any]] = []
MESSAGE_STORAGE = _say("contrib.messages.storage.fallback.FallbackStorage")

# Cross-site request forgery

CSRF_FAILURE_VIEW = _say("views.csrf.csrf_failure")
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_AGE: int | None = 60 * 60 * 24 * 7 * 52  # 52 weeks, in seconds
CSRF_COOKIE_DOMAIN: str | None = None
CSRF_COOKIE_PATH = "/"
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE: str | bool | None = "Lax"
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"
CSRF_TRUSTED_ORIGINS: list[str] = []
CSRF_USE_SESSIONS = False

# Security headers

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY: str | None = "same-origin"
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
SECURE_HSTS_SECONDS = 0
SECURE_REDIRECT_EXEMPT: list[str] = []
SECURE_REFERRER_POLICY: _Any = "same-origin"
SECURE_SSL_HOST: str | None = None
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = None
# Since 6.0.
SECURE_CSP: dict[str, _Any] = {}
SECURE_CSP_REPORT_ONLY: dict[str, _Any] = {}

# Logging and errors

LOGGING_CONFIG: str | None = "logging.config.dictConfig"
LOGGING: dict[str, _Any] = {}
DEFAULT_EXCEPTION_REPORTER = _say("views.debug.ExceptionReporter")
DEFAULT_EXCEPTION_REPORTER_FILTER = _say("views.debug.SafeExceptionReporterFilter")

# Tests and checks

TEST_RUNNER = _say("test.runner.DiscoverRunner")
TEST_NON_SERIALIZED_APPS: list[str] = []
SILENCED_SYSTEM_CHECKS: list[str] = []
