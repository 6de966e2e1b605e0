"""Addresses. What is public lasts; the desk is at /admin/."""

from django.contrib import admin
from django.urls import include, path, register_converter

from baliprocess.codes import CodeConverter, SegmentConverter

register_converter(SegmentConverter, "segment")
register_converter(CodeConverter, "code")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("baliprocess.site.urls")),
    path("", include("registry.urls")),
    path("", include("meetings.urls")),
    path("", include("strategy.urls")),
]
