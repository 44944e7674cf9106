"""Roles are given once, and who gave them is kept."""

import pytest

from marketplace.accounts.services import grant_department_role, grant_platform_role
from marketplace.core.models import AuditEvent
from tests import factory

pytestmark = pytest.mark.django_db


def granted():
    return [(event.actor, event.after) for event in AuditEvent.objects.filter(verb="role_granted")]


def test_a_role_in_a_department_is_given_and_kept_once(now):
    body, person, giver = factory.department(), factory.person("new"), factory.person("giver")
    for _again in range(2):
        grant_department_role(department=body, user=person, role="publisher", by=giver, now=now)
    assert granted() == [(giver.audit_name, {"user": person.pk, "role": "publisher", "department": body.code})]
    assert [each.role for each in person.department_memberships.all()] == ["publisher"]


def test_a_role_on_the_platform_is_given_and_kept_once(now):
    person, giver = factory.person("new"), factory.person("giver")
    assert not person.has_platform_permission("sandbox.operate")
    for _again in range(2):
        grant_platform_role(user=person, role="operator", by=giver, now=now)
    assert granted() == [(giver.audit_name, {"user": person.pk, "role": "operator"})]
    assert type(person).objects.get(pk=person.pk).has_platform_permission("sandbox.operate")
