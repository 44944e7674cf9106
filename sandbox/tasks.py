"""What sandbox workers do; rows say what is due, so every task may be lost, repeated or run twice at once."""

from celery import Task, shared_task
from celery.signals import worker_ready

from marketplace.core import clock
from sandbox import intake, queueing, running, sweeping, workers
from sandbox.models import SandboxRun


def _name(task: Task) -> str:
    return task.request.hostname or workers.own_name()


@shared_task(bind=True, name="sandbox.take_in")
def take_in(self: Task, version_pk: int) -> None:
    """Check one uploaded archive and start its run."""
    queued = intake.take_in(version_pk=version_pk, worker=_name(self))
    if queued is not None:
        run.delay(queued.pk)


@shared_task(bind=True, name="sandbox.run")
def run(self: Task, run_pk: int) -> None:
    """Carry out one run, then start the one that has waited longest."""
    worker = _name(self)
    waiting = SandboxRun.objects.filter(pk=run_pk, state="queued", version__image_digest="").first()
    if waiting is not None and waiting.version_id:
        intake.take_in(version_pk=waiting.version_id, worker=worker)
    if running.perform(run_pk=run_pk, worker=worker):
        following = queueing.next_waiting()
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


@shared_task(name="sandbox.forget_failed")
def forget_failed() -> None:
    """Delete what is kept of versions that failed long ago."""
    sweeping.forget_failed(now=clock.now())


@worker_ready.connect
def announce(sender: object = None, **_: object) -> None:
    """Test the engine anew and look for work as soon as a worker has started."""
    workers.forget_self_test(str(getattr(sender, "hostname", "")))
    sweep.delay()
