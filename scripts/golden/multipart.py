"""Ask Django what it makes of multipart bodies: run where Django 5.2 is installed.

Writes tests/golden/multipart.json: ``[[body, content type, content length, encoding, limits, result], ...]``.
Bodies are Latin-1. `result` is ``[fields, files]``, or ``[exception, message]``; a file is ``[name, content,
content type, size, charset, extra]``.
"""

import json
import pathlib
import random
from io import BytesIO

import django
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.test.utils import override_settings

DISPOSITION = "Content-Disposition: form-data; "
NAMES = ['name="a"', 'name="b"', "name=c", 'name=""', 'name=" d "', 'NAME="e"', "", 'name="\xc3\xa9"', 'name="\xe9"',
         "name*=utf-8''%e2%82%ac", 'name="q\\"r"', 'name="x;y"', "name*0=ab; name*1=cd"]  # fmt: skip
FILENAMES = ["", "", "", "", '; filename="x.txt"', '; filename="../../etc/passwd"', "; filename=y.bin",
             '; filename="C:\\\\a\\\\b.doc"', '; filename=""', '; filename=".."', '; filename="a&#47;b"',
             '; filename="\x00\x01z"', "; filename*=UTF-8''%e2%82%ac.txt", "; filename*=nope''x",
             '; filename="\xc3\xa9.txt"', '; filename="a/b/"', '; filename="  "']  # fmt: skip
HEADERS = ["", "", "", "Content-Type: text/plain\r\n", "Content-Type: Text/HTML; charset=UTF-8; q=1\r\n",
           "Content-Transfer-Encoding: base64\r\n", "Content-Length: 5\r\n", "Content-Length: x\r\n", "junk\r\n",
           "X-Long: " + "y" * 400 + "\r\n", "Content-Type: multipart/mixed; boundary=CC\r\n", ": \r\n",
           "Content-Type: image/png; name=\"a;b\"\r\n", "Content-Transfer-Encoding: 8bit\r\n"]  # fmt: skip
BODIES = ["1", "", "value", "\xc3\xa9", "\xff\x00", "a\r\nb", "\r\n", "\n", "\r", "--B", "--BBx", "\r\n--B", "aGVsbG8=",
          "aGVs bG8=", "aGVsbG8", "a" * 200, "--CC\r\n\r\nx\r\n--CC--", "x\r\n\r\ny"]  # fmt: skip
STARTS = ["--BB\r\n"] * 12 + [
    "--BB\n",
    "--BB  \r\n",
    "--BB",
    "--B\r\n",
    "BB\r\n",
    "--BBB\r\n",
    "--bb\r\n",
]
LINE_ENDS = ["\r\n"] * 14 + ["\n", "\r", "", "\r\n\r\n"]
ENDS = ["--BB--\r\n"] * 6 + [
    "--BB--",
    "--BB",
    "",
    "--BB-",
    "--BB--\r\nepilogue",
    "\r\n--BB--",
    "--B",
    "--BB--BB",
]
PREAMBLES = [""] * 8 + [
    "preamble\r\n",
    "\r\n",
    "\r\n\r\n",
    'Content-Disposition: form-data; name="pre"\r\n\r\nv\r\n',
]
TYPES = ["multipart/form-data; boundary=BB"] * 12 + [
    'multipart/form-data; boundary="BB"', "multipart/form-data;boundary=BB", "multipart/mixed; boundary=BB",
    "multipart/form-data; charset=utf-8; boundary=BB", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=BB\xe9", "text/plain; boundary=BB", "MULTIPART/form-data; boundary=BB",
    "multipart/form-data; boundary=" + "B" * 202, "multipart/form-data; Boundary=BB; x=y", "multipart/",
]  # fmt: skip
LENGTHS = [None] * 14 + ["0", "-1", "", "x", "3", "99999"]
LIMITS = [{}] * 5 + [
    {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1},
    {"DATA_UPLOAD_MAX_NUMBER_FILES": 1},
    {"DATA_UPLOAD_MAX_NUMBER_FILES": 0},
    {"DATA_UPLOAD_MAX_MEMORY_SIZE": 5},
    {"DATA_UPLOAD_MAX_MEMORY_SIZE": 12},
    {"DATA_UPLOAD_MAX_MEMORY_SIZE": None, "DATA_UPLOAD_MAX_NUMBER_FIELDS": None},
]
ENCODINGS = ["utf-8"] * 4 + ["latin-1", None]


def body(rng: random.Random) -> str:
    parts = [rng.choice(PREAMBLES)]
    for _ in range(rng.randint(0, 4)):
        disposition = DISPOSITION + rng.choice(NAMES) + rng.choice(FILENAMES) + "\r\n"
        headers = [disposition, rng.choice(HEADERS)]
        if rng.random() < 0.1:
            headers = [rng.choice(HEADERS)]
        rng.shuffle(headers)
        parts += [rng.choice(STARTS), *headers, "\r\n", rng.choice(BODIES), rng.choice(LINE_ENDS)]
    text = "".join(parts) + rng.choice(ENDS)
    if rng.random() < 0.1:
        text = text[: rng.randint(0, len(text))]
    return text


def cases(count: int = 1500):
    rng = random.Random(22)
    for _ in range(count):
        text = body(rng)
        yield (
            text,
            rng.choice(TYPES),
            rng.choice(LENGTHS) if rng.random() < 0.3 else None,
            rng.choice(ENCODINGS),
            rng.choice(LIMITS),
        )


def observe(text, content_type, length, encoding, limits):
    raw = text.encode("latin-1")
    meta = {
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(raw)) if length is None else length,
    }
    handlers = [MemoryFileUploadHandler(), TemporaryFileUploadHandler()]
    with override_settings(**limits):
        try:
            post, files = MultiPartParser(meta, BytesIO(raw), handlers, encoding).parse()
        except Exception as error:
            return [type(error).__name__, str(error)]
    return [
        [[name, values] for name, values in post.lists()],
        [[name, [describe(file) for file in values]] for name, values in files.lists()],
    ]


def describe(file):
    extra = {key: value.decode("latin-1") for key, value in (file.content_type_extra or {}).items()}
    charset = None if file.charset is None else file.charset.decode("latin-1")
    return [file.name, file.read().decode("latin-1"), file.content_type, file.size, charset, extra]


if __name__ == "__main__":
    settings.configure()
    django.setup()
    results = [[*case, observe(*case)] for case in cases()]
    path = pathlib.Path(__file__).parents[2] / "tests/golden/multipart.json"
    path.write_text(json.dumps(results, ensure_ascii=True, separators=(",", ":")) + "\n")
