"""The desk as a whole: its home, the order of its models, and its look-ups."""

from functools import update_wrapper

from django.contrib.admin import AdminSite
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

APPS = ["registry", "meetings", "strategy"]  # in the order of the house; what staff seldom need comes after


class DeskSite(AdminSite):
    """The admin site: its home says what waits for whoever sits there."""

    index_template = "admin/desk_home.html"

    def get_app_list(self, request, app_label=None):
        """Return the apps from the ground up; in each its models as its `admin.py` has them, in order of daily use."""
        apps = self._build_app_dict(request, app_label)
        return [apps[label] for label in sorted(apps, key=lambda label: (_place(label), label))]

    def autocomplete_view(self, request):
        """Look up for a box, the best matches first."""
        from baliprocess.desk.autocomplete import BestFirst

        return BestFirst.as_view(admin_site=self)(request)

    def admin_view(self, view, cacheable=False):
        """Let only staff in; a form sent by somebody no longer signed in comes back after signing in, where it may."""
        from baliprocess.desk import resuming

        guarded = super().admin_view(view, cacheable)

        @csrf_protect
        @sensitive_post_parameters("password")
        def inner(request, *args, **kwargs):
            is_let_in = self.has_permission(request)
            if request.method == "POST" and not (is_let_in and resuming.FIELD not in request.POST):
                if resuming.may_come_back(view):
                    answer = resuming.ask(self, request, lambda: guarded(request, *args, **kwargs))
                    if answer is not None:
                        return answer
                if not is_let_in and request.path != reverse("admin:logout", current_app=self.name):
                    resuming.say_lost(request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner if cacheable else never_cache(inner), guarded)

    def index(self, request, extra_context=None):
        """Show what waits for this person, the models, and the person's own latest changes."""
        from baliprocess.records import Part
        from baliprocess.site.home import latest_changes, waiting

        apps = self.get_app_list(request)
        context = {
            "waiting": waiting(request.user),
            "latest_changes": latest_changes(request.user),
            "apps": _only(apps, lambda model: not issubclass(model, Part)),
            "parts": _only(apps, lambda model: issubclass(model, Part)),
            **(extra_context or {}),
        }
        return super().index(request, context)


def _place(label):
    return APPS.index(label) if label in APPS else len(APPS)


def _only(apps, is_meant):
    """Return the apps with some of their models, without those that have none of them."""
    kept = ({**app, "models": [entry for entry in app["models"] if is_meant(entry["model"])]} for app in apps)
    return [app for app in kept if app["models"]]
