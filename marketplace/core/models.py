"""Tables without domain words: the audit chain, its signed heads, and the working-day calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditStream(models.Model):
    """The head of one chain; locked while an event is appended."""

    name = models.CharField(max_length=120, unique=True)
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One thing that somebody did; never changed, never removed."""

    stream = models.CharField(max_length=120)
    sequence = models.PositiveBigIntegerField()
    actor = models.CharField(max_length=120)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_event_once")]
        ordering = ["stream", "sequence"]

    def __str__(self) -> str:
        return f"{self.stream}#{self.sequence} {self.verb}"


class AuditHead(models.Model):
    """The heads of all streams on one day, signed (JWS) and public."""

    day = models.DateField(unique=True)
    heads = models.JSONField()
    signature = models.TextField()
    suite = models.CharField(max_length=40)

    def __str__(self) -> str:
        return str(self.day)


class SigningKey(models.Model):
    """What is known of a key that signs, or signed; the key itself is a file."""

    kid = models.CharField(_("id of the key: its RFC 7638 thumbprint"), max_length=64, unique=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    needed_until = models.DateTimeField(_("when the last thing that it signed expires"), null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(retired_at=None), name="one_signing_key_is_active"
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at=None, needed_until=None)
                | models.Q(retired_at__isnull=False, needed_until__isnull=False),
                name="retired_signing_keys_say_how_long_they_verify",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class CalendarDay(models.Model):
    """A day that differs from Monday-to-Friday: a holiday, or a make-up working day (调休)."""

    date = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["date"]
        verbose_name = _("calendar day")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
