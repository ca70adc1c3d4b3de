"""Views that fail, each in its own way."""

from __future__ import annotations

from typing import Any

from bakery import oven
from bakery.models import Bread
from vivace.http import Http404, HttpRequest, HttpResponse
from vivace.shortcuts import redirect, render


def window(request: HttpRequest, **place: Any) -> HttpResponse:
    return render(request, "bakery/window.html")


def order(request: HttpRequest) -> HttpResponse:
    """Fails two calls deep, with a cause, a note and long local variables."""
    customer = "Ada Lovelace"
    password = "a-secret-in-a-variable"
    loaves = {"rye": 2, "Brioche": 6, "pumpernickel": 1}
    bill = oven.total({"customer": customer, "loaves": loaves, "discount": "12.5"})
    return HttpResponse(f"{bill} for {customer}, {len(password)}")


def cake(request: HttpRequest) -> HttpResponse:
    """Fails in the third template of a chain."""
    layers = [{"name": "sponge", "grams": 300}, {"name": "cream", "grams": "a lot"}]
    return render(request, "bakery/cake.html", {"layers": layers})


def tart(request: HttpRequest) -> HttpResponse:
    """Fails for want of a template."""
    return render(request, "bakery/windov.html")


def everything(request: HttpRequest) -> HttpResponse:
    """Fails in several ways at once."""
    oven.bake_all(["rye", "stollen", "panettone"])
    return HttpResponse()


def leftovers(request: HttpRequest) -> HttpResponse:
    """Fails while a failure is handled, with one that hides it."""
    try:
        oven.price_of("baguette")
    except KeyError:
        raise LookupError("Nothing is left, and nobody is to know why.") from None


def smoke(request: HttpRequest) -> HttpResponse:
    """Fails with what can be neither said nor shown."""
    dough, sourdough = oven.Dough(), oven.Sourdough()
    raise oven.Burnt(id(dough), id(sourdough))


def typo(request: HttpRequest) -> HttpResponse:
    """Fails because a module is none."""
    from bakery import unreadable

    return HttpResponse(unreadable.__doc__)


def misspelt(request: HttpRequest) -> HttpResponse:
    """Fails because of a name."""
    return HttpResponse(oven.price_off("rye"))


def lost(request: HttpRequest) -> HttpResponse:
    """Fails because a route has no such name."""
    return redirect("windwo")


def shelf(request: HttpRequest) -> HttpResponse:
    """Fails because nobody has migrated."""
    return HttpResponse(", ".join(bread.name for bread in Bread.objects.filter(price__lte=4)))


def nothing(request: HttpRequest) -> Any:
    """Fails by forgetting to answer."""


async def slow(request: HttpRequest) -> HttpResponse:
    """Fails in a coroutine."""
    temperature = await heat(minutes=-3)
    return HttpResponse(str(temperature))


async def heat(minutes: int) -> int:
    if minutes < 0:
        raise ValueError(f"Nobody bakes for {minutes} minutes.")
    return minutes * 12


def bread(request: HttpRequest, name: str) -> HttpResponse:
    if name not in oven.PRICES:
        raise Http404(f"There is no bread called “{name}” in the window.")
    return HttpResponse(name)
