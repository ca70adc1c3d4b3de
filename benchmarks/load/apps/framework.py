"""The project that Django and Vivace share, for a server: which of them, the environment says."""

from __future__ import annotations

import os

from benchmarks.contenders import project

_root, _kind, _middleware = os.environ["BENCH_SITE"].split()

project.configure(_root)
application = project.application(
    _root, _kind, project.middleware(_root, 0) if _middleware == "three" else []
)
