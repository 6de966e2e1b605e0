"""Addresses of the pages about the whole record."""

from django.urls import path

from baliprocess.site import views

app_name = "site"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("search/", views.Search.as_view(), name="search"),
    path("timeline/", views.Timeline.as_view(), name="timeline"),
    path("participation/", views.Participation.as_view(), name="participation"),
    path("participation/<segment:code>/", views.ParticipantMeetings.as_view(), name="participation_detail"),
    path("sources-differ/", views.SourcesDiffer.as_view(), name="sources_differ"),
    path("glossary/", views.Glossary.as_view(), name="glossary"),
    path("about/", views.About.as_view(), name="about"),
]
