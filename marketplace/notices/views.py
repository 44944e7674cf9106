"""Pages on which a person reads what the platform told them."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of
from marketplace.notices.services import mark_read

NOTICES_A_PAGE = 20


@require_safe
@login_required
def index(request: PersonRequest) -> HttpResponse:
    """List the person's notices, the newest first."""
    own = Notice.objects.visible_to(request.user)
    page = Paginator(own, NOTICES_A_PAGE).get_page(request.GET.get("page"))
    language = get_language() or ""
    letters = [(notice, letter_of(notice, language=language)) for notice in page]
    context = {"page": page, "letters": letters, "unread": own.unread().count()}
    return render(request, "notices/index.html", context)


@require_POST
@login_required
def read(request: PersonRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(notices=Notice.objects.filter(pk=notice.pk), now=clock.now())
    path = letter_of(notice, language=get_language() or "").path
    return redirect(path or "notices:index")


@require_POST
@login_required
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(notices=Notice.objects.visible_to(request.user), now=clock.now())
    return redirect("notices:index")
