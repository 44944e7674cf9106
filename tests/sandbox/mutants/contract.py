"""Owns mutants that break the app's contract, its duties towards data, its manners as a process, or its speed."""

from .model import one

SERVICE, DEPARTMENTS, API, WEB, MAIN = "service.py", "departments.py", "api.py", "web.py", "__main__.py"

CONTRACT = (
    one(
        "accepts_any_phone",
        "any text passes as a telephone number",
        "contract",
        (SERVICE, 'isinstance(form.get("phone"), str) and _PHONE.fullmatch(form["phone"])', "form.get('phone')"),
    ),
    one(
        "accepts_no_declaration",
        "goes on without the declaration",
        "contract",
        (
            SERVICE,
            '    if form.get("declaration") is not True:\n        faults["declaration"] = "error_declaration"\n',
            "",
        ),
    ),
    one(
        "accepts_unknown_fields",
        "fields that the contract doesn't know are swallowed",
        "contract",
        (SERVICE, '    if any(name not in _FIELDS for name in form):\n        faults[""] = "error_body"\n', ""),
    ),
    one(
        "crashes_on_bad_json",
        "a body that is no JSON crashes the app",
        "contract",
        (
            API,
            "        except (ValueError, RecursionError):\n            return None",
            "        except ZeroDivisionError:\n            return None",
        ),
    ),
    one(
        "crashes_on_lists",
        "a list where an object is expected crashes the app",
        "contract",
        (SERVICE, '    if not isinstance(form, dict):\n        return {"": "error_body"}\n', "    form.items()\n"),
    ),
    one(
        "wrong_status",
        "an unknown receipt is answered with 200",
        "contract",
        (
            API,
            '            return self._problem(request, 404, "not_found")\n        return json_response(200, self._shown(application, visit))',
            "            return json_response(200, {})\n        return json_response(200, self._shown(application, visit))",
        ),
    ),
    one(
        "undeclared_status",
        "a new application is answered with a status that the contract doesn't have",
        "contract scenario",
        (API, "SENDING else 201", "SENDING else 206"),
    ),
    one(
        "missing_property",
        "a required property is missing in an answer",
        "contract scenario",
        (API, '            "message": say(visit.language, f"told_{application.state}"),\n', ""),
    ),
    one(
        "wrong_content_type",
        "JSON is sent as plain text",
        "contract",
        (WEB, '"application/problem+json" if status >= 400 else "application/json"', '"text/plain"'),
    ),
    one(
        "reads_others",
        "one citizen's session reads another's application",
        "contract duty",
        (
            API,
            "        application = self._service.standing(visit)\n",
            "        application = next((each for each in self._service.cases._applications.values()"
            " if request.path.endswith(each.reference)), None)\n",
        ),
    ),
    one(
        "open_door",
        "without a session the last visitor's form is shown",
        "contract duty",
        (
            API,
            '        return self._service.cases.visit(session.strip()) if scheme.lower() == "bearer" else None',
            '        found = self._service.cases.visit(session.strip()) if scheme.lower() == "bearer" else None\n'
            "        return found or next(reversed(self._service.cases._visits.values()), None)",
        ),
    ),
    one(
        "token_again",
        "a launch token can be used again",
        "contract duty",
        (
            SERVICE,
            "        given = self.departments.enter(token)\n",
            '        kept = self.__dict__.setdefault("tokens", {})\n'
            "        given = kept[token] if token in kept else kept.setdefault(token, self.departments.enter(token))\n",
        ),
    ),
    one(
        "leaks_document_number",
        "the whole id number is shown where it should be partly hidden",
        "contract duty scenario",
        (SERVICE, "f\"{number[:4]}{'*' * max(0, len(number) - 6)}{number[-2:]}\"", "number"),
    ),
    one(
        "document_number_in_url",
        "the id number travels in an address",
        "duty",
        (
            DEPARTMENTS,
            '"/residence/v1/permit-applications", body',
            "f\"/residence/v1/permit-applications?document_number={body['document_number']}\", body",
        ),
    ),
    one(
        "document_number_in_log",
        "what people submit is written to the log",
        "conduct",
        (
            SERVICE,
            '        """Try once to hand an application to the department; silence leaves it waiting."""\n',
            '        """Try once to hand an application to the department; silence leaves it waiting."""\n        print(application.body, flush=True)\n',
        ),
    ),
    one(
        "tells_the_wrong_department",
        "the housing department is told the person's document number",
        "duty",
        (DEPARTMENTS, "def rental(self, session: str)", 'def rental(self, session: str, number: str = "")'),
        (DEPARTMENTS, '"/rental/v1/contracts", session', 'f"/rental/v1/contracts?document_number={number}", session'),
        (SERVICE, "rental(visit.gateway_session)", 'rental(visit.gateway_session, person["document_number"])'),
    ),
    one(
        "ignores_term",
        "doesn't stop when told to",
        "start",
        (MAIN, "signal.signal(number, lambda *_: told.set())", "signal.signal(number, lambda *_: None)"),
    ),
    one(
        "starts_late",
        "takes a minute to start",
        "start",
        (MAIN, "    server = Server(", "    __import__('time').sleep(60)\n    server = Server("),
    ),
    one(
        "wrong_port",
        "listens on a port of its own choice",
        "start",
        (MAIN, "Server(chosen.host, chosen.port,", "Server(chosen.host, chosen.port + 7,"),
    ),
    one(
        "slow",
        "every answer takes two seconds",
        "load",
        ("site.py", "        if self._pause and", "        time.sleep(2)\n        if self._pause and"),
    ),
    one(
        "n_plus_one",
        "asks the departments again and again for the same thing",
        "load duty conduct",
        (
            SERVICE,
            "            person = self.departments.person(visit.gateway_session)\n",
            "            for _ in range(40):\n                person = self.departments.person(visit.gateway_session)\n",
        ),
    ),
    one(
        "shows_its_insides",
        "a failure shows the trace to whoever asks",
        "contract fault",
        (
            API,
            '        except NoAnswerError:\n            return self._problem(request, 503, "busy_title", detail=say(ZH, "busy"))',
            "        except NoAnswerError:\n            import traceback\n\n"
            '            return problem(503, "busy", traceback.format_exc(), detail=traceback.format_exc())',
        ),
    ),
)
