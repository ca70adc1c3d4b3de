"""Packages between a site and what else runs: mail, queues, sockets, caches, storages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Project = Callable[..., None]


def test_anymail(project: Project) -> None:
    project(
        """
        import json
        from anymail.message import AnymailMessage, attach_inline_image
        from anymail.signals import pre_send, post_send, tracking
        from anymail.exceptions import AnymailUnsupportedFeature
        from django.core import mail
        from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
        from django.dispatch import receiver

        connection = get_connection("anymail.backends.test.EmailBackend")
        message = AnymailMessage(
            subject="Welcome",
            body="hi",
            from_email="Me <me@a.example>",
            to=["Jö <jo@b.example>"],
            cc=["c@b.example"],
            tags=["one"],
            metadata={"n": 1},
            track_opens=True,
            reply_to=["r@a.example"],
            headers={"X-A": "1"},
            connection=connection,
        )
        cid = attach_inline_image(message, b"123", filename="x.png", subtype="png")
        message.attach_alternative("<b>hi</b>", "text/html")
        message.attach("a.txt", "text", "text/plain")
        seen = []


        @receiver(pre_send)
        def before(sender, message, **kwargs):
            seen.append(message.subject)


        assert message.send() == 1
        assert seen == ["Welcome"]
        params = message.anymail_test_params
        assert (
            params["tags"] == ["one"]
            and params["html_body"] == "<b>hi</b>"
            and params["metadata"] == {"n": 1}
        )
        assert (params["to"][0].display_name, params["to"][0].addr_spec) == ("Jö", "jo@b.example")
        assert [a.name for a in params["attachments"]] == ["x.png", "a.txt"] and params[
            "attachments"
        ][0].inline, params
        assert params["extra_headers"] == {"X-A": "1"}
        assert (
            message.anymail_status.status == {"sent"}
            and message.anymail_status.recipients["jo@b.example"].status == "sent"
        )
        plain = EmailMultiAlternatives(
            "s", "b", "a@b.example", ["c@d.example"], connection=connection
        )
        plain.esp_extra = {"x": 1}
        plain.send()
        events = []


        @receiver(tracking)
        def tracked(sender, event, esp_name, **kwargs):
            events.append((event.event_type, event.recipient, esp_name))


        told = {
            "RecordType": "Delivery",
            "Recipient": "x@y.example",
            "DeliveredAt": "2020-01-01T00:00:00Z",
        }
        there = "/anymail/postmark/tracking/"
        answer = Client().post(
            there, told, "application/json", headers={"authorization": "Basic dTpw"}
        )
        assert answer.status_code == 200 and events == [
            ("delivered", "x@y.example", "Postmark")
        ], events
        assert Client().post(there, told, "application/json").status_code == 400

        import requests

        sent = []


        class Answer:
            status_code = 200
            content = b'{"MessageID": "m", "ErrorCode": 0, "Message": "OK"}'
            text = content.decode()

            def json(self):
                return json.loads(self.content)


        def request(self, **kwargs):
            sent.append(kwargs)
            return Answer()


        requests.Session.request = request
        postmark = get_connection("anymail.backends.postmark.EmailBackend")
        m = EmailMultiAlternatives(
            "s",
            "b",
            "a@b.example",
            ["c@d.example"],
            connection=postmark,
            attachments=[("a.csv", b"1,2", "text/csv")],
        )
        m.attach_alternative("<p>", "text/html")
        m.send()
        data = json.loads(sent[0]["data"])
        assert (
            data["Subject"] == "s"
            and data["HtmlBody"] == "<p>"
            and data["Attachments"][0]["Content"] == "MSwy"
        ), data
        """,
        "anymail",
        files={
            "shelf/urls.py": """
                from django.urls import include, path

                urlpatterns = [path("anymail/", include("anymail.urls"))]
                """,
        },
        ANYMAIL={"WEBHOOK_SECRET": "u:p", "POSTMARK_SERVER_TOKEN": "t"},
    )


def test_huey(project: Project) -> None:
    project(
        """
        from django.db import transaction
        from shelf.tasks import add, committed, note

        assert add(1, 2).get() == 3
        note("a")
        assert Note.objects.get().text == "a"
        with transaction.atomic():
            later = committed("b")
            assert Note.objects.count() == 1
        assert Note.objects.count() == 2
        from django.core.management import get_commands

        assert get_commands()["run_huey"] == "huey.contrib.djhuey"
        """,
        "huey.contrib.djhuey",
        models="""
        class Note(models.Model):
            text = models.CharField(max_length=5)
        """,
        files={
            "shelf/tasks.py": """
                from huey.contrib.djhuey import db_task, on_commit_task, task
                from shelf.models import Note


                @task()
                def add(a, b):
                    return a + b


                @db_task()
                def note(text):
                    Note.objects.create(text=text)


                @on_commit_task()
                def committed(text):
                    Note.objects.create(text=text)
                """,
        },
        HUEY={"huey_class": "huey.MemoryHuey", "immediate": True, "name": "x"},
    )


def test_celery(project: Project) -> None:
    project(
        """
        from shelf.tasks import app, add, later
        from django.db import transaction

        assert add.delay(1, 2).get() == 3
        with transaction.atomic():
            later.delay_on_commit("a")
            assert Item.objects.count() == 0
        assert Item.objects.get().name == "a"
        assert app.conf.task_always_eager is True and app.conf.result_expires == 60
        assert "shelf.tasks.add" in app.tasks
        """,
        CELERY_TASK_ALWAYS_EAGER=True,
        CELERY_RESULT_EXPIRES=60,
        CELERY_TASK_EAGER_PROPAGATES=True,
        models="""
        class Item(models.Model):
            name = models.CharField(max_length=5)
        """,
        files={
            "shelf/tasks.py": """
                import os

                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "none")
                from celery import Celery, shared_task

                app = Celery("shelf")
                app.config_from_object("django.conf:settings", namespace="CELERY")
                app.autodiscover_tasks()


                @shared_task
                def add(a, b):
                    return a + b


                @shared_task
                def later(name):
                    from shelf.models import Item

                    Item.objects.create(name=name)


                app.set_default()
                """,
        },
    )


def test_channels(project: Project, tmp_path: Path) -> None:
    project(
        """
        import asyncio
        from channels.generic.websocket import AsyncJsonWebsocketConsumer, WebsocketConsumer
        from channels.db import database_sync_to_async
        from channels.layers import get_channel_layer
        from channels.routing import ProtocolTypeRouter, URLRouter
        from django.core.asgi import get_asgi_application
        from django.urls import path, re_path


        class Echo(AsyncJsonWebsocketConsumer):
            groups = ["all"]

            async def connect(self):
                self.room = self.scope["url_route"]["kwargs"]["room"]
                await self.accept()

            async def receive_json(self, content):
                n = await database_sync_to_async(Item.objects.count)()
                await self.channel_layer.group_send(
                    "all", {"type": "told", "text": f"{self.room} {content} {n}"}
                )

            async def told(self, event):
                await self.send_json(event["text"])


        application = ProtocolTypeRouter(
            {
                "http": get_asgi_application(),
                "websocket": URLRouter([path("ws/<str:room>/", Echo.as_asgi())]),
            }
        )


        async def main():
            sent = []
            inbox = asyncio.Queue()
            for m in (
                {"type": "websocket.connect"},
                {"type": "websocket.receive", "text": '"hi"'},
            ):
                inbox.put_nowait(m)

            async def send(m):
                sent.append(m)
                if m["type"] == "websocket.send":
                    inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})

            await asyncio.wait_for(
                application(
                    {"type": "websocket", "path": "/ws/red/", "headers": [], "query_string": b""},
                    inbox.get,
                    send,
                ),
                10,
            )
            assert sent == [
                {"type": "websocket.accept", "subprotocol": None},
                {"type": "websocket.send", "text": '"red hi 0"'},
            ], sent
            got = []
            first = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive():
                if not first:
                    await asyncio.Event().wait()
                return first.pop()

            async def send2(m):
                got.append(m)

            await application(
                {
                    "type": "http",
                    "method": "GET",
                    "path": "/",
                    "headers": [(b"host", b"x")],
                    "query_string": b"",
                    "http_version": "1.1",
                },
                receive,
                send2,
            )
            assert got[0]["status"] == 200 and got[1]["body"] == b"home", got


        asyncio.run(main())
        """,
        "channels",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db")}
        },
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
        models="""
        class Item(models.Model):
            name = models.CharField(max_length=5)
        """,
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import path

                urlpatterns = [path("", lambda r: HttpResponse("home"))]
                """,
        },
    )


def test_storages(project: Project) -> None:
    project(
        """
        from storages.utils import safe_join, clean_name, get_available_overwrite_name
        from storages.base import BaseStorage
        from django.core.files.base import ContentFile, File
        from storages.compress import CompressStorageMixin
        import io

        assert safe_join("base", "a/b") == "base/a/b" and clean_name("a//b/../c") == "a/c"
        kept = {}


        class Memory(BaseStorage):
            def get_default_settings(self):
                return {"prefix": "p/"}

            def _save(self, name, content):
                kept[self.prefix + name] = content.read()
                return name

            def _open(self, name, mode="rb"):
                return File(io.BytesIO(kept[self.prefix + name]), name)

            def exists(self, name):
                return self.prefix + name in kept

            def url(self, name):
                return "/" + name


        store = Memory()
        name = store.save("a.txt", ContentFile(b"1"))
        again = store.save("a.txt", ContentFile(b"2"))
        assert name == "a.txt" and again != name and store.open(again).read() == b"2"
        import ftplib


        class Server:
            files = {}

            def connect(self, *a, **k):
                pass

            login = cwd = set_pasv = quit = close = mkd = connect

            def pwd(self):
                return "/"

            def storbinary(self, command, file, *a):
                Server.files[command[5:]] = file.read()

            def retrbinary(self, command, callback, *a):
                callback(Server.files[command[5:]])

            def nlst(self, *a):
                return [n.rsplit("/")[-1] for n in Server.files]

            def retrlines(self, command, callback=None):
                for n in Server.files:
                    callback(f"-rw-r--r-- 1 a a 3 Jan 1 00:00 {n.rsplit('/')[-1]}")


        ftplib.FTP = Server
        from storages.backends.ftp import FTPStorage

        ftp = FTPStorage(location="ftp://u:p@h.example:21/dir", base_url="/f/")
        assert ftp.save("x.txt", ContentFile(b"abc")) == "x.txt"
        assert ftp.exists("x.txt") and not ftp.exists("y.txt") and ftp.url("x.txt") == "/f/x.txt"
        assert ftp.open("x.txt").read() == b"abc"
        """,
    )


def test_caches_on_disk_and_in_redis(project: Project) -> None:
    project(
        """
        from cache_memoize import cache_memoize
        from django.core.cache import cache, caches

        calls = []


        @cache_memoize(100, prefix="p")
        def add(a, b=1):
            calls.append((a, b))
            return a + b


        assert (add(1), add(1), add(1, b=2), calls) == (2, 2, 3, [(1, 1), (1, 2)])
        add.invalidate(1)
        assert add(1) == 2 and len(calls) == 3
        assert add(1, b=2, _refresh=True) == 3 and len(calls) == 4
        disk = caches["disk"]
        disk.set("a", {"b": 1}, 60)
        disk.add("a", 2)
        assert disk.get("a") == {"b": 1} and disk.get("none", "d") == "d"
        assert disk.set("n", 1) and disk.incr("n", 2) == 3
        assert disk.get_many(["a", "n"]) == {"a": {"b": 1}, "n": 3}
        disk.set("t", 1, tag="x")
        assert disk.evict("x") == 1


        @disk.memoize()
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)


        assert fib(20) == 6765
        assert list(disk.cache("sub").set("k", 1) and disk.cache("sub")) == ["k"]
        assert disk.touch("a", 10) and disk.has_key("a") and disk.delete("a") and "a" not in disk
        from django.test import override_settings
        from fakeredis import FakeRedisConnection

        changed = override_settings(
            CACHES={
                "default": settings.CACHES["default"],
                "redis": {
                    "BACKEND": "django_redis.cache.RedisCache",
                    "LOCATION": "redis://x/0",
                    "OPTIONS": {
                        "CLIENT_CLASS": "django_redis.client.DefaultClient",
                        "CONNECTION_POOL_KWARGS": {"connection_class": FakeRedisConnection},
                    },
                    "KEY_PREFIX": "k",
                },
            }
        )
        changed.enable()
        redis = caches["redis"]
        redis.set("a", [1, 2], 60)
        assert redis.get("a") == [1, 2] and redis.ttl("a") in (59, 60) and redis.keys("*") == ["a"]
        assert not redis.set("a", 1, nx=True) and redis.get("a") == [1, 2]
        redis.set_many({"x": 1, "y": 2})
        assert redis.get_many(["x", "y", "z"]) == {"x": 1, "y": 2}
        assert redis.incr("x") == 2 and redis.delete_pattern("x*") == 1
        assert (
            redis.get_or_set("g", lambda: 5, 10) == 5
            and redis.persist("g")
            and redis.ttl("g") is None
        )
        redis.sadd("s", 1, 2)
        assert redis.smembers("s") == {1, 2}
        from django_redis import get_redis_connection

        assert get_redis_connection("redis").exists(redis.make_key("a")) == 1
        """,
        CACHES={
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "disk": {
                "BACKEND": "diskcache.DjangoCache",
                "LOCATION": "disk",
                "TIMEOUT": 300,
                "SHARDS": 2,
            },
        },
    )
