"""Addresses of the log of meetings."""

from django.urls import path

from meetings import views

app_name = "meetings"
urlpatterns = [
    path("meetings/", views.MeetingList.as_view(), name="meeting_list"),
    path("meetings/<segment:code>/", views.MeetingDetail.as_view(), name="meeting_detail"),
    path("statements/", views.StatementList.as_view(), name="statement_list"),
    path("events/", views.EventList.as_view(), name="event_list"),
    path("events/<segment:code>/", views.EventDetail.as_view(), name="event_detail"),
    path("outcomes/", views.OutcomeList.as_view(), name="outcome_list"),
    path("outcomes/<code:code>/", views.OutcomeDetail.as_view(), name="outcome_detail"),
]
