"""Pages about the whole record."""

from django.views.generic import TemplateView


class Home(TemplateView):
    """The Process on a page."""

    template_name = "site/home.html"


class About(TemplateView):
    """The method, the naming rule and the disclaimer."""

    template_name = "site/about.html"
