"""The department's question desk: what is unanswered and until when."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from vendors import services
from vendors.forms import AnswerForm, attempt
from vendors.models import Question

PAGE = 20


@require_safe
@login_required
def questions(request: PersonRequest) -> HttpResponse:
    """List the department's questions, those that wait longest first."""
    if not Department.objects.where(request.user, "questions.answer").exists():
        raise Http404
    mine = Question.objects.answerable_by(request.user).select_related("order__department")
    waiting = mine.unanswered().order_by("due_at")
    answered = Paginator(mine.exclude(answered_at=None).order_by("-answered_at"), PAGE)
    context = {"waiting": waiting, "page": answered.get_page(request.GET.get("page")), "now": clock.now()}
    return render(request, "vendors/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: PersonRequest, question_id: int) -> HttpResponse:
    """Answer one question."""
    question = get_object_or_404(
        Question.objects.answerable_by(request.user).select_related("order__department"), pk=question_id
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        attempt(
            form, lambda: services.answer_question(question=question, **form.cleaned_data, by=request.user, now=now)
        )
        if not form.errors:
            messages.success(request, _("The answer is public. Everybody interested in the order gets a notice."))
            return redirect("vendors:questions")
    return render(request, "vendors/answer.html", {"question": question, "form": form, "now": clock.now()})
