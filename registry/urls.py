"""Addresses of the registry."""

from django.urls import path

from registry import views
from registry.models import Membership

app_name = "registry"
urlpatterns = [
    path("participants/", views.ParticipantList.as_view(), name="participant_list"),
    path("participants/<segment:code>/", views.ParticipantDetail.as_view(), name="participant_detail"),
    path("members/", views.RegisterOf.as_view(category=Membership.Category.MEMBER), name="member_list"),
    path("observers/", views.RegisterOf.as_view(category=Membership.Category.OBSERVER), name="observer_list"),
    path("bodies/", views.BodyList.as_view(), name="body_list"),
    path("bodies/<segment:code>/", views.BodyDetail.as_view(), name="body_detail"),
    path("people/", views.PersonList.as_view(), name="person_list"),
    path("people/<segment:code>/", views.PersonDetail.as_view(), name="person_detail"),
    path("measures/", views.MeasureList.as_view(), name="measure_list"),
    path("measures/<segment:code>/", views.MeasureDetail.as_view(), name="measure_detail"),
    path("documents/", views.DocumentList.as_view(), name="document_list"),
    path("documents/<code:code>/file", views.DocumentFile.as_view(), name="document_file"),
    path("documents/<code:code>/", views.DocumentDetail.as_view(), name="document_detail"),
]
