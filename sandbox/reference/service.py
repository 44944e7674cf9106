"""Owns what the app does for a person: enter, know what departments know, submit exactly once, deliver what waits."""

from __future__ import annotations

import re
import threading
from typing import Any

from .cases import RECEIVED, REFUSED, SENDING, Application, Cases, Visit
from .departments import Departments, NoAnswerError, NoSessionError, RefusedError
from .settings import LOSES, Settings

GROUNDS = ("dwelling", "employment", "study")
PICKUPS = ("counter", "mail")
_PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_FIELDS = ("ground", "phone", "pickup", "declaration")
_RETRY_SECONDS = 0.8


def faults_in(form: Any) -> dict[str, str]:
    """Return for each field that is wrong the key of the sentence that says so; empty when all is well."""
    if not isinstance(form, dict):
        return {"": "error_body"}
    faults = {}
    if form.get("ground") not in GROUNDS:
        faults["ground"] = "error_ground"
    if not (isinstance(form.get("phone"), str) and _PHONE.fullmatch(form["phone"])):
        faults["phone"] = "error_phone"
    if form.get("pickup") not in PICKUPS:
        faults["pickup"] = "error_pickup"
    if form.get("declaration") is not True:
        faults["declaration"] = "error_declaration"
    if any(name not in _FIELDS for name in form):
        faults[""] = "error_body"
    return faults


class Service:
    """The app without its pages."""

    def __init__(self, settings: Settings, cases: Cases, departments: Departments) -> None:
        self.settings = settings
        self.cases = cases
        self.departments = departments
        self._stopping = threading.Event()
        self._courier = threading.Thread(target=self._keep_delivering, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver what waits."""
        self._courier.start()

    def stop(self) -> None:
        """Finish the delivery in hand."""
        self._stopping.set()
        self._courier.join(self.settings.department_seconds + 1)

    def enter(self, token: str) -> Visit:
        """Let the person of a launch token in. NoSessionError, NoAnswerError."""
        given = self.departments.enter(token)
        return self.cases.begin(
            gateway_session=given.session, case=given.case, language=given.language, elder=given.elder
        )

    def known(self, visit: Visit) -> dict[str, Any]:
        """Return what departments know about the person, asked once a visit. NoAnswerError."""
        if visit.known is None:
            person = self.departments.person(visit.gateway_session)
            registration = self.departments.registration(visit.gateway_session) or {}
            rental = self.departments.rental(visit.gateway_session) or {}
            visit.known = {"person": person, "registration": registration, "rental": rental}
        return visit.known

    def draft(self, visit: Visit) -> dict[str, Any]:
        """Return the form as far as departments can fill it in; the document number is partly hidden."""
        known = self.known(visit)
        number = known["person"]["document_number"]
        return {
            "name": known["person"]["name"],
            "document_type": known["person"]["document_type"],
            "document_number_masked": f"{number[:4]}{'*' * max(0, len(number) - 6)}{number[-2:]}",
            "phone": known["person"]["phone"],
            "address": known["registration"].get("address"),
            "registered_on": known["registration"].get("registered_on"),
            "rental_contract_no": known["rental"].get("contract_no"),
        }

    def submit(self, visit: Visit, form: dict[str, Any]) -> tuple[Application, bool]:
        """Submit the person's application; return it and whether it is new.

        One at a time for each visit, so that a double click finds the first one. RefusedError by the department's
        rules, NoAnswerError when not even the person could be looked up.
        """
        with self.cases.lock_of(visit.case):
            before = self.cases.application_of(visit.case)
            if before and before.state != REFUSED:
                return before, False
            application = self.cases.new_application(visit, self._body(visit, form))
            self._attempt(application)
        if application.state == REFUSED:
            visit.known = None  # what the department refuses may rest on what a register said wrongly
            raise RefusedError(
                {"code": application.department_state, "detail": application.reason, "remedy": application.remedy}
            )
        return application, True

    def _body(self, visit: Visit, form: dict[str, Any]) -> dict[str, Any]:
        known = self.known(visit)
        body = {
            "name": known["person"]["name"],
            "document_type": known["person"]["document_type"],
            "document_number": known["person"]["document_number"],
            "phone": form["phone"],
            "registration_no": known["registration"].get("registration_no", "NONE"),
            "ground": form["ground"],
            "pickup": form["pickup"],
            "declaration": True,
        }
        if form["ground"] == "dwelling" and known["rental"]:
            body["rental_contract_no"] = known["rental"]["contract_no"]
        return body

    def _attempt(self, application: Application) -> None:
        """Try once to hand an application to the department; silence leaves it waiting."""
        try:
            answer = self.departments.submit(application.gateway_session, application.body, application.key)
        except RefusedError as refusal:
            problem = refusal.problem
            application.state = REFUSED
            application.department_state = str(problem.get("code", "refused"))[:64]
            chinese = "" if application.language == "en" else "_zh"
            application.reason = str(problem.get(f"title{chinese}") or problem.get("title", ""))[:500]
            application.remedy = str(problem.get(f"remedy{chinese}") or problem.get("remedy", ""))[:500]
        except NoSessionError:
            application.state = REFUSED
            application.department_state = "no_session"
        except NoAnswerError:
            if self.settings.variant != LOSES:
                return
            application.state = RECEIVED  # the built-in fault: nobody has confirmed anything
        else:
            application.state = RECEIVED
            application.application_no = answer["application_no"]
            application.department_state = answer["state"]
        self.cases.save(application)

    def standing(self, visit: Visit) -> Application | None:
        """Return the person's application, with the department's latest word when it answers. NoSessionError."""
        application = self.cases.application_of(visit.case)
        if application and application.state == RECEIVED and application.application_no:
            try:
                answer = self.departments.application(visit.gateway_session, application.application_no)
            except (NoAnswerError, RefusedError):
                return application
            if answer:
                application.department_state = answer["state"]
                application.reason, application.remedy = answer.get("reason"), answer.get("remedy")
        return application

    def deliver_waiting(self) -> None:
        """Try once to hand over every application that no department has confirmed."""
        for application in self.cases.waiting():
            with self.cases.lock_of(application.case):
                if application.state == SENDING:
                    self._attempt(application)
            if self._stopping.is_set():
                return

    def _keep_delivering(self) -> None:
        while not self._stopping.wait(_RETRY_SECONDS):
            self.deliver_waiting()
