"""A site served by threads beside the test, for browsers and other real clients.

Published in ``vivace.test`` and ``vivace.test.testcases``.
"""

from __future__ import annotations

import threading
from socketserver import ThreadingMixIn
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from vivace.db import connections
from vivace.pipeline.wsgi import WSGIHandler
from vivace.test.live_files import _MediaFilesHandler, _StaticFilesHandler
from vivace.test.overriding import modify_settings
from vivace.test.transactional import TransactionTestCase
from vivace.utils.functional import classproperty


class ThreadedWSGIServer(ThreadingMixIn, WSGIServer):
    """A server with a thread for each request, that do not keep the process alive."""

    daemon_threads = True

    def __init__(self, *args: Any, connections_override: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each request's thread uses these instead of connections of its own.
        self.connections_override = connections_override or {}

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        for alias, connection in self.connections_override.items():
            connections[alias] = connection
        super().process_request_thread(request, client_address)

    def close_request(self, request: Any) -> None:
        for connection in connections.all(initialized_only=True):
            # Those of the test are the test's.
            if connection not in self.connections_override.values():
                connection.close()
        super().close_request(request)


class QuietWSGIRequestHandler(WSGIRequestHandler):
    """Serves without writing a log line per request."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class LiveServerThread(threading.Thread):
    """Serves the site at `host` and `port`; a port of 0 is any free one.

    `is_ready` is set once the server listens, or `error` says why it does not.
    """

    server_class: ClassVar[Any] = ThreadedWSGIServer

    def __init__(
        self,
        host: str,
        static_handler: Any = None,
        connections_override: Any = None,
        port: int = 0,
    ) -> None:
        self.host = host
        self.port = port
        self.is_ready = threading.Event()
        self.error: Exception | None = None
        self.static_handler = static_handler
        self.connections_override = connections_override
        super().__init__()

    def run(self) -> None:
        for alias, connection in (self.connections_override or {}).items():
            connections[alias] = connection
        try:
            self.httpd = self._create_server(connections_override=self.connections_override)
            if self.port == 0:
                self.port = self.httpd.server_address[1]
            application: Any = _MediaFilesHandler(WSGIHandler())
            if self.static_handler is not None:
                application = self.static_handler(application)
            self.httpd.set_app(application)
            self.is_ready.set()
            self.httpd.serve_forever()
        except Exception as error:
            self.error = error
            self.is_ready.set()
        finally:
            connections.close_all()

    def _create_server(self, connections_override: Any = None) -> Any:
        address = (self.host, self.port)
        if not issubclass(self.server_class, ThreadedWSGIServer):
            return self.server_class(address, QuietWSGIRequestHandler)
        return self.server_class(
            address, QuietWSGIRequestHandler, connections_override=connections_override
        )

    def terminate(self) -> None:
        """Stop serving, and wait for it."""
        if hasattr(self, "httpd"):
            self.httpd.shutdown()
            self.httpd.server_close()
        self.join()


class LiveServerTestCase(TransactionTestCase):
    """A test case beside which the site is served at ``self.live_server_url``."""

    host: ClassVar[str] = "localhost"
    port: ClassVar[int] = 0
    server_thread_class: ClassVar[Any] = LiveServerThread
    server_thread: ClassVar[Any]
    # Wraps the application, to serve static files.
    static_handler: ClassVar[Any] = _StaticFilesHandler

    @classproperty
    def live_server_url(cls) -> str:
        return f"http://{cls.host}:{cls.server_thread.port}"

    @classproperty
    def allowed_host(cls) -> str:
        return cls.host

    @classmethod
    def _make_connections_override(cls) -> dict[str, Any]:
        """The connections that the server's threads must share: those to databases in memory."""
        return {
            conn.alias: conn
            for conn in connections.all()
            if conn.vendor == "sqlite" and conn.is_in_memory_db()
        }

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(modify_settings(ALLOWED_HOSTS={"append": cls.allowed_host}))
        cls._start_server_thread()

    @classmethod
    def _start_server_thread(cls) -> None:
        override = cls._make_connections_override()
        for connection in override.values():
            connection.inc_thread_sharing()
            cls.addClassCleanup(connection.dec_thread_sharing)
        cls.server_thread = cls._create_server_thread(override)
        cls.server_thread.daemon = True
        cls.server_thread.start()
        cls.addClassCleanup(cls._terminate_thread)
        cls.server_thread.is_ready.wait()
        if cls.server_thread.error:
            raise cls.server_thread.error

    @classmethod
    def _create_server_thread(cls, connections_override: Any) -> Any:
        return cls.server_thread_class(
            cls.host,
            cls.static_handler,
            connections_override=connections_override,
            port=cls.port,
        )

    @classmethod
    def _terminate_thread(cls) -> None:
        cls.server_thread.terminate()
