"""What the workers do for notices: send the mail, once, and take up again what was lost on the way."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail

from marketplace.core import clock
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of

LOST_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=3)
MOST_AT_ONCE = 200


@shared_task(name="notices.mail_notice")
def mail_notice(pk: int) -> None:
    """Send one notice by mail; sending it again does nothing, and neither does a person without an address.

    While the mail server is away it is left to `mail_waiting`; an address that the server refuses isn't tried again.
    """
    notice = Notice.objects.to_mail().select_related("user").filter(pk=pk).first()
    if notice is None or not Notice.objects.filter(pk=pk, mailed_at=None).update(mailed_at=clock.now()):
        return
    letter = letter_of(notice, language=notice.user.language or settings.LANGUAGE_CODE)
    try:
        send_mail(letter.subject, letter.body, None, [notice.user.email])
    except SMTPRecipientsRefused:
        raise
    except OSError:
        Notice.objects.filter(pk=pk).update(mailed_at=None)
        raise


@shared_task(name="notices.mail_waiting")
def mail_waiting() -> None:
    """Mail what a broker, a worker or a mail server that was away left unsent, for GIVEN_UP_AFTER; then it is old."""
    now = clock.now()
    lost = Notice.objects.to_mail().created_between(now - GIVEN_UP_AFTER, now - LOST_AFTER)
    for pk in lost.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        mail_notice.delay(pk)
