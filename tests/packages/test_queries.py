"""Packages that watch, seal or spare what is asked of the database."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_sealed_objects(project: Project) -> None:
    project(
        """
        from seal.exceptions import UnsealedAttributeAccess

        place = Place.objects.create(name="p")
        Animal.objects.create(name="a", place=place).visited.add(place)
        sealed = Animal.objects.seal().get()
        for asked in (lambda: sealed.place, lambda: list(sealed.visited.all())):
            raises(UnsealedAttributeAccess, asked)
        raises(UnsealedAttributeAccess, lambda: Animal.objects.defer("name").seal().get().name)
        whole = Animal.objects.select_related("place").prefetch_related("visited").seal().get()
        assert (whole.place.name, [p.name for p in whole.visited.all()]) == ("p", ["p"])
        raises(UnsealedAttributeAccess, lambda: list(whole.place.animals.all()))
        place = Place.objects.prefetch_related("animals", "visitors__visited").seal().get()
        assert [a.name for a in place.animals.all()] == ["a"]
        assert [p.name for a in place.visitors.all() for p in a.visited.all()] == ["p"]
        """,
        "seal",
        models="""
        import warnings
        from seal.models import SealableModel
        from seal.exceptions import UnsealedAttributeAccess

        class Place(SealableModel):
            name = models.CharField(max_length=9)

        class Animal(SealableModel):
            name = models.CharField(max_length=9)
            place = models.ForeignKey(Place, models.CASCADE, related_name="animals")
            visited = models.ManyToManyField(Place, related_name="visitors")
        """,
    )


def test_disabled_and_shared_queries(project: Project) -> None:
    project(
        """
        from zen_queries import QueriesDisabledError, fetch, queries_dangerously_enabled
        from zen_queries import queries_disabled, render

        for name in "ab":
            Leaf.objects.create(name=name)
        fetched = fetch(Leaf.objects.order_by("name"))
        with queries_disabled():
            assert [leaf.name for leaf in fetched] == ["a", "b"]
            for asked in (
                lambda: list(Leaf.objects.all()), lambda: Leaf.objects.get(pk=1),
                Leaf.objects.filter(name="a").exists, Leaf.objects.count,
                lambda: Leaf.objects.create(name="c"), lambda: Leaf.objects.update(name="x"),
                lambda: Leaf.objects.bulk_create([Leaf(name="c")]),
            ):
                raises(QueriesDisabledError, asked)
            with queries_dangerously_enabled():
                assert Leaf.objects.count() == 2
        request = RequestFactory().get("/")
        leaves = Leaf.objects.order_by("name")
        raises(QueriesDisabledError, render, request, "leaves.html", {"leaves": leaves})
        assert render(request, "leaves.html", {"leaves": list(leaves)}).content == b"ab"
        """,
        "zen_queries",
        models="""
        class Leaf(models.Model):
            name = models.CharField(max_length=9)
        """,
        files={
            "shelf/templates/leaves.html": "{% for leaf in leaves %}{{ leaf.name }}{% endfor %}"
        },
    )


def test_prefetching_without_being_asked(project: Project) -> None:
    project(
        """
        from django.test.utils import CaptureQueriesContext

        for name in "abcd":
            author = Author.objects.create(name=name)
            Book.objects.create(author=author, editor=author)

        def asked(read):
            with CaptureQueriesContext(connection) as queries:
                found = read()
            return found, len(queries)

        assert asked(lambda: [b.author.name for b in Book.objects.order_by("pk")]) == (
            ["a", "b", "c", "d"], 2
        )
        assert asked(lambda: [a.edited.pk for a in Author.objects.order_by("pk")]) == (
            [1, 2, 3, 4], 2
        )
        """,
        models="""
        import auto_prefetch

        class Author(auto_prefetch.Model):
            name = models.CharField(max_length=9)

        class Book(auto_prefetch.Model):
            author = auto_prefetch.ForeignKey(Author, models.CASCADE)
            editor = auto_prefetch.OneToOneField(Author, models.CASCADE, related_name="edited")
        """,
    )


def test_updating_or_creating_many(project: Project) -> None:
    project(
        """
        Row.objects.bulk_update_or_create(
            [Row(key=n, text=f"a{n}") for n in range(5)], ["text"], match_field="key"
        )
        with Row.objects.bulk_update_or_create_context(
            ["text"], match_field="key", batch_size=2
        ) as many:
            for n in range(3, 7):
                many.queue(Row(key=n, text=f"b{n}"))
        assert list(Row.objects.order_by("key").values_list("text", flat=True)) == [
            "a0", "a1", "a2", "b3", "b4", "b5", "b6"
        ]
        """,
        models="""
        from bulk_update_or_create import BulkUpdateOrCreateQuerySet

        class Row(models.Model):
            objects = BulkUpdateOrCreateQuerySet.as_manager()
            key = models.IntegerField(unique=True)
            text = models.CharField(max_length=9)
        """,
    )


def test_properties_that_queries_know(project: Project) -> None:
    project(
        """
        for n in (1, 2, 3):
            Version.objects.create(major=n, minor=n)
        assert Version.objects.filter(text="2.2").count() == 1
        assert [v.text for v in Version.objects.order_by("-text")] == ["3.3", "2.2", "1.1"]
        assert Version.objects.filter(text="1.1").update(text="9.8") == 1
        shown = Version.objects.select_properties("text").order_by("pk")
        assert [v.text for v in shown] == ["9.8", "2.2", "3.3"]
        assert shown.values("text")[0] == {"text": "9.8"}
        assert Version.objects.filter(recent=True).exclude(text="3.3").count() == 1
        """,
        "queryable_properties",
        models="""
        from django.db.models.functions import Concat
        from queryable_properties.managers import QueryablePropertiesManager
        from queryable_properties.properties import ValueCheckProperty, queryable_property

        class Version(models.Model):
            objects = QueryablePropertiesManager()
            major = models.IntegerField()
            minor = models.IntegerField()
            recent = ValueCheckProperty("major", 2, 3)

            @queryable_property
            def text(self):
                return f"{self.major}.{self.minor}"

            @text.filter
            @classmethod
            def text(cls, lookup, value):
                major, minor = value.split(".")
                return models.Q(major=major, minor=minor)

            @text.annotater
            @classmethod
            def text(cls):
                dot = models.Value(".")
                return Concat("major", dot, "minor", output_field=models.CharField())

            @text.updater
            @classmethod
            def text(cls, value):
                major, minor = value.split(".")
                return {"major": major, "minor": minor}
        """,
    )
