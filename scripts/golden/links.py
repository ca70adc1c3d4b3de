"""Ask Django about relations of every kind: run where Django 5.2 is installed.

Writes tests/golden/links.json, as `querysets` beside this does: inherited tables, keys to other
fields, links of one's own, composite keys, several managers, routers.
"""

import importlib.util
import pathlib
import sys

spec = importlib.util.spec_from_file_location(
    "golden_querysets", pathlib.Path(__file__).with_name("querysets.py")
)
querysets = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
spec.loader.exec_module(querysets)

APP = "golden_links"
CASES = querysets.cases(__file__)


def define(models):
    """The models, and what else the cases name."""

    class Titled(models.Model):
        class Meta:
            abstract = True
            app_label = APP

        def __str__(self):
            return self.name

    class Place(Titled):
        name = models.CharField(max_length=20)

        class Meta:
            app_label = APP
            ordering = ["pk"]

    class Restaurant(Place):
        stars = models.IntegerField(default=0)

        class Meta:
            app_label = APP

    class Pizzeria(Restaurant):
        oven = models.CharField(max_length=9, default="wood")

        class Meta:
            app_label = APP

    class ProxyPlace(Place):
        class Meta:
            app_label = APP
            proxy = True

    class Waiter(Titled):
        name = models.CharField(max_length=20)
        restaurant = models.ForeignKey(Restaurant, models.CASCADE)
        place = models.ForeignKey(Place, models.SET_NULL, null=True, related_name="+")

        class Meta:
            app_label = APP

    class Person(Titled):
        name = models.CharField(max_length=20)
        code = models.CharField(max_length=5, unique=True)
        boss = models.ForeignKey(
            "self", models.SET_NULL, null=True, related_name="staff", to_field="code"
        )
        follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")

        class Meta:
            app_label = APP
            ordering = ["code"]

    class ProxyPerson(Person):
        class Meta:
            app_label = APP
            proxy = True

    class Group(Titled):
        name = models.CharField(max_length=20)
        members = models.ManyToManyField(
            Person, through="Membership", through_fields=("group", "person"), related_name="groups"
        )
        hidden = models.ManyToManyField(Person, related_name="+")
        codes = models.ManyToManyField(Person, related_name="code_groups", through="CodeLink")

        class Meta:
            app_label = APP

    class Membership(models.Model):
        group = models.ForeignKey(Group, models.CASCADE)
        person = models.ForeignKey(Person, models.CASCADE)
        inviter = models.ForeignKey(Person, models.CASCADE, related_name="invited", null=True)
        since = models.IntegerField(default=2000)

        class Meta:
            app_label = APP
            unique_together = [("group", "person")]

    class CodeLink(models.Model):
        group = models.ForeignKey(Group, models.CASCADE)
        person = models.ForeignKey(Person, models.CASCADE, to_field="code", null=True)

        class Meta:
            app_label = APP

    class Profile(models.Model):
        person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
        bio = models.CharField(max_length=20, default="")

        class Meta:
            app_label = APP

    class Badge(models.Model):
        owner = models.OneToOneField(Person, models.CASCADE, to_field="code", related_name="badge")
        spare = models.OneToOneField(Person, models.CASCADE, related_name="+", null=True)

        class Meta:
            app_label = APP

    class Note(models.Model):
        profile = models.ForeignKey(Profile, models.CASCADE, related_name="notes")
        text = models.CharField(max_length=9)

        class Meta:
            app_label = APP
            order_with_respect_to = "profile"

    class Seat(models.Model):
        pk = models.CompositePrimaryKey("row", "number")
        row = models.IntegerField()
        number = models.IntegerField()
        person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="seats")

        class Meta:
            app_label = APP

    class Ticket(models.Model):
        row = models.IntegerField()
        number = models.IntegerField()
        seat = models.ForeignObject(
            Seat, models.CASCADE, ["row", "number"], ["row", "number"], related_name="tickets"
        )

        class Meta:
            app_label = APP

    class LiveManager(models.Manager):
        def get_queryset(self):
            return super().get_queryset().filter(live=True)

    class PageQuerySet(models.QuerySet):
        def live(self):
            return self.filter(live=True)

        def shout(self):
            return [page.name.upper() for page in self]

    class PageManager(models.Manager.from_queryset(PageQuerySet)):
        def drafts(self):
            return self.filter(live=False)

    class PageBase(Titled):
        live = models.BooleanField(default=True)
        everything = models.Manager()
        alive = LiveManager()

        class Meta:
            abstract = True
            app_label = APP

    class Page(PageBase):
        name = models.CharField(max_length=20)
        parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
        linked = models.ManyToManyField("self", symmetrical=False, related_name="linking")

        class Meta:
            app_label = APP
            ordering = ["name"]

    class RichPage(PageBase):
        name = models.CharField(max_length=20)
        of = models.ForeignKey(Page, models.CASCADE, null=True, related_name="rich")
        objects = PageManager()

        class Meta:
            app_label = APP
            default_manager_name = "objects"
            base_manager_name = "alive"
            get_latest_by = ["name", "-pk"]

    class Holder(models.Model):
        page = models.ForeignKey(Page, models.CASCADE)
        rich = models.ForeignKey(RichPage, models.CASCADE, null=True)

        class Meta:
            app_label = APP

    class Swapped(models.Model):
        class Meta:
            app_label = APP
            swappable = "GOLDEN_SWAPPED"

    found = {name: value for name, value in locals().items() if isinstance(value, type)}
    querysets.settle(APP, found)
    return found


def fill(names):
    """The rows that every case begins with, and the instances by their short names."""
    person = names["Person"]
    pa = person.objects.create(name="Ann", code="a")
    pb = person.objects.create(name="Bob", code="b", boss=pa)
    pc = person.objects.create(name="Cid", code="c", boss=pa)
    pd = person.objects.create(name="Dan", code="d", boss=pb)
    place = names["Place"].objects.create(name="square")
    restaurant = names["Restaurant"].objects.create(name="bistro", stars=2)
    pizzeria = names["Pizzeria"].objects.create(name="roma", stars=1)
    waiter = names["Waiter"].objects.create(name="W", restaurant=restaurant, place=place)
    other = names["Waiter"].objects.create(name="V", restaurant=pizzeria)
    g1 = names["Group"].objects.create(name="G1")
    g2 = names["Group"].objects.create(name="G2")
    names["Membership"].objects.create(group=g1, person=pa, inviter=pb, since=2001)
    names["Membership"].objects.create(group=g1, person=pb)
    names["CodeLink"].objects.create(group=g1, person=pc)
    profile = names["Profile"].objects.create(person=pa, bio="first")
    badge = names["Badge"].objects.create(owner=pb)
    notes = [names["Note"].objects.create(profile=profile, text=f"n{i}") for i in range(3)]
    seat = names["Seat"].objects.create(row=1, number=2, person=pa)
    names["Seat"].objects.create(row=1, number=3, person=pa)
    ticket = names["Ticket"].objects.create(row=1, number=2)
    root = names["Page"].everything.create(name="root")
    dead = names["Page"].everything.create(name="dead", live=False, parent=root)
    kid = names["Page"].everything.create(name="kid", parent=root)
    rich = names["RichPage"].objects.create(name="rich", of=root)
    draft = names["RichPage"].objects.create(name="draft", of=root, live=False)
    holder = names["Holder"].objects.create(page=dead, rich=draft)
    return {name: value for name, value in locals().items() if name not in ("names", "person")}


def tables(found):
    """The models that have tables."""
    return [
        each
        for each in querysets.tables(found)
        if not each._meta.proxy and each.__name__ != "Swapped"
    ]


def environment(root, found):
    """Everything that cases may name."""
    return querysets.environment(root, found) | querysets.settings_tools(root)


def ask_one(root, found, case):
    """The answer of a case, in a transaction that is rolled back, and its number of queries."""
    return querysets.ask_one(root, found, case, environment, fill)


if __name__ == "__main__":
    querysets.write(sys.modules[__name__])
