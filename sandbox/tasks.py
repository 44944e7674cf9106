"""What sandbox workers do; rows say what is due, so every task may be lost, repeated or run twice at once."""

from celery import Task, shared_task
from celery.signals import worker_ready
from celery.worker.consumer import Consumer

from marketplace.core import clock
from sandbox import intake, retests
from sandbox.models import SandboxRun
from sandbox.presence import Presence
from sandbox.runs import running, sweeping
from sandbox.workers import readiness


def _name(task: Task) -> str:
    return task.request.hostname or readiness.own_name()


@shared_task(bind=True, name="sandbox.take_in")
def take_in(self: Task, version_pk: int) -> None:
    """Check one uploaded archive and start its run."""
    queued = intake.take_in(version_pk=version_pk, worker=_name(self))
    if queued is not None:
        run.delay(queued.pk)


@shared_task(bind=True, name="sandbox.run")
def run(self: Task, run_pk: int) -> None:
    """Carry out the run whose turn it is (a message only says that one waits), then let the next one be started."""
    worker = _name(self)
    waiting = SandboxRun.objects.filter(pk=run_pk, state="queued", version__image_digest="").first()
    if waiting is not None and waiting.version_id:
        intake.take_in(version_pk=waiting.version_id, worker=worker)
    if running.perform(worker=worker):
        following = SandboxRun.objects.waiting().first()
        if following is not None:
            run.delay(following.pk)


@shared_task(bind=True, name="sandbox.sweep")
def sweep(self: Task) -> None:
    """Take up again what was lost."""
    due = sweeping.sweep(worker=_name(self), now=clock.now())
    for pk in due.versions:
        take_in.delay(pk)
    for pk in due.runs:
        run.delay(pk)


@shared_task(name="sandbox.forget_images")
def forget_images() -> None:
    """Delete the images that nobody runs again."""
    sweeping.forget_images(now=clock.now())


@shared_task(name="sandbox.retest")
def retest() -> None:
    """Ask for the re-tests that the calendar asks for, and queue what is due."""
    now = clock.now()
    retests.tidy(now=now)
    retests.ask_yearly(now=now)
    for queued in retests.start_due(now=now):
        run.delay(queued.pk)


@worker_ready.connect
def announce(sender: Consumer, **_: object) -> None:
    """Test the engine anew and look for work as soon as a worker has started that takes the sandbox's tasks."""
    if "sandbox" not in sender.app.amqp.queues.consume_from:
        return
    readiness.forget_self_test(sender.hostname)
    Presence(sender.hostname).start()
    sweep.delay()
