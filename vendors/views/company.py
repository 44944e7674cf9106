"""A company's own pages: registration, members, settlement account, API tokens."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.requests import PersonRequest
from marketplace.accounts.services import issue_token, revoke_token
from marketplace.core import clock
from vendors import services
from vendors.forms import BankAccountForm, MemberForm, RegistrationForm, TokenForm, attempt
from vendors.models import Member, Vendor

UPLOAD_SCOPE = "apps:upload"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: PersonRequest) -> HttpResponse:
    """Register a company; the person becomes its owner."""
    initial = {"contact_name": request.user.name, "contact_phone": request.user.phone}
    form = RegistrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        if attempt(form, lambda: services.register_vendor(**form.cleaned_data, by=request.user, now=now)):
            messages.success(request, _("Your company is registered. The operator verifies it next."))
            return redirect("vendors:console")
    return render(request, "vendors/register.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register_again(request: PersonRequest, code: str) -> HttpResponse:
    """Put a refused registration right and hand it in again."""
    vendor = get_object_or_404(Vendor.objects.where(request.user, "vendor.manage"), code=code)
    form = RegistrationForm(request.POST or None, initial=_details(vendor))
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        attempt(form, lambda: services.register_again(vendor=vendor, **form.cleaned_data, by=request.user, now=now))
        if not form.errors:
            messages.success(request, _("The registration is handed in again. The operator verifies it next."))
            return redirect("vendors:console")
    return render(request, "vendors/register.html", {"form": form, "vendor": vendor})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def members(request: PersonRequest, code: str) -> HttpResponse:
    """List who works for the company; owners add and remove."""
    vendor = get_object_or_404(Vendor.objects.where(request.user, "vendor.view"), code=code)
    may_manage = Vendor.objects.where(request.user, "vendor.manage").filter(pk=vendor.pk).exists()
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, role = form.cleaned_data["user"], form.cleaned_data["role"]
        now = clock.now()
        if attempt(form, lambda: services.add_member(vendor=vendor, user=user, role=role, by=request.user, now=now)):
            messages.success(request, _("Your colleague is a member now."))
            return redirect("vendors:members", code=code)
    rows = vendor.members.select_related("user").order_by("user__name", "role")
    context = {"vendor": vendor, "members": rows, "form": form, "may_manage": may_manage}
    return render(request, "vendors/members.html", context)


@require_POST
@login_required
def remove_member(request: PersonRequest, code: str, member_id: int) -> HttpResponse:
    """Take one role away; removing one's own means leaving."""
    vendor = get_object_or_404(Vendor.objects.where(request.user, "vendor.view"), code=code)
    member = get_object_or_404(Member, pk=member_id, vendor=vendor)
    services.remove_member(member=member, by=request.user, now=clock.now())
    messages.success(request, _("The role is taken away."))
    if member.user_id == request.user.pk:
        return redirect("vendors:console")
    return redirect("vendors:members", code=code)


@sensitive_post_parameters("account")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bank_account(request: PersonRequest, code: str) -> HttpResponse:
    """Set the settlement account; the page shows what is stored only masked."""
    vendor = get_object_or_404(Vendor.objects.where(request.user, "vendor.manage"), code=code)
    form = BankAccountForm(request.POST or None, initial={"bank_name": vendor.bank_name})
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        attempt(form, lambda: services.set_bank_account(vendor=vendor, **form.cleaned_data, by=request.user, now=now))
        if not form.errors:
            messages.success(request, _("The account is stored. Settlements are paid to it from now on."))
            return redirect("vendors:bank_account", code=code)
    return render(request, "vendors/bank_account.html", {"vendor": vendor, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_variables("secret")
def tokens(request: PersonRequest) -> HttpResponse:
    """List the person's upload tokens and issue a new one, shown once."""
    get_object_or_404(Vendor.objects.where(request.user, "apps.upload").order_by("pk")[:1])
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _token, secret = issue_token(
            name=form.cleaned_data["name"],
            user=request.user,
            scopes=[UPLOAD_SCOPE],
            now=clock.now(),
            lifetime=timedelta(days=form.cleaned_data["days"]),
        )
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": _upload_tokens(request.user), "now": clock.now()}
    response = render(request, "vendors/tokens.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def revoke(request: PersonRequest, token_id: int) -> HttpResponse:
    """End one of the person's upload tokens."""
    token = get_object_or_404(_upload_tokens(request.user), pk=token_id)
    revoke_token(token=token, by=request.user, now=clock.now())
    messages.success(request, _("The token is revoked. Systems that use it are refused from now on."))
    return redirect("vendors:tokens")


def _upload_tokens(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=user, department=None)


def _details(vendor: Vendor) -> dict[str, str]:
    return {name: getattr(vendor, name) for name in RegistrationForm.Meta.fields}
