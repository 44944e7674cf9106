"""Owns mutants that lose, double or distort what a department should receive, or fail when a department does."""

from .model import one

SERVICE, DEPARTMENTS, API, CASES = "service.py", "departments.py", "api.py", "cases.py"

DELIVERY = (
    one(
        "says_received_on_silence",
        "a department's silence is shown as received",
        "fault",
        (
            SERVICE,
            "            if self.settings.variant != LOSES:\n                return\n",
            "            application.application_no = None\n",
        ),
    ),
    one(
        "no_courier",
        "what waits is never delivered",
        "fault",
        (SERVICE, "        while not self._stopping.wait(_RETRY_SECONDS):", "        while False:"),
    ),
    one(
        "forgets_on_failure",
        "a failed delivery is thrown away",
        "fault",
        (
            SERVICE,
            "            if self.settings.variant != LOSES:\n                return\n",
            "            application.state = REFUSED\n            self.cases.save(application)\n            return\n",
        ),
    ),
    one(
        "new_key_each_time",
        "every attempt carries another Idempotency-Key",
        "fault",
        (SERVICE, "application.body, application.key)", "application.body, __import__('secrets').token_hex(16))"),
    ),
    one(
        "no_key",
        "no attempt carries an Idempotency-Key",
        "fault",
        (DEPARTMENTS, "        if key:\n", "        if False:\n"),
    ),
    one(
        "press_twice",
        "a second press makes a second application",
        "fault scenario",
        (SERVICE, "before = self.cases.application_of(visit.case)\n", "before = None\n"),
    ),
    one(
        "waits_forever",
        "a slow department keeps the citizen waiting",
        "fault",
        ("settings.py", "answer_seconds=3.0", "answer_seconds=90.0"),
    ),
    one(
        "impatient",
        "gives up on a department at once and says that it failed",
        "fault scenario",
        (
            SERVICE,
            "        except NoAnswerError:\n            if self.settings",
            "        except NoAnswerError:\n            raise\n            if self.settings",
        ),
    ),
    one(
        "crashes_on_error500",
        "a department's 500 becomes the app's 500",
        "fault",
        (
            DEPARTMENTS,
            '        if status >= 500 or not isinstance(value, dict):\n            raise NoAnswerError(f"status {status}")',
            "        if status >= 500 or not isinstance(value, dict):\n            raise RuntimeError(status)",
        ),
    ),
    one(
        "crashes_on_malformed",
        "an answer that is no JSON crashes the app",
        "fault",
        (DEPARTMENTS, "http.client.HTTPException, ValueError) as error", "http.client.HTTPException) as error"),
    ),
    one(
        "crashes_on_reset",
        "a broken connection crashes the app",
        "fault",
        (
            DEPARTMENTS,
            "        except (OSError, http.client.HTTPException, ValueError) as error:",
            "        except (TimeoutError, ValueError) as error:",
        ),
    ),
    one(
        "wrong_pickup",
        "whatever the citizen chose, the department receives 'by mail'",
        "fault scenario",
        (SERVICE, '"pickup": form["pickup"]', '"pickup": "mail"'),
    ),
    one(
        "wrong_phone",
        "the department receives the phone on file, not the one that was typed",
        "scenario fault",
        (SERVICE, '"phone": form["phone"],', '"phone": known["person"]["phone"] or "13900000000",'),
    ),
    one(
        "name_cut",
        "names lose the characters outside GB 2312",
        "scenario",
        (
            SERVICE,
            '            "name": known["person"]["name"],\n            "document_type": known["person"]["document_type"],\n'
            '            "document_number": known',
            '            "name": known["person"]["name"].encode("gb2312", "replace").decode("gb2312"),\n'
            '            "document_type": known["person"]["document_type"],\n            "document_number": known',
        ),
    ),
    one(
        "crash_on_odd_names",
        "names outside GB 2312 crash the app",
        "scenario",
        (
            SERVICE,
            '            "name": known["person"]["name"],\n            "document_type": known["person"]["document_type"],\n'
            '            "document_number_masked"',
            '            "name": known["person"]["name"].encode("gb2312").decode("gb2312"),\n'
            '            "document_type": known["person"]["document_type"],\n            "document_number_masked"',
        ),
    ),
    one(
        "crash_without_phone",
        "people without a phone on file can't open the form",
        "scenario",
        (SERVICE, '"phone": known["person"]["phone"],', '"phone": known["person"]["phone"].strip(),'),
    ),
    one(
        "refusal_swallowed",
        "what the department refused is shown as received",
        "scenario fault",
        (
            SERVICE,
            "            problem = refusal.problem\n            application.state = REFUSED\n",
            "            problem = refusal.problem\n            application.state = RECEIVED\n",
        ),
    ),
    one(
        "refusal_without_reason",
        "a refusal doesn't say why or what to do",
        "scenario fault",
        (
            API,
            'detail=told["detail"] or say(visit.language, "told_refused")',
            'detail=say(visit.language, "told_refused")',
        ),
        (API, 'remedy=told["remedy"] or ""', 'remedy=""'),
    ),
    one(
        "stale_state",
        "the state is never asked for again",
        "scenario fault conduct",
        (
            SERVICE,
            "application and application.state == RECEIVED and application.application_no:",
            "False and application:",
        ),
    ),
    one(
        "people_mixed_up",
        "what departments know about the first person is shown to everybody",
        "scenario contract duty",
        (
            SERVICE,
            "        if visit.known is None:\n            person",
            '        if visit.known is None and hasattr(self, "kept"):\n            visit.known = self.kept\n'
            "        if visit.known is None:\n            person",
        ),
        (
            SERVICE,
            '"rental": rental}\n        return visit.known',
            '"rental": rental}\n            self.kept = visit.known\n        return visit.known',
        ),
    ),
)
