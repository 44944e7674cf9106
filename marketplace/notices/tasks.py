"""What the workers do for notices: send the mail, once."""

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail

from marketplace.core import clock
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of


@shared_task(name="notices.mail_notice")
def mail_notice(pk: int) -> None:
    """Send one notice by mail; sending it again does nothing, and neither does a person without an address."""
    notice = Notice.objects.select_related("user").filter(pk=pk, mailed_at=None, user__is_active=True).first()
    if notice is None or not notice.user.email:
        return
    if not Notice.objects.filter(pk=pk, mailed_at=None).update(mailed_at=clock.now()):
        return
    letter = letter_of(notice, language=notice.user.language or settings.LANGUAGE_CODE)
    send_mail(letter.subject, letter.body, None, [notice.user.email])
