"""Addresses of the strategies."""

from django.urls import path

from strategy import views

app_name = "strategy"
urlpatterns = [
    path("strategies/", views.StrategyList.as_view(), name="strategy_list"),
    path("strategies/<segment:code>/", views.StrategyDetail.as_view(), name="strategy_detail"),
    path("strategies/<segment:code>/items/<segment:item>/", views.ItemDetail.as_view(), name="item_detail"),
]
