"""A form that was sent after its session had ended comes back filled in, once somebody has signed in again.

The sign-in page that answers it carries what was typed, signed, and goes to the form's own address; nothing of it is
kept on the server. Signing in there shows the form with it, for review: nothing is saved before somebody saves it,
under the name and with the permissions of whoever signed in. Only forms that say so come back (`comes_back` of an
admin); they hold no passwords. An uploaded file can't: a browser does not let it be filled in.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.core import signing
from django.http import HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from baliprocess.desk.writing import sitting_of

FIELD = "typed"  # in the form of the sign-in page
SALT = "baliprocess.desk.resuming"
MOST = 2_000_000  # characters, below what a form may have when it is sent


@dataclass
class Typed:
    """What somebody sent to an address: the fields, as in a query string, and the names of files."""

    address: str
    fields: str
    files: list

    @classmethod
    def sent(cls, request):
        """Return what a request brings."""
        fields = request.POST.copy()
        fields.pop("csrfmiddlewaretoken", None)
        return cls(request.get_full_path(), fields.urlencode(), [file.name for file in request.FILES.values()])

    @classmethod
    def signed(cls, request):
        """Return what the sign-in page brings back to the address of which it is; None for anything else."""
        try:
            found = cls(**signing.loads(request.POST[FIELD], salt=SALT))
        except signing.BadSignature:
            return None
        return found if found.address == request.get_full_path() else None

    def sign(self):
        """Return it as a text that nobody else can make."""
        return signing.dumps(vars(self), salt=SALT, compress=True)


def may_come_back(view):
    """Return whether a view shows a form again, with what was typed, where it is told not to save it."""
    desk = getattr(view, "__self__", None)
    return getattr(view, "__name__", "") in getattr(desk, "comes_back", ())


def say_lost(request):
    """Say on the stock sign-in page, of what can't come back, that nothing was done and where it may still be."""
    said = _("You were no longer signed in, so nothing was done. To see what you typed, press Back in your browser.")
    messages.warning(request, said)


def ask(site, request, view):
    """Ask whoever sent a form to sign in, then let the view show it; `view()` answers the request as it then is.

    Returns None for a form that is too long to come back.
    """
    if FIELD not in request.POST:
        return _sign_in_page(site, request, Typed.sent(request).sign(), AdminAuthenticationForm(request))
    typed = Typed.signed(request)
    if typed is None:
        return HttpResponseRedirect(request.get_full_path())
    if not site.has_permission(request):
        form = AdminAuthenticationForm(request, request.POST)
        if not form.is_valid():
            return _sign_in_page(site, request, request.POST[FIELD], form)
        login(request, form.get_user())
    request.POST = QueryDict(typed.fields)
    sitting_of(request).refused += _to_review(request.user, typed.files)
    return view()


def _to_review(user, files):
    """Return the sentences above a form that came back."""
    said = [
        _("You signed in again, as %(user)s. Nothing is saved yet: look through what was typed, then save it.")
        % {"user": user.get_username()}
    ]
    if files:
        said.append(_("Choose again what was to be uploaded: %(files)s.") % {"files": get_text_list(files, _("and"))})
    return said


def _sign_in_page(site, request, signed, form):
    if len(signed) > MOST:
        return None
    context = {**site.each_context(request), "title": _("Sign in again"), "form": form, "name": FIELD, "typed": signed}
    request.current_app = site.name
    return TemplateResponse(request, "admin/sign_in_again.html", context)
