"""What the stories of re-tests have in common: an interface moves on, a run is carried out, people were told."""

from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.services.interfaces import publish_version
from marketplace.notices.models import Notice
from sandbox import retests
from sandbox.runs import running
from tests.sandbox.fake_engine import result


def publish(interface, number, cast, now, state="stable"):
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": number}, "paths": {}, "x-new": True}
    made = InterfaceVersion.objects.create(interface=interface, version=number, document=document, sha256="1" * 64)
    publish_version(version=made, by=cast.publisher, now=now, state=state)
    return made


def start_and_run(engine, now, *, passes=True):
    (run,) = retests.start_due(now=now)
    engine.lines = None if passes else [result("start.healthy", "failed")]
    assert running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    return run


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))
