"""What the workers do for notices: send the mail, once."""

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.core import clock
from marketplace.notices.models import Notice


@shared_task(name="notices.mail_notice")
def mail_notice(pk: int) -> None:
    """Send one notice by mail; sending it again does nothing."""
    claimed = Notice.objects.filter(pk=pk, mailed_at=None).update(mailed_at=clock.now())
    if not claimed:
        return
    notice = Notice.objects.select_related("user").get(pk=pk)
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        url = settings.BASE_URL + notice.path if notice.path else ""
        text = render_to_string(f"notices/{notice.kind}.txt", {"notice": notice, "url": url, **notice.params})
    subject, _, body = text.partition("\n")
    send_mail(subject.strip(), body.strip(), None, [notice.user.email])
