"""Packages of interfaces for programs: REST, GraphQL, remote calls."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]

AUTHORS = """
class Author(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Book(models.Model):
    class Kind(models.TextChoices):
        NOVEL = "n", "A novel"
        POEMS = "p", "Poems"

    title = models.CharField(max_length=40, help_text="As on the cover")
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    price = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    kind = models.CharField(max_length=1, choices=Kind.choices, default=Kind.NOVEL)
    printed = models.DateField(null=True, blank=True)
    tags = models.ManyToManyField("Tag", blank=True)


class Tag(models.Model):
    word = models.CharField(max_length=10, unique=True)
"""

FILL = """
import datetime, json

ann, bo = (Author.objects.create(name=name) for name in ("Ann", "Bo"))
for n, (title, author) in enumerate([("Alpha", ann), ("Beta", bo), ("Gamma", ann)]):
    Book.objects.create(
        title=title, author=author, price=n * 10, printed=datetime.date(2020 + n, 1, 1)
    )
Book.objects.first().tags.add(Tag.objects.create(word="x"), Tag.objects.create(word="y"))
client = Client()
"""


def test_ninja(project: Project) -> None:
    project(
        FILL
        + """
def body(answer, status=200):
    assert answer.status_code == status, (answer.status_code, answer.content)
    return json.loads(answer.content)


JSON = "application/json"
assert body(client.get("/api/books/1")) == {
    "id": 1,
    "title": "Alpha",
    "author": {"id": 1, "name": "Ann"},
    "price": 0.0,
    "kind": "n",
    "printed": "2020-01-01",
    "tags": [{"word": "x"}, {"word": "y"}],
}, body(client.get("/api/books/1"))
assert body(client.get("/api/books/9"), 404) == {"detail": "Not Found"}
assert "unable to parse string as an integer" in str(body(client.get("/api/books/x"), 422))
made = body(client.post("/api/books", {"title": "New", "author_id": 2}, JSON), 201)
assert made["author"]["name"] == "Bo" and made["printed"] is None
wrong = body(client.post("/api/books", {"title": 1}, JSON), 422)["detail"]
assert {tuple(each["loc"]): each["type"] for each in wrong} == {
    ("body", "payload", "title"): "string_type",
    ("body", "payload", "author_id"): "missing",
}, wrong
assert body(client.patch("/api/books/1", {"price": "3.5"}, JSON))["price"] == 3.5
assert Book.objects.get(pk=1).title == "Alpha"
assert client.delete("/api/books/1").status_code == 401
assert client.delete("/api/books/1", headers={"x-key": "k"}).status_code == 204
listed = body(client.get("/api/books?title__icontains=a&limit=1&offset=1"))
assert (listed["count"], [b["title"] for b in listed["items"]]) == (2, ["Gamma"]), listed
assert body(client.get("/api/sorted?order=-title"))[0] == "New"
from django.core.files.uploadedfile import SimpleUploadedFile

sent = client.post("/api/upload", {"name": "n", "file": SimpleUploadedFile("a.txt", b"abc")})
assert body(sent) == {"name": "n", "size": 3, "file": "a.txt"}
assert body(client.get("/api/later/3")) == {"n": 6}
import asyncio
from django.test import AsyncClient

assert json.loads(asyncio.run(AsyncClient().get("/api/later/4")).content) == {"n": 8}
assert body(client.get("/api/boom"), 418) == {"what": "tea"}
told = body(client.get("/api/openapi.json"))
assert sorted(told["paths"]) == [
    "/api/books",
    "/api/books/{pk}",
    "/api/boom",
    "/api/later/{n}",
    "/api/sorted",
    "/api/upload",
]
assert told["components"]["schemas"]["BookOut"]["properties"]["title"] == {
    "description": "As on the cover",
    "maxLength": 40,
    "title": "Title",
    "type": "string",
}, told
assert b"swagger" in client.get("/api/docs").content.lower()
from django.urls import reverse

assert reverse("api-1.0.0:one", kwargs={"pk": 4}) == "/api/books/4"
from shelf.api import api
from ninja.testing import TestClient

assert TestClient(api).get("/sorted?order=title").json()[0] == "Beta"
call_command("export_openapi_schema", api="shelf.api.api", output="out.json")
assert json.load(open("out.json"))["info"]["title"] == "Shelf"
        """,
        "ninja",
        models=AUTHORS,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from shelf.api import api

                urlpatterns = [path("api/", api.urls)]
                """,
            "shelf/api.py": """
                from django.shortcuts import get_object_or_404
                from ninja import (
                    File,
                    FilterSchema,
                    Form,
                    ModelSchema,
                    NinjaAPI,
                    PatchDict,
                    Query,
                    Schema,
                    Status,
                )
                from ninja.files import UploadedFile
                from ninja.pagination import paginate
                from ninja.security import APIKeyHeader
                from shelf.models import Author, Book, Tag
                from typing import Optional

                api = NinjaAPI(title="Shelf")


                class Tea(Exception):
                    pass


                @api.exception_handler(Tea)
                def tea(request, error):
                    return api.create_response(request, {"what": "tea"}, status=418)


                class Key(APIKeyHeader):
                    param_name = "X-Key"

                    def authenticate(self, request, key):
                        return key == "k"


                class TagOut(ModelSchema):
                    class Meta:
                        model = Tag
                        fields = ["word"]


                class AuthorOut(ModelSchema):
                    class Meta:
                        model = Author
                        fields = "__all__"


                class BookOut(ModelSchema):
                    author: AuthorOut
                    tags: list[TagOut]
                    price: float

                    class Meta:
                        model = Book
                        fields = "__all__"


                class BookIn(Schema):
                    title: str
                    author_id: int
                    price: float = 0


                class Filters(FilterSchema):
                    title__icontains: Optional[str] = None


                @api.get("/books/{pk}", response=BookOut, url_name="one")
                def one(request, pk: int):
                    return get_object_or_404(Book, pk=pk)


                @api.post("/books", response={201: BookOut})
                def make(request, payload: BookIn):
                    return Status(201, Book.objects.create(**payload.dict()))


                @api.patch("/books/{pk}", response=BookOut)
                def change(request, pk: int, payload: PatchDict[BookIn]):
                    book = get_object_or_404(Book, pk=pk)
                    for name, value in payload.items():
                        setattr(book, name, value)
                    book.save()
                    return book


                @api.delete("/books/{pk}", response={204: None}, auth=Key())
                def drop(request, pk: int):
                    Book.objects.filter(pk=pk).delete()
                    return Status(204, None)


                @api.get("/books", response=list[BookOut])
                @paginate
                def books(request, filters: Query[Filters]):
                    return (
                        filters.filter(Book.objects.order_by("title"))
                        .exclude(title="New")
                        .exclude(pk=1)
                    )


                @api.get("/sorted")
                def in_order(request, order: str):
                    return list(Book.objects.order_by(order).values_list("title", flat=True))


                @api.post("/upload")
                def upload(request, name: Form[str], file: File[UploadedFile]):
                    return {"name": name, "size": file.size, "file": file.name}


                @api.get("/later/{n}")
                async def later(request, n: int):
                    return {"n": n * 2}


                @api.get("/boom")
                def boom(request):
                    raise Tea
                """,
        },
    )


def test_graphene(project: Project) -> None:
    project(
        FILL
        + """
from shelf.schema import schema


def ask(query, **variables):
    answer = client.post("/graphql", {"query": query, "variables": variables}, "application/json")
    return json.loads(answer.content)


assert ask(
    '{ books(title: "Beta") { title price kind printed author { name } tags { word } } }'
) == {
    "data": {
        "books": [
            {
                "title": "Beta",
                "price": "10.00",
                "kind": "N",
                "printed": "2021-01-01",
                "author": {"name": "Bo"},
                "tags": [],
            }
        ]
    }
}
assert ask(
    '{ authors(first: 1, name_Icontains: "n") { edges { node { name id books { title } } } '
    "pageInfo { hasNextPage } } }"
) == {
    "data": {
        "authors": {
            "edges": [
                {
                    "node": {
                        "name": "Ann",
                        "id": "QXV0aG9yTm9kZTox",
                        "books": [{"title": "Alpha"}, {"title": "Gamma"}],
                    }
                }
            ],
            "pageInfo": {"hasNextPage": False},
        }
    }
}
assert ask(
    "mutation($t: String!) { rename(id: 1, title: $t) { book { title } } }", t="Omega"
) == {"data": {"rename": {"book": {"title": "Omega"}}}}
assert ask(
    'mutation { edit(input: {title: "", author: 1, price: 1, kind: "n"}) { book { title '
    '} errors { field messages } } }'
) == {
    "data": {
        "edit": {
            "book": None,
            "errors": [{"field": "title", "messages": ["This field is required."]}],
        }
    }
}
assert (
    ask("{ nothing }")["errors"][0]["message"] == "Cannot query field 'nothing' on type 'Query'."
)
sdl = str(schema)
assert "As on the cover" in sdl and "A novel" in sdl, sdl
page = client.get("/graphql", headers={"accept": "text/html"})
assert page.status_code == 200 and b"graphiql" in page.content.lower()
assert client.put("/graphql").status_code == 405
call_command("graphql_schema", schema="shelf.schema.schema", out="schema.graphql")
assert "type BookType" in open("schema.graphql").read()
        """,
        "graphene_django",
        "django_filters",
        models=AUTHORS,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from graphene_django.views import GraphQLView
                from shelf.schema import schema

                urlpatterns = [path("graphql", GraphQLView.as_view(graphiql=True, schema=schema))]
                """,
            "shelf/schema.py": """
                import graphene
                from django import forms
                from graphene import relay
                from graphene_django import DjangoListField, DjangoObjectType
                from graphene_django.filter import DjangoFilterConnectionField
                from graphene_django.forms.mutation import DjangoModelFormMutation
                from shelf.models import Author, Book, Tag


                class TagType(DjangoObjectType):
                    class Meta:
                        model = Tag
                        fields = ["word"]


                class BookType(DjangoObjectType):
                    class Meta:
                        model = Book
                        fields = "__all__"


                class AuthorNode(DjangoObjectType):
                    books = DjangoListField(BookType)

                    class Meta:
                        model = Author
                        interfaces = (relay.Node,)
                        fields = "__all__"
                        filter_fields = {"name": ["exact", "icontains"]}


                class BookForm(forms.ModelForm):
                    class Meta:
                        model = Book
                        fields = ["title", "author", "price", "kind"]


                class Edit(DjangoModelFormMutation):
                    book = graphene.Field(BookType)

                    class Meta:
                        form_class = BookForm


                class Rename(graphene.Mutation):
                    class Arguments:
                        id = graphene.ID()
                        title = graphene.String(required=True)

                    book = graphene.Field(BookType)

                    @classmethod
                    def mutate(cls, root, info, title, id):
                        book = Book.objects.get(pk=id)
                        book.title = title
                        book.save()
                        return cls(book=book)


                class Query(graphene.ObjectType):
                    books = graphene.List(BookType, title=graphene.String())
                    authors = DjangoFilterConnectionField(AuthorNode)

                    def resolve_books(root, info, title):
                        return Book.objects.filter(title=title).select_related("author")


                class Mutation(graphene.ObjectType):
                    rename = Rename.Field()
                    edit = Edit.Field()


                schema = graphene.Schema(query=Query, mutation=Mutation)
                """,
        },
    )


def test_strawberry(project: Project) -> None:
    project(
        FILL
        + """
def ask(query, place="/graphql/", **variables):
    answer = client.post(place, {"query": query, "variables": variables}, "application/json")
    return json.loads(answer.content)


query = "query($t: String!) { book(title: $t) { title } host }"
assert ask(query, t="Beta") == {"data": {"book": {"title": "Beta"}, "host": "testserver"}}
assert ask(query, "/later/", t="Alpha") == {
    "data": {"book": {"title": "Alpha"}, "host": "testserver"}
}
import asyncio
from django.test import AsyncClient

answer = asyncio.run(AsyncClient().post("/later/", {"query": "{ host }"}, "application/json"))
assert json.loads(answer.content) == {"data": {"host": "testserver"}}
assert "Cannot query field" in ask("{ no }")["errors"][0]["message"]
assert ask("mutation { count }") == {"data": {"count": 3}}
assert client.get("/graphql/", headers={"accept": "text/html"}).status_code == 200
assert client.get("/graphql/", {"query": "{ host }"}).json() == {"data": {"host": "testserver"}}
from strawberry.django.test import GraphQLTestClient

told = GraphQLTestClient(Client(), url="/graphql/").query("{ host }")
assert told.data == {"host": "testserver"}
        """,
        models=AUTHORS,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from strawberry.django.views import AsyncGraphQLView, GraphQLView
                from shelf.schema import schema

                urlpatterns = [
                    path("graphql/", GraphQLView.as_view(schema=schema)),
                    path("later/", AsyncGraphQLView.as_view(schema=schema)),
                ]
                """,
            "shelf/schema.py": """
                import strawberry
                from shelf import models


                @strawberry.type
                class Book:
                    title: str


                @strawberry.type
                class Query:
                    @strawberry.field
                    def book(self, info: strawberry.Info, title: str) -> Book:
                        return Book(title=title)

                    @strawberry.field
                    def host(self, info: strawberry.Info) -> str:
                        return info.context.request.get_host()


                @strawberry.type
                class Mutation:
                    @strawberry.mutation
                    def count(self) -> int:
                        return models.Book.objects.count()


                schema = strawberry.Schema(Query, Mutation)
                """,
        },
    )


def test_remote_calls(project: Project) -> None:
    project(
        """
        import json
        from xmlrpc.client import dumps, loads


        def call(method, *params, id=1):
            told = Client().post(
                "/rpc/",
                {"jsonrpc": "2.0", "id": id, "method": method, "params": params},
                "application/json",
            )
            return json.loads(told.content)


        assert call("add", 1, 2) == {"jsonrpc": "2.0", "id": 1, "result": 3}
        assert call("who") == {"jsonrpc": "2.0", "id": 1, "result": "testserver"}
        assert call("nothing")["error"]["code"] == -32601
        assert call("add", 1)["error"]["code"] == -32602
        told = Client().post("/rpc/", dumps((1, 2), "add"), "text/xml")
        assert loads(told.content) == ((3,), None)
        assert Client().get("/rpc/").status_code == 405
        """,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from modernrpc.server import RpcServer

                server = RpcServer()


                @server.register_procedure
                def add(a, b):
                    return a + b


                @server.register_procedure(context_target="ctx")
                def who(ctx):
                    return ctx.request.get_host()


                urlpatterns = [path("rpc/", server.view)]
                """,
        },
    )
