"""The desk of accounts: who signs in, and what they may do. Nobody gives, or takes over, powers beyond their own."""

from django import forms
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from baliprocess.desk.lists import SteadyLists
from baliprocess.groups import in_words
from baliprocess.models import User


class GroupsField(forms.ModelMultipleChoiceField):
    """Groups to tick, each with what it may do."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj):
        """Return the group's name, translated where it is one of the software's own, and what it may do in words."""
        number = len(obj.permissions.all())
        counted = ngettext("%(number)s permission", "%(number)s permissions", number) % {"number": number}
        return f"{_(obj.name)}: {in_words(obj.name) or counted}"


class NewUserForm(AdminUserCreationForm):
    """All that somebody needs to be let in, on one page."""

    usable_password = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        required=False,
        initial="true",
        choices={"true": gettext_lazy("A password"), "false": gettext_lazy("No password yet")},
        widget=forms.RadioSelect(attrs={"class": "radiolist inline"}),
        help_text=gettext_lazy("Without one nobody can sign in by this name, until one is set on the user's page."),
    )

    def __init__(self, *args, **kwargs):
        """Take it that whoever is added works at the desk."""
        super().__init__(*args, **kwargs)
        if "is_staff" in self.fields:
            self.fields["is_staff"].initial = True


class UserAdmin(SteadyLists, StockUserAdmin):
    """Who signs in. Whoever keeps accounts gives the groups of which they have all powers themselves, and no more."""

    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("user_permissions",)
    show_full_result_count = False
    add_form = NewUserForm
    add_form_template = "admin/add_user.html"
    powers = ("is_active", "is_staff", "groups")
    beyond = ("is_superuser", "user_permissions")
    person = (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")})
    what_they_may = {"fields": powers, "description": gettext_lazy("The groups say what somebody may do at the desk.")}
    add_fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (gettext_lazy("Password"), {"fields": ("usable_password", "password1", "password2")}),
        (gettext_lazy("What they may do"), {**what_they_may, "fields": powers[1:]}),
    )

    def get_fieldsets(self, request, obj=None):
        """Return what an account needs; what goes beyond the groups is a superuser's alone to see, folded away."""
        if obj is None:
            return self.add_fieldsets
        shown = [
            (None, {"fields": ("username", "password")}),
            self.person,
            (gettext_lazy("What they may do"), self.what_they_may),
        ]
        if request.user.is_superuser:
            shown.append((gettext_lazy("Beyond the groups"), {"fields": self.beyond, "classes": ("collapse",)}))
        return [*shown, (gettext_lazy("Dates"), {"fields": self.readonly_fields})]

    def get_readonly_fields(self, request, obj=None):
        """Let nobody but a superuser change what they may do themselves."""
        fixed = super().get_readonly_fields(request, obj)
        is_own = obj is not None and obj.pk == request.user.pk
        return (*fixed, *self.powers) if is_own and not request.user.is_superuser else fixed

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Offer the groups that this person may give, with what each may do; say where “staff” may sign in."""
        if db_field.name == "groups":
            return db_field.formfield(
                form_class=GroupsField, queryset=groups_within_reach(request.user), help_text=_("One is enough.")
            )
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_staff":
            formfield.label, formfield.help_text = _("Staff: may sign in at the desk"), ""
        return formfield

    def response_add(self, request, obj, post_url_continue=None):
        """Go where the button says: nothing is left for a second page."""
        return super(StockUserAdmin, self).response_add(request, obj, post_url_continue)

    def has_change_permission(self, request, obj=None):
        """Return whether this person may change the account."""
        return super().has_change_permission(request, obj) and self._is_within_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Return whether this person may delete the account."""
        return super().has_delete_permission(request, obj) and self._is_within_reach(request, obj)

    @staticmethod
    def _is_within_reach(request, obj):
        """Return whether an account has no powers that this person has not: with a new password they could use them."""
        if request.user.is_superuser or obj is None:
            return True
        # Judged as if it were active, which whoever may change it could make it.
        as_active = User(pk=obj.pk, is_active=True)
        return not obj.is_superuser and as_active.get_all_permissions() <= request.user.get_all_permissions()


class GroupAdmin(StockGroupAdmin):
    """The groups. A superuser alone changes or deletes one: `sync_groups` gives powers by the name."""

    def get_readonly_fields(self, request, obj=None):
        """Keep what a group may do."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, "permissions")

    def has_change_permission(self, request, obj=None):
        """Return whether this person may change the group."""
        return super().has_change_permission(request, obj) and (obj is None or request.user.is_superuser)

    def has_delete_permission(self, request, obj=None):
        """Return whether this person may delete the group."""
        return super().has_delete_permission(request, obj) and (obj is None or request.user.is_superuser)

    def get_actions(self, request):
        """Offer to delete several only to whoever may delete each."""
        return super().get_actions(request) if request.user.is_superuser else {}


def groups_within_reach(user):
    """Return the groups of which a person has every permission, as a queryset with their permissions (one query more).

    Somebody else's account that is in another group is out of reach as a whole, so that nothing is lost of it.
    """
    groups = Group.objects.order_by("pk").prefetch_related("permissions")
    if user.is_superuser:
        return groups
    mine = user.get_all_permissions()
    beyond = [
        pk
        for pk, app, codename in Permission.objects.order_by().values_list("pk", "content_type__app_label", "codename")
        if f"{app}.{codename}" not in mine
    ]
    return groups.exclude(permissions__in=beyond)
