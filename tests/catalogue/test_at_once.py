"""Two people at the same moment: the database decides, one wins, the other is told why."""

import json

import pytest

from marketplace.catalogue.models import Interface, InterfaceVersion
from marketplace.catalogue.services import interfaces as services
from marketplace.core.models import AuditEvent
from tests import factory
from tests.at_once import together
from tests.catalogue.factory import document

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_two_publish_the_same_version(cast, now):
    version = factory.interface_version(cast.police, document=document(), state="draft")
    copies = [InterfaceVersion.objects.get(pk=version.pk) for _ in range(2)]
    outcomes = together(
        *[lambda each=each: services.publish_version(version=each, by=cast.publisher, now=now) for each in copies]
    )
    assert outcomes == ["done", "move-refused"]
    assert AuditEvent.objects.filter(verb="stable").count() == 1


def test_two_upload_the_same_number(cast, now):
    interface = Interface.objects.create(department=cast.police, code="population", name_zh="人口库", name_en="P")
    content = json.dumps(document()).encode()

    def upload():
        services.upload_version(interface=interface, content=content, by=cast.editor, now=now)

    assert together(upload, upload) == ["document-refused", "done"]
    assert interface.versions.count() == 1
