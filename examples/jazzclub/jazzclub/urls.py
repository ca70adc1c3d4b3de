"""All routes at a glance."""

from jazzclub import api, live, views
from vivace.conf import settings
from vivace.urls import path
from vivace.views.static import serve

urlpatterns = [
    path("", views.home, name="home"),
    path("programme/", views.programme, name="programme"),
    path("programme.csv", api.programme_csv, name="programme-csv"),
    path("gigs/<slug:slug>/", views.gig, name="gig"),
    path("gigs/<slug:slug>/book/", views.book, name="book"),
    path("bookings/<slug:reference>/", views.booking, name="booking"),
    path("bookings/<slug:reference>/cancel/", views.cancel, name="cancel"),
    path("about/", views.about, name="about"),
    path("posters/", views.posters, name="posters"),
    path("posters/files/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("api/gigs/", api.gigs, name="api-gigs"),
    path("api/gigs/<slug:slug>/", api.gig, name="api-gig"),
    path("api/gigs/<slug:slug>/bookings/", api.bookings, name="api-bookings"),
    path("live/", live.live, name="live"),
    path("backstage/", views.backstage),
    path("static/<path:path>", serve, {"document_root": settings.STATIC_DIR}, name="static"),
]
