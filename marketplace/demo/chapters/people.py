"""The bodies and people of the story, and who may do what."""

from cms.services import build_site
from marketplace.accounts.models import Department, User
from marketplace.accounts.services import grant_department_role, grant_platform_role
from marketplace.demo.telling import PASSWORD, Telling, content
from sandbox.world.identity import credit_code_check

ORGANISER = "system:demo"


def credit_code(number: int, *, kind: str) -> str:
    """Return a valid credit code that nobody real can have: area 99, an organisation number of the story."""
    first = f"{kind}990100MN{number:07d}"
    return first + credit_code_check(first)


def tell(telling: Telling) -> None:
    """Found the departments, with a window each, and the platform's team."""
    now = telling.at(telling.quarter.day(-60))
    bodies = content("bodies.json")
    for number, body in enumerate(bodies["departments"]):
        telling.departments[body["code"]] = Department.objects.create(
            credit_code=credit_code(number, kind="11"), **body
        )
    build_site()
    for person in bodies["people"]:
        user = User.objects.create_user(person["email"], PASSWORD, name=person["name"], language="zh-hans")
        telling.people[person["key"]] = user
        if "department" in person:
            code, role = person["department"]
            department = telling.departments[code]
            grant_department_role(department=department, user=user, role=role, by=ORGANISER, now=now)
        for role in person.get("platform", []):
            grant_platform_role(user=user, role=role, by=ORGANISER, now=now)
    housing = telling.departments["housing"]
    grant_department_role(department=housing, user=telling.people["housing"], role="editor", by=ORGANISER, now=now)
