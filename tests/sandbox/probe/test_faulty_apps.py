"""Each check finds the fault that it is there for: a copy of the reference app with the fault fails it, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.probe import campaign, disturbance
from sandbox.probe.bench import make_context, make_gateway
from sandbox.probe.catalogue import check_for
from sandbox.probe.client import AppClient
from sandbox.probe.fuzz import SchemathesisFuzzer
from sandbox.probe.model import Finding
from sandbox.probe.submission import enter
from tests.sandbox.mutants.catalogue import MUTANTS
from tests.sandbox.mutants.model import Mutant, one
from tests.sandbox.probe.bench import RunningApp, job

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
API, SERVICE, SITE, PAGES = "api.py", "service.py", "site.py", "pages.py"
_MAIN = "def main() -> int:"
_DRAFT = "        return json_response(200, self._service.draft(visit))"
_UNAUTHORISED = '            return self._problem(request, 401, "unauthorised")\n'
_LOCK = "        with self.cases.lock_of(visit.case):\n            before"
_THREADS = "for _ in range(200):\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
_ENTER = "        given = self.departments.enter(token)\n"
_TOO_EARLY = "        if time.monotonic() - BEGAN < 3:\n            raise ZeroDivisionError\n"
_PERSON = "            person = self.departments.person(visit.gateway_session)\n"
_DENY = "            application.state = RECEIVED if answer else REFUSED\n"
_REFUSE_WAITING = "        if application.state == SENDING:\n            raise NoAnswerError\n"
OWN = (
    one(
        "answers_everything",
        "every path is answered with 200",
        "contract",
        (
            SITE,
            "answer(request) if api else",
            "answer(request) if api or request.path == '/launch' else Response(200) or",
        ),
    ),
    one(
        "says_404_without_session",
        "without a session a form is not found",
        "contract",
        (API, _UNAUTHORISED + _DRAFT, _UNAUTHORISED.replace("401", "404") + _DRAFT),
    ),
    one(
        "old_date",
        "the form shows another date than the register",
        "contract",
        (SERVICE, '"registered_on": known["registration"].get("registered_on")', '"registered_on": "2020-02-02"'),
    ),
    one(
        "hides_the_remedy",
        "what the applicant could do is not passed on",
        "fault",
        (API, 'remedy=told["remedy"] or ""', 'remedy=""'),
    ),
    one(
        "denies_when_not_found",
        "an application that the department does not find is thrown away",
        "fault",
        (
            SERVICE,
            "            if answer:\n",
            "            application.state = RECEIVED if answer else REFUSED\n            if answer:\n",
        ),
    ),
    one(
        "keeps_what_was_wrong",
        "what a register said wrongly is kept for ever",
        "fault",
        (SERVICE, "            visit.known = None ", "            pass "),
    ),
    one(
        "comes_back_yourself",
        "during an outage nothing is taken",
        "fault",
        (
            SERVICE,
            "        if application.state == REFUSED:\n",
            f"{_REFUSE_WAITING}        if application.state == REFUSED:\n",
        ),
    ),
    one(
        "asks_again",
        "the form asks for the telephone number that is on file",
        "duty",
        (PAGES, '"phone": draft["phone"] or ""', '"phone": ""'),
    ),
    one(
        "wants_paper",
        "the form wants a photograph of the rental contract",
        "duty",
        ("templates/apply.html", "<button ", '<input type="file" name="contract"><button '),
    ),
    one(
        "one_by_one",
        "each look at the form asks one more time",
        "load",
        (
            SERVICE,
            _PERSON,
            f"            pass\n        self.n = getattr(self, 'n', 0) + 1\n        for _ in range(self.n):\n{_PERSON}",
        ),
    ),
    one("eats_memory", "holds 300 MiB", "load", ("__main__.py", _MAIN, 'HELD = b"x" * (300 << 20)\n\n\n' + _MAIN)),
    one(
        "ends_by_itself",
        "ends while somebody submits",
        "conduct",
        (
            SERVICE,
            "        with self.cases.lock_of(visit.case):\n            before",
            "        import os\n        os._exit(3)\n        with self.cases.lock_of(visit.case):\n            before",
        ),
    ),
    one(
        "writes_beside",
        "tries to write beside its program",
        "conduct",
        ("__main__.py", _MAIN, 'print("OSError: [Errno 30] Read-only file system: /srv/cache")\n\n\n' + _MAIN),
    ),
    one(
        "many_threads",
        "keeps two hundred threads",
        "conduct",
        (
            "__main__.py",
            _MAIN,
            "for _ in range(200):\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\n\n\n"
            + _MAIN,
        ),
    ),
    one(
        "talks_too_much",
        "logs megabytes",
        "conduct",
        ("__main__.py", _MAIN, 'print("x" * 5_000_000)\n\n\n' + _MAIN),
    ),
    one(
        "remembers",
        "shows a case whose session is over",
        "conduct",
        (
            SERVICE,
            "            except (NoAnswerError, RefusedError):",
            "            except (NoAnswerError, NoSessionError, RefusedError):",
        ),
    ),
    one(
        "not_ready",
        "says that it is healthy before it can serve anybody",
        "start",
        (
            SERVICE,
            "        given = self.departments.enter(token)\n",
            _TOO_EARLY + _ENTER,
        ),
        (SERVICE, "import re\n", "import re\nimport time\n\nBEGAN = time.monotonic()\n"),
    ),
)
BY_NAME = {mutant.name: mutant for mutant in (*MUTANTS, *OWN)}


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("crashes_on_bad_json", "contract.no_server_error"),
        ("wrong_content_type", "contract.conforms"),
        ("accepts_unknown_fields", "contract.refuses_bad_input"),
        ("accepts_any_phone", "contract.refuses_bad_input"),
        ("reads_others", "contract.sessions_apart"),
        ("open_door", "contract.sessions_apart"),
        ("people_mixed_up", "contract.sessions_apart"),
        ("says_404_without_session", "contract.asks_for_session"),
        ("token_again", "contract.token_once"),
        ("answers_everything", "contract.refuses_unknown"),
        ("crash_on_odd_names", "contract.everybody"),
        ("crash_without_phone", "contract.everybody"),
        ("old_date", "contract.everybody"),
        ("document_number_in_url", "duty.no_personal_data_in_urls"),
        ("leaks_document_number", "duty.numbers_masked"),
        ("tells_the_wrong_department", "duty.right_department"),
        ("asks_again", "duty.asks_nothing_known"),
        ("wants_paper", "duty.asks_nothing_known"),
        ("n_plus_one", "load.calls_per_case"),
        ("one_by_one", "load.calls_per_case"),
        ("eats_memory", "load.memory"),
        ("ends_by_itself", "conduct.no_crash"),
        ("writes_beside", "conduct.writes_in_tmp"),
        ("many_threads", "conduct.processes"),
        ("talks_too_much", "conduct.log_volume"),
        ("document_number_in_log", "conduct.quiet_logs"),
        ("remembers", "conduct.forgets"),
        ("not_ready", "start.again"),
        ("crashes_on_error500", "fault.error500"),
        ("shows_its_insides", "fault.error500"),
        ("wrong_pickup", "fault.error500"),
        ("crashes_on_reset", "fault.reset"),
        ("crashes_on_malformed", "fault.malformed"),
        ("crashes_on_malformed", "fault.truncated"),
        ("stale_state", "fault.stale"),
        ("denies_when_not_found", "fault.stale"),
        ("hides_the_remedy", "fault.refused"),
        ("refusal_swallowed", "fault.refused"),
        ("comes_back_yourself", "fault.recover"),
        ("keeps_what_was_wrong", "fault.lying"),
        ("no_key", "fault.exactly_once"),
    ],
)
def test_a_check_finds_its_fault(name: str, check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "VALID_EACH", 3)
    monkeypatch.setattr(campaign, "INVALID_EACH", 3)
    monkeypatch.setattr(disturbance, "_SETTLE_SECONDS", 0.9)
    found = once(BY_NAME[name], check, tmp_path)
    assert found.outcome == "failed", found.summary
    assert found.evidence or found.measurements


def once(mutant: Mutant, check_id: str, folder: Path) -> Finding:
    """Run one check once against a mutant and return what it finds."""
    a_job = job(recovery_seconds=1, answer_seconds=2)
    gateway, launcher = make_gateway(a_job)
    app = RunningApp(gateway.start(), folder, mutant.write(folder))
    app.start()
    fuzzer = SchemathesisFuzzer(a_job["plan"]["contract"], 7)
    client = AppClient("127.0.0.1", app.port)
    context = make_context(a_job, gateway, launcher, app=client, want=app.want, fuzzer=fuzzer)
    try:
        context.wait_healthy(10)
        if check_id.startswith("duty."):
            enter(context).submit()  # duties are judged over what others did before
        return check_for(check_id).run(context)
    finally:
        app.stop()
        gateway.stop()
