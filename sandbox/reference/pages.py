"""Owns the pages that a citizen sees: the form, the check, the receipt, how it stands, and what to do when stuck."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import render
from .cases import REFUSED, SENDING, Application, Visit
from .departments import NoAnswerError, NoSessionError, RefusedError
from .render import Html
from .service import GROUNDS, PICKUPS, Service, faults_in
from .web import Request, Response, see_other
from .words import EN, WORDS, ZH, say

Page = Callable[[Request, Visit], Response]
_STATIC = {
    "/static/style.css": ("style.css", "text/css; charset=utf-8"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml"),
}


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
            language = visit.language if visit else ZH
            return self._message(language, 404, "missing", link="/apply" if visit else "")
        return self._shown(page, request, visit)

    def _shown(self, page: Page, request: Request, visit: Visit | None) -> Response:
        if visit is None:
            return self._message(ZH, 401, "gone")
        try:
            return page(request, visit)
        except NoAnswerError:
            return self._message(visit.language, 503, "busy", link=request.path)
        except NoSessionError:
            return self._message(visit.language, 401, "gone")

    def broken(self) -> Response:
        """Return the page for our own failure."""
        return self._message(ZH, 500, "broken")

    # ------------------------------------------------------------------ entering

    def _launch(self, request: Request) -> Response:
        token = (request.query.get("token") or [""])[-1]
        if not 1 <= len(token) <= 4000 or not token.isprintable():
            return self._message(ZH, 401, "gone")
        try:
            visit = self._service.enter(token)
        except (NoSessionError, RefusedError):
            return self._message(ZH, 401, "gone")
        except NoAnswerError:
            return self._message(ZH, 503, "busy")
        started = self._service.cases.application_of(visit.case)
        place = "/status" if started and started.state != REFUSED else "/apply"
        return see_other(place, **{"Set-Cookie": f"{self._cookie}={visit.session}; Path=/; HttpOnly; SameSite=Lax"})

    def _language(self, request: Request, visit: Visit) -> Response:
        fields = request.form()
        visit.language = EN if fields.get("to") == EN else ZH
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
                (say_("name"), draft["name"]),
                (say_("document_number"), draft["document_number_masked"]),
                (say_("address"), draft["address"] or say_("none")),
                (say_("registered_on"), draft["registered_on"] or say_("none")),
                (say_("rental"), draft["rental_contract_no"] or say_("none")),
            ]
        )
        values = {
            "errors": render.error_list(say_("errors_title"), errors),
            "known": known,
            "fields": fields,
            "step": say(visit.language, "step", now=1),
        }
        return self._page(visit.language, "apply", "apply_title", values, status=422 if errors else 200, back="/apply")

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
                (say_("name"), draft["name"]),
                (say_("document_number"), draft["document_number_masked"]),
                (say_("address"), draft["address"] or say_("none")),
                (say_("ground"), say_(f"ground_{visit.form['ground']}")),
                (say_("phone"), visit.form["phone"]),
                (say_("pickup"), say_(f"pickup_{visit.form['pickup']}")),
            ]
        )
        values = {
            "errors": render.error_list(say_("errors_title"), errors),
            "answers": answers,
            "fields": render.tick(name="declaration", label=say_("declaration"), error=errors.get("declaration", "")),
            "step": say(visit.language, "step", now=2),
        }
        return self._page(visit.language, "check", "check_title", values, status=422 if errors else 200, back="/check")

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
        rows: list[tuple[str, object]] = [(say_("reason"), reason or say_("told_refused"))]
        if remedy:
            rows.append((say_("remedy"), remedy))
        return self._page(visit.language, "refused", "refused_title", {"facts": render.facts(rows)}, back="/apply")

    def _receipt(self, request: Request, visit: Visit) -> Response:
        application = self._service.cases.application_of(visit.case)
        if application is None or application.state == REFUSED:
            return see_other("/apply")
        kind = "sending" if application.state == SENDING else "received"
        say_ = self._say(visit)
        values = {
            "step": say(visit.language, "step", now=3),
            "receipt_title": say_(f"receipt_title_{kind}"),
            "reference_label": say_("reference"),
            "reference": application.reference,
            "facts": render.facts(
                [(say_("application_no"), application.application_no or say_("application_no_pending"))]
            ),
            "next": say_(f"next_{kind}"),
        }
        return self._page(visit.language, "receipt", f"receipt_title_{kind}", values, back="/receipt")

    def _status(self, request: Request, visit: Visit) -> Response:
        application = self._service.standing(visit)
        if application is None:
            return see_other("/apply")
        return self._page(
            visit.language, "status", "status_title", {"facts": self._standing(visit, application)}, back="/status"
        )

    def _standing(self, visit: Visit, application: Application) -> Html:
        say_ = self._say(visit)
        state = application.department_state if application.application_no else application.state
        key = f"state_{state}" if f"state_{state}" in WORDS else f"state_{application.state}"
        rows: list[tuple[str, object]] = [
            (say_("state"), say_(key)),
            (say_("reference"), application.reference),
            (say_("application_no"), application.application_no or say_("application_no_pending")),
            (say_("submitted_at"), application.submitted_at[:16].replace("T", " ") + " UTC"),
        ]
        rows += [(say_(name), value) for name in ("reason", "remedy") if (value := getattr(application, name))]
        return render.facts(rows)

    # ------------------------------------------------------------------ the frame

    @staticmethod
    def _say(visit: Visit) -> Callable[[str], str]:
        return lambda key: say(visit.language, key)

    def _message(self, language: str, status: int, key: str, *, link: str = "") -> Response:
        anchor = (
            Html(f'<p><a class="button" href="{link}">{render.escaped(say(language, "try_again"))}</a></p>')
            if link
            else Html("")
        )
        values = {"message_title": say(language, f"{key}_title"), "message": say(language, key), "link": anchor}
        return self._page(language, "message", f"{key}_title", values, status=status)

    def _page(
        self,
        language: str,
        template: str,
        title: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
        back: str = "",
    ) -> Response:
        settings = self._service.settings
        name = settings.name_en if language == EN else settings.name_zh
        words: dict[str, object] = {key: say(language, key) for key in WORDS if "{" not in WORDS[key][0]}
        content = render.fill(template, {**words, **values})
        frame = {
            "lang": "en" if language == EN else "zh-Hans",
            "title": say(language, title),
            "error_prefix": say(language, "error_prefix") if status == 422 else "",
            "app_name": name,
            "run_by": say(language, "run_by", name=name),
            "language_switch": self._switch(language, back) if back else Html(""),
            "content": content,
        }
        return Response(status, render.fill("layout", words | frame).encode())

    @staticmethod
    def _switch(language: str, back: str) -> Html:
        other, lang = (ZH, "zh-Hans") if language == EN else (EN, "en")
        return Html(
            f'<form class="language" method="post" action="/language"><input type="hidden" name="to" value="{other}">'
            f'<input type="hidden" name="back" value="{back}"><button type="submit" lang="{lang}">'
            f"{render.escaped(say(language, 'language_other'))}</button></form>"
        )
