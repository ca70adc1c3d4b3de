"""Routes of all kinds."""

from django.urls import include, path, re_path, register_converter
from django.views.generic.base import RedirectView
from django.views.static import serve

from . import converters, views
from .settings import BASE

register_converter(converters.FourDigits, "yyyy")
register_converter(converters.Sign, "sign")

inner = [
    path("", views.echo, name="index"),
    path("<slug:slug>/", views.echo, name="page"),
    path("<slug:slug>/<int:number>/", views.echo, {"extra": "inner"}, name="numbered"),
    re_path(r"^(?P<rest>.*)/end$", views.echo, name="end"),
]

deeper = (
    [
        path("a/", include((inner, "shelf"), namespace="first")),
        path("b/", include((inner, "shelf"), namespace="second")),
        path("<int:number>/", include(inner), {"extra": "deeper"}),
    ],
    "library",
)

urlpatterns = [
    path("", views.echo, name="home"),
    path("echo/", views.echo, name="echo"),
    path("aecho/", views.aecho, name="aecho"),
    path("plain/echo/", views.echo),
    path("int/<int:number>/", views.echo, name="int"),
    path("aint/<int:number>/", views.aecho),
    path("str/<str:text>/", views.echo, name="str"),
    path("str/<text>/tail", views.echo),
    path("slug/<slug:text>/", views.echo, name="slug"),
    path("uuid/<uuid:which>/", views.echo, name="uuid"),
    path("path/<path:rest>/last/", views.echo, name="path-last"),
    path("path/<path:rest>", views.echo, name="path"),
    path("year/<yyyy:year>/<sign:sign>x/", views.echo, name="year"),
    path("overlap/<int:a>/", views.echo, {"which": "int"}),
    path("overlap/<slug:b>/", views.echo, {"which": "slug"}),
    path("overlap/special/", views.echo, {"which": "never"}),
    re_path(r"^overlap/(?P<c>[^/]+)/$", views.echo, {"which": "regex"}),
    re_path(r"^re/(\d+)/(\w+)/$", views.echo, name="positional"),
    re_path(r"^re/(?P<year>[0-9]{4})/(?:page-(?P<page>\d+)/)?$", views.echo, name="optional"),
    re_path(r"^mixed/(\d+)/(?P<name>\w+)/$", views.echo),
    re_path(r"^unanchored/\w", views.echo),
    path("library/", include(deeper)),
    path("no-slash", views.echo, name="no-slash"),
    path("slash-off/", views.no_slash_wanted),
    path("caf\u00e9/", views.echo, name="cafe"),
    path("with space/", views.echo, name="space"),
    path("form/", views.form),
    path("aform/", views.aform),
    path("body/", views.body),
    path("read/", views.read),
    path("response/", views.response),
    path("json/", views.json),
    path("redirect/", views.redirect),
    path("cookies/", views.cookies),
    path("signed/", views.signed),
    path("stream/", views.stream),
    path("astream/", views.astream),
    path("file/", views.file),
    path("raise/", views.raises),
    path("araise/", views.araises),
    path("rendered/", views.rendered),
    path("conditional/", views.conditional),
    path("cached/<slug:how>/", views.cached),
    path("methods/<slug:which>/", views.methods),
    path("class/", views.Everything.as_view()),
    path("aclass/", views.AsyncClass.as_view()),
    path("class-redirect/", RedirectView.as_view(url="/echo/?n=%(n)s", permanent=True)),
    path("go/<int:number>/", RedirectView.as_view(pattern_name="int", query_string=True)),
    path("go-url/<text>/", RedirectView.as_view(url="/str/%(text)s/", permanent=True)),
    path("gone/", RedirectView.as_view()),
    path("gzip/", views.zipped),
    path("frames/<slug:how>/", views.frames),
    path("reverse/", views.reversed_path),
    path("resolve/", views.resolved),
    path("accepts/", views.accepts),
    path("host/", views.host),
    path("upload-handlers/", views.upload_handlers),
    path("static/<path:path>", serve, {"document_root": BASE / "files"}),
    path("browse/<path:path>", serve, {"document_root": BASE / "files"}),
]
