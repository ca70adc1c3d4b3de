"""Packages of models, managers and querysets."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_mptt(project: Project) -> None:
    project(
        """
        from django import forms
        from mptt.forms import TreeNodeChoiceField
        from mptt.utils import tree_item_iterator

        rock = Genre.objects.create(name="Rock")
        hard = Genre.objects.create(name="Hard", parent=rock)
        metal = Genre.objects.create(name="Metal", parent=hard)
        jazz = Genre.objects.create(name="Jazz")
        bop = Genre(name="Bop")
        bop.insert_at(jazz, "first-child", save=True)
        for each in (rock, metal, jazz):
            each.refresh_from_db()
        assert [g.name for g in rock.get_descendants()] == ["Hard", "Metal"]
        assert [g.name for g in metal.get_ancestors(include_self=True)] == ["Rock", "Hard", "Metal"]
        assert [g.name for g in Genre.objects.all()] == ["Jazz", "Bop", "Rock", "Hard", "Metal"]
        assert (rock.get_descendant_count(), metal.level, metal.is_leaf_node()) == (2, 2, True)
        metal.move_to(jazz, "last-child")
        jazz.refresh_from_db()
        assert [g.name for g in jazz.get_children()] == ["Bop", "Metal"]
        assert Genre.objects.root_nodes().count() == 2
        field = TreeNodeChoiceField(Genre.objects.all())
        labels = [label for _, label in field.choices]
        assert labels[:3] == ["---------", " Jazz", "--- Bop"], labels
        Album.objects.create(genre=metal)
        counted = Genre.objects.add_related_count(
            Genre.objects.root_nodes(), Album, "genre", "albums", cumulative=True
        )
        assert {g.name: g.albums for g in counted} == {"Jazz": 1, "Rock": 0}
        from django.template import Engine
        tags = Engine(libraries={"mptt_tags": "mptt.templatetags.mptt_tags"})
        shown = tags.from_string(
            "{% load mptt_tags %}{% recursetree nodes %}({{ node.name }}{{ children }})"
            "{% endrecursetree %}"
        ).render(Context({"nodes": Genre.objects.all()}))
        assert shown == "(Jazz(Bop)(Metal))(Rock(Hard))", shown
        before = list(Genre.objects.values_list("lft", "rght", "level").order_by("pk"))
        Genre.objects.rebuild()
        assert list(Genre.objects.values_list("lft", "rght", "level").order_by("pk")) == before
        """,
        # Not among the applications: its tags for the admin are loaded with those for templates.
        models="""
        from mptt.models import MPTTModel, TreeForeignKey

        class Genre(MPTTModel):
            name = models.CharField(max_length=50, unique=True)
            parent = TreeForeignKey(
                "self", models.CASCADE, null=True, blank=True, related_name="children"
            )

            class MPTTMeta:
                order_insertion_by = ["name"]

            def __str__(self):
                return self.name

        class Album(models.Model):
            genre = TreeForeignKey(Genre, models.CASCADE)
        """,
    )


def test_taggit(project: Project) -> None:
    project(
        """
        from taggit.models import Tag

        apple, pear = Food.objects.create(name="apple"), Food.objects.create(name="pear")
        apple.tags.add("red", "round", "Sweet")
        pear.tags.add("green", "sweet", "round")
        assert sorted(apple.tags.names()) == ["Sweet", "red", "round"]
        assert Food.objects.filter(tags__name__in=["green"]).get() == pear
        assert [f.name for f in apple.tags.similar_objects()] == ["pear"]
        assert list(Food.tags.most_common()[:1])[0].name == "round"
        apple.tags.remove("red")
        pear.tags.set(["yellow"])
        assert sorted(pear.tags.slugs()) == ["yellow"]
        fetched = {f.name: sorted(map(str, f.tags.all())) for f in
                   Food.objects.prefetch_related("tags")}
        assert fetched == {"apple": ["Sweet", "round"], "pear": ["yellow"]}, fetched
        assert Food.objects.exclude(tags__name="yellow").get() == apple
        from django import forms
        form = forms.modelform_factory(Food, fields=["name", "tags"])(
            {"name": "fig", "tags": 'a, "b c", a'}
        )
        assert sorted(form.save().tags.names()) == ["a", "b c"]
        assert Tag.objects.get(name="b c").slug == "b-c"
        """,
        "taggit",
        models="""
        from taggit.managers import TaggableManager

        class Food(models.Model):
            name = models.CharField(max_length=20)
            tags = TaggableManager()
        """,
    )


def test_sorted_ordered_and_dirty(project: Project) -> None:
    project(
        """
        songs = [Song.objects.create(name=name) for name in "abc"]
        a, b, c = songs
        c.top()
        assert [s.name for s in Song.objects.all()] == ["c", "a", "b"]
        a.refresh_from_db()
        a.down()
        assert [s.name for s in Song.objects.all()] == ["c", "b", "a"]
        assert Song.objects.get(name="b").previous() == c
        mix = Mix.objects.create(name="m")
        mix.songs.set([b, c, a])
        assert list(mix.songs.all()) == [b, c, a]
        mix.songs.set([a, b])
        mix.songs.add(c)
        assert [list(m.songs.all()) for m in Mix.objects.prefetch_related("songs")] == [[a, b, c]]
        mix.name = "n"
        assert mix.get_dirty_fields() == {"name": "m"} and mix.is_dirty()
        mix.save_dirty_fields()
        assert not mix.is_dirty() and Mix.objects.get().name == "n"
        """,
        "ordered_model",
        "sortedm2m",
        models="""
        from dirtyfields import DirtyFieldsMixin
        from ordered_model.models import OrderedModel
        from sortedm2m.fields import SortedManyToManyField

        class Song(OrderedModel):
            name = models.CharField(max_length=20)

        class Mix(DirtyFieldsMixin, models.Model):
            name = models.CharField(max_length=20)
            songs = SortedManyToManyField(Song)
        """,
    )


def test_states_and_life_cycles(project: Project) -> None:
    project(
        """
        from django_fsm import TransitionNotAllowed, can_proceed
        from django_fsm.signals import post_transition

        heard = []
        post_transition.connect(lambda sender, name, **kwargs: heard.append(name), weak=False)
        order = Order.objects.create(total=5)
        assert order.log == ["before create", "after create"]
        assert can_proceed(order.pay) and not can_proceed(order.ship)
        assert "Can't switch from state 'new'" in raises(TransitionNotAllowed, order.ship)
        order.pay()
        order.save()
        assert heard == ["pay"] and Order.objects.get().state == "paid"
        assert [t.name for t in order.get_available_state_transitions()] == ["ship"]
        order.total = 9
        order.save()
        assert order.log[2:] == ["total changed from 5 to 9"], order.log
        assert order.has_changed("total") is False
        """,
        "django_fsm",
        models="""
        from django_fsm import FSMField, transition
        from django_lifecycle import AFTER_CREATE, BEFORE_CREATE, AFTER_UPDATE, LifecycleModelMixin, hook
        from django_lifecycle.conditions import WhenFieldHasChanged

        class Order(LifecycleModelMixin, models.Model):
            state = FSMField(default="new", protected=False)
            total = models.IntegerField()

            @transition(field=state, source="new", target="paid")
            def pay(self):
                pass

            @transition(field=state, source="paid", target="shipped")
            def ship(self):
                pass

            @property
            def log(self):
                return self.__dict__.setdefault("_log", [])

            @hook(BEFORE_CREATE)
            def before(self):
                self.log.append("before create")

            @hook(AFTER_CREATE)
            def after(self):
                self.log.append("after create")

            @hook(AFTER_UPDATE, condition=WhenFieldHasChanged("total", has_changed=True))
            def changed(self):
                self.log.append(f"total changed from {self.initial_value('total')} to {self.total}")
        """,
    )


def test_recursive_queries(project: Project) -> None:
    project(
        """
        from django_cte import CTE, with_cte

        root = Part.objects.create(name="root", cost=1)
        left = Part.objects.create(name="left", parent=root, cost=2)
        leaf = Part.objects.create(name="leaf", parent=left, cost=4)
        right = Part.objects.create(name="right", parent=root, cost=8)

        def below(cte):
            return Part.objects.filter(parent__isnull=True).values(
                "id", path=F("name"), depth=Value(0, output_field=IntegerField()),
            ).union(
                cte.join(Part, parent=cte.col.id).values(
                    "id",
                    path=functions.Concat(cte.col.path, Value("/"), F("name")),
                    depth=cte.col.depth + Value(1, output_field=IntegerField()),
                ),
                all=True,
            )

        from django.db.models import functions
        cte = CTE.recursive(below)
        found = with_cte(cte, select=cte.join(Part, id=cte.col.id)).annotate(
            path=cte.col.path, depth=cte.col.depth
        ).filter(depth__gt=0).order_by("path")
        assert [(p.name, p.path, p.depth) for p in found] == [
            ("left", "root/left", 1), ("leaf", "root/left/leaf", 2), ("right", "root/right", 1)
        ]
        totals = CTE(Part.objects.values("parent_id").annotate(total=Sum("cost")))
        joined = with_cte(totals, select=totals.join(Part, id=totals.col.parent_id)).annotate(
            total=totals.col.total
        )
        assert {p.name: p.total for p in joined} == {"root": 10, "left": 4}

        tree = Node.objects.create(name="a")
        Node.objects.create(name="c", parent=Node.objects.create(name="b", parent=tree, order=2))
        Node.objects.create(name="d", parent=tree, order=1)
        shown = [(n.name, n.tree_depth) for n in Node.objects.with_tree_fields()]
        assert shown == [("a", 0), ("d", 1), ("b", 1), ("c", 2)], shown
        assert [n.name for n in tree.descendants()] == ["d", "b", "c"]
        c = Node.objects.get(name="c")
        assert [n.name for n in c.ancestors(include_self=True)] == ["a", "b", "c"]
        """,
        models="""
        from tree_queries.models import OrderableTreeNode

        class Part(models.Model):
            name = models.CharField(max_length=20)
            parent = models.ForeignKey("self", models.CASCADE, null=True)
            cost = models.IntegerField()

        class Node(OrderableTreeNode):
            name = models.CharField(max_length=20)
            order = models.IntegerField(default=0)

            class Meta:
                ordering = ["order"]
        """,
    )


def test_singletons_translations_clusters_and_bakeries(project: Project) -> None:
    project(
        """
        from model_bakery import baker
        from django.utils import translation

        one = Site.get_solo()
        one.name = "mine"
        one.save()
        assert Site.get_solo().name == "mine" and Site.objects.count() == 1
        assert show("{% load solo_tags %}{% get_solo 'shelf.Site' as s %}{{ s.name }}") == "mine"

        tea = Tea.objects.create(price=3)
        for language, name in (("en", "tea"), ("de", "Tee")):
            tea.set_current_language(language)
            tea.name = name
        tea.save()
        with translation.override("de"):
            assert Tea.objects.get().name == "Tee"
            assert Tea.objects.translated(name="Tee").get() == tea
        assert Tea.objects.language("en").get().name == "tea"
        assert sorted(tea.get_available_languages()) == ["de", "en"]
        assert Tea.objects.translated("en", name__startswith="t").count() == 1

        band = Band(name="The", members=[Member(name="Ann"), Member(name="Bo")])
        assert [m.name for m in band.members.all()] == ["Ann", "Bo"]
        assert band.members.filter(name="Bo").count() == 1
        band.save()
        assert Member.objects.filter(band__name="The").count() == 2
        again = Band.from_json(band.to_json())
        assert [m.name for m in again.members.all()] == ["Ann", "Bo"]

        made = baker.make(Song, _quantity=3, band__name="Baked")
        assert Song.objects.filter(band__name="Baked").count() == 3
        assert made[0].length >= 0 and len(made[0].name) == 20
        assert isinstance(baker.prepare(Song), Song) and Song.objects.count() == 3
        """,
        "solo",
        "parler",
        "modelcluster",
        models="""
        from modelcluster.fields import ParentalKey
        from modelcluster.models import ClusterableModel
        from parler.models import TranslatableModel, TranslatedFields
        from solo.models import SingletonModel

        class Site(SingletonModel):
            name = models.CharField(max_length=20, default="none")

        class Tea(TranslatableModel):
            price = models.IntegerField()
            translations = TranslatedFields(name=models.CharField(max_length=20))

        class Band(ClusterableModel):
            name = models.CharField(max_length=20)

        class Member(models.Model):
            name = models.CharField(max_length=20)
            band = ParentalKey(Band, related_name="members", on_delete=models.CASCADE)

        class Song(models.Model):
            name = models.CharField(max_length=20)
            length = models.PositiveIntegerField()
            band = models.ForeignKey(Band, models.CASCADE)
        """,
        LANGUAGES=[("en", "English"), ("de", "German")],
        LANGUAGE_CODE="en",
        PARLER_LANGUAGES={None: ({"code": "en"}, {"code": "de"})},
    )


def test_files_are_cleaned_up(project: Project) -> None:
    project(
        """
        import pathlib
        from django.core.files.base import ContentFile

        paper = Paper.objects.create(file=ContentFile(b"1", "one.txt"))
        first = pathlib.Path(paper.file.path)
        paper.file = ContentFile(b"2", "two.txt")
        paper.save()
        second = pathlib.Path(paper.file.path)
        assert not first.exists() and second.read_bytes() == b"2"
        paper.delete()
        assert not second.exists()
        """,
        "django_cleanup.apps.CleanupConfig",
        models="""
        class Paper(models.Model):
            file = models.FileField(upload_to="papers")
        """,
    )
