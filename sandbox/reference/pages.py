"""Owns the pages that a citizen sees: the form, the check, the receipt, how it stands, and what to do when stuck."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

from . import render
from .cases import REFUSED, SENDING, Application, Visit
from .departments import NoAnswerError, NoSessionError, RefusedError
from .render import Html
from .service import GROUNDS, PICKUPS, Service, faults_in
from .web import Request, Response, see_other
from .words import EN, WORDS, ZH, say

Page = Callable[[Request, Visit], Response]
NOBODY = Visit("", "", "", ZH, 0.0)  # whoever comes without a session is spoken to in Chinese
_BEIJING = timezone(timedelta(hours=8))
_STATIC = {
    "/static/style.css": ("style.css", "text/css; charset=utf-8"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml"),
}


_DECIDED = frozenset({"not_accepted", "completed", "denied", "refused"})
_HAN = re.compile("[\u4e00-\u9fff]")


def _chinese(visit: Visit, value: str | None) -> str:
    """Return a department's datum; on an English page Chinese text is marked as such, so that it is read out well."""
    if not value or visit.language != EN or not _HAN.search(value):
        return value or ""
    return Html(f'<span lang="zh-Hans">{render.escaped(value)}</span>')


class Pages:
    """Answers everything that is not JSON."""

    def __init__(self, service: Service) -> None:
        self._service = service
        accent = service.settings.accent
        self._cookie = f"app_session_{service.settings.port}"  # cookies know no ports: two apps on one host must differ
        self._static = {path: (render.static(name, accent), kind) for path, (name, kind) in _STATIC.items()}
        self._routes: dict[tuple[str, str], Page] = {
            ("GET", "/"): lambda request, visit: see_other("/apply"),
            ("GET", "/apply"): self._apply,
            ("POST", "/apply"): self._applied,
            ("GET", "/check"): self._check,
            ("POST", "/check"): self._checked,
            ("GET", "/receipt"): self._receipt,
            ("GET", "/status"): self._status,
            ("POST", "/language"): self._language,
            ("POST", "/text"): self._text,
        }

    def answer(self, request: Request) -> Response:
        """Answer one request of a browser."""
        method = "GET" if request.method == "HEAD" else request.method
        if request.path in self._static:
            body, kind = self._static[request.path]
            return Response(200, body, kind, {"Cache-Control": "max-age=3600"})
        if (method, request.path) == ("GET", "/launch"):
            return self._launch(request)
        visit = self._service.cases.visit(request.cookie(self._cookie))
        page = self._routes.get((method, request.path))
        if page is None:
            return self._message(visit or NOBODY, 404, "missing", link="/apply" if visit else "")
        return self._shown(page, request, visit)

    def _shown(self, page: Page, request: Request, visit: Visit | None) -> Response:
        if visit is None:
            return self._message(NOBODY, 401, "gone")
        try:
            return page(request, visit)
        except NoAnswerError:
            return self._message(visit, 503, "busy", link=request.path)
        except NoSessionError:
            return self._message(visit, 401, "gone")

    def broken(self) -> Response:
        """Return the page for our own failure."""
        return self._message(NOBODY, 500, "broken")

    # ------------------------------------------------------------------ entering

    def _launch(self, request: Request) -> Response:
        token = (request.query.get("token") or [""])[-1]
        before = self._service.cases.visit(request.cookie(self._cookie)) or NOBODY
        if not 1 <= len(token) <= 4000 or not token.isprintable():
            return self._message(before, 401, "gone")
        try:
            visit = self._service.enter(token)
        except (NoSessionError, RefusedError):
            return self._message(before, 401, "gone")
        except NoAnswerError:
            return self._message(before, 503, "busy")
        started = self._service.cases.application_of(visit.case)
        place = "/status" if started and started.state != REFUSED else "/apply"
        return see_other(place, **{"Set-Cookie": f"{self._cookie}={visit.session}; Path=/; HttpOnly; SameSite=Lax"})

    def _language(self, request: Request, visit: Visit) -> Response:
        fields = request.form()
        visit.language = EN if fields.get("to") == EN else ZH
        back = fields.get("back", "/apply")
        return see_other(back if ("GET", back) in self._routes else "/apply")

    def _text(self, request: Request, visit: Visit) -> Response:
        fields = request.form()
        visit.elder = fields.get("to") == "large"
        back = fields.get("back", "/apply")
        return see_other(back if ("GET", back) in self._routes else "/apply")

    # ------------------------------------------------------------------ the form

    def _apply(self, request: Request, visit: Visit, errors: dict[str, str] | None = None) -> Response:
        started = self._service.cases.application_of(visit.case)
        if started and started.state != REFUSED:
            return see_other("/status")
        draft = self._service.draft(visit)
        form = {
            "phone": draft["phone"] or "",
            "ground": "dwelling" if draft["rental_contract_no"] else "",
            **visit.form,
        }
        say_ = self._say(visit)
        errors = {name: say_(key) for name, key in (errors or {}).items()}
        fields = render.radios(
            name="ground",
            legend=say_("ground"),
            hint=say_("ground_hint"),
            choices=[(value, say_(f"ground_{value}")) for value in GROUNDS],
            chosen=form["ground"],
            error=errors.get("ground", ""),
        )
        fields = Html(fields + self._contact_fields(visit, form, errors))
        known = render.facts(
            [
                (say_("name"), _chinese(visit, draft["name"])),
                (say_("document_number"), draft["document_number_masked"]),
                (say_("address"), _chinese(visit, draft["address"]) or say_("none")),
                (say_("registered_on"), draft["registered_on"] or say_("none")),
                (say_("rental"), draft["rental_contract_no"] or say_("none")),
            ]
        )
        values = {
            "errors": render.error_list(say_("errors_title"), errors),
            "known": known,
            "fields": fields,
            "steps": self._steps(visit, 1),
        }
        return self._page(visit, "apply", "apply_title", values, status=422 if errors else 200, back="/apply")

    def _contact_fields(self, visit: Visit, form: dict[str, str], errors: dict[str, str]) -> str:
        say_ = self._say(visit)
        phone = render.telephone(
            name="phone",
            label=say_("phone"),
            hint=say_("phone_hint"),
            value=form["phone"],
            error=errors.get("phone", ""),
        )
        pickup = render.radios(
            name="pickup",
            legend=say_("pickup"),
            hint="",
            choices=[(value, say_(f"pickup_{value}")) for value in PICKUPS],
            chosen=form.get("pickup", ""),
            error=errors.get("pickup", ""),
        )
        return phone + pickup

    def _applied(self, request: Request, visit: Visit) -> Response:
        fields = request.form()
        visit.form = {name: fields.get(name, "").strip()[:40] for name in ("ground", "phone", "pickup")}
        errors = faults_in({**visit.form, "declaration": True})
        return self._apply(request, visit, errors) if errors else see_other("/check")

    def _check(self, request: Request, visit: Visit, errors: dict[str, str] | None = None) -> Response:
        if faults_in({**visit.form, "declaration": True}):
            return see_other("/apply")
        say_ = self._say(visit)
        draft = self._service.draft(visit)
        errors = {name: say_(key) for name, key in (errors or {}).items()}
        answers = render.facts(
            [
                (say_("name"), _chinese(visit, draft["name"])),
                (say_("document_number"), draft["document_number_masked"]),
                (say_("address"), _chinese(visit, draft["address"]) or say_("none")),
                (say_("asked_ground"), say_(f"ground_{visit.form['ground']}"), self._change(visit, "ground")),
                (say_("phone"), visit.form["phone"], self._change(visit, "phone")),
                (say_("asked_pickup"), say_(f"pickup_{visit.form['pickup']}"), self._change(visit, "pickup")),
            ]
        )
        values = {
            "errors": render.error_list(say_("errors_title"), errors),
            "answers": answers,
            "fields": render.tick(name="declaration", label=say_("declaration"), error=errors.get("declaration", "")),
            "steps": self._steps(visit, 2),
        }
        return self._page(visit, "check", "check_title", values, status=422 if errors else 200, back="/check")

    def _change(self, visit: Visit, name: str) -> Html:
        """Return the link that leads back to one question."""
        say_ = self._say(visit)
        spoken = say(visit.language, "change_what", what=say_(f"asked_{name}"))
        link = f'<a class="change" href="/apply#{name}" aria-label="{render.escaped(spoken)}">'
        return Html(f"{link}{render.escaped(say_('change'))}</a>")

    def _checked(self, request: Request, visit: Visit) -> Response:
        form = {**visit.form, "declaration": request.form().get("declaration") == "yes"}
        errors = faults_in(form)
        if set(errors) == {"declaration"}:
            return self._check(request, visit, errors)
        if errors and not self._service.cases.application_of(visit.case):
            return see_other("/apply")
        try:
            self._service.submit(visit, form)
        except RefusedError as refusal:
            return self._refused(visit, refusal.problem.get("detail"), refusal.problem.get("remedy"))
        return see_other("/receipt")

    # ------------------------------------------------------------------ afterwards

    def _refused(self, visit: Visit, reason: str | None, remedy: str | None) -> Response:
        say_ = self._say(visit)
        rows: list[tuple[object, ...]] = [(say_("reason"), reason or say_("told_refused"))]
        if remedy:
            rows.append((say_("remedy"), remedy))
        return self._page(visit, "refused", "refused_title", {"facts": render.facts(rows)}, back="/apply")

    def _receipt(self, request: Request, visit: Visit) -> Response:
        application = self._service.cases.application_of(visit.case)
        if application is None or application.state == REFUSED:
            return see_other("/apply")
        kind = "sending" if application.state == SENDING else "received"
        say_ = self._say(visit)
        values = {
            "steps": self._steps(visit, 3),
            "receipt_title": say_(f"receipt_title_{kind}"),
            "reference_label": say_("reference"),
            "reference": application.reference,
            "facts": render.facts(
                [(say_("application_no"), application.application_no or say_("application_no_pending"))]
            ),
            "next": say_(f"next_{kind}"),
        }
        return self._page(visit, "receipt", f"receipt_title_{kind}", values, back="/receipt")

    def _status(self, request: Request, visit: Visit) -> Response:
        application = self._service.standing(visit)
        if application is None:
            return see_other("/apply")
        return self._page(visit, "status", "status_title", self._standing(visit, application), back="/status")

    def _standing(self, visit: Visit, application: Application) -> dict[str, object]:
        """Return the values of the status page: the present state, how far it got, and the numbers."""
        say_ = self._say(visit)
        state = application.department_state if application.application_no else application.state
        key = f"state_{state}" if f"state_{state}" in WORDS else f"state_{application.state}"
        submitted = datetime.fromisoformat(application.submitted_at).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")
        decided = state in _DECIDED
        number = f"{say_('application_no')} {application.application_no}" if application.application_no else ""
        marks = [
            (say_("mark_submitted"), submitted, True),
            (say_("mark_received"), number or say_("mark_waiting"), bool(number)),
            (say_("mark_decided"), say_(key) if decided else say_("mark_waiting"), decided),
        ]
        rows: list[tuple[object, ...]] = [(say_("reference"), application.reference)]
        rows += [(say_(name), value) for name in ("reason", "remedy") if (value := getattr(application, name))]
        return {"standing": say_(key), "marks": render.marks(marks), "facts": render.facts(rows)}

    # ------------------------------------------------------------------ the frame

    def _steps(self, visit: Visit, now: int) -> Html:
        say_ = self._say(visit)
        names = [say_(f"step_{name}") for name in ("apply", "check", "receipt")]
        return render.steps(say_("step_names"), say(visit.language, "step", now=now), names, now=now)

    @staticmethod
    def _say(visit: Visit) -> Callable[[str], str]:
        return lambda key: say(visit.language, key)

    def _message(self, visit: Visit, status: int, key: str, *, link: str = "") -> Response:
        say_ = self._say(visit)
        anchor = Html("")
        if link:
            anchor = Html(f'<p><a class="button" href="{link}">{render.escaped(say_("try_again"))}</a></p>')
        values = {"message_title": say_(f"{key}_title"), "message": say_(key), "link": anchor}
        return self._page(visit, "message", f"{key}_title", values, status=status)

    def _page(
        self,
        visit: Visit,
        template: str,
        title: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
        back: str = "",
    ) -> Response:
        language, settings = visit.language, self._service.settings
        name = settings.name_en if language == EN else settings.name_zh
        words: dict[str, object] = {key: say(language, key) for key in WORDS if "{" not in WORDS[key][0]}
        content = render.fill(template, {**words, **values})
        frame = {
            "lang": "en" if language == EN else "zh-Hans",
            "mode": "elder" if visit.elder else "usual",
            "title": say(language, title),
            "error_prefix": say(language, "error_prefix") if status == 422 else "",
            "app_name": name,
            "run_by": say(language, "run_by", name=name),
            "switches": self._switches(visit, back) if back else Html(""),
            "content": content,
        }
        return Response(status, render.fill("layout", words | frame).encode())

    @staticmethod
    def _switches(visit: Visit, back: str) -> Html:
        other, lang = (ZH, "zh-Hans") if visit.language == EN else (EN, "en")
        size, words = ("usual", "usual_text") if visit.elder else ("large", "large_text")
        text = render.switch(action="/text", to=size, back=back, label=say(visit.language, words))
        language = render.switch(
            action="/language", to=other, back=back, label=say(visit.language, "language_other"), lang=lang
        )
        return Html(f'<div class="switches">{text}{language}</div>')
