"""One factory for the tests: the five people of the story and the things they own."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from marketplace.accounts.models import Department, DepartmentMembership, PlatformMembership, User
from marketplace.catalogue.models import Interface, InterfaceVersion, ServiceItem
from marketplace.orders.models import DemandOrder
from marketplace.store.models import Case, Listing
from vendors.models import App, AppVersion, Claim, Member, Vendor

_numbers = count(1)
DUTIES = (
    ("operator", "operator"),
    ("operator", "moderator"),
    ("maker", "finance_maker"),
    ("checker", "finance_checker"),
)


@dataclass(frozen=True)
class Cast:
    """The people whom the platform is for, a teammate's and a stranger's view included."""

    police: Department
    housing: Department
    editor: User
    publisher: User
    vendor: Vendor
    developer: User
    citizen: User
    maker: User
    checker: User
    operator: User
    stranger: User


def person(name: str, **fields: object) -> User:
    """Return a new person who can sign in with the password `pass-word-1`."""
    number = next(_numbers)
    return User.objects.create_user(f"{name}{number}@example.org", "pass-word-1", name=name, **fields)


def department(code: str = "psb", **fields: object) -> Department:
    """Return a public body."""
    number = next(_numbers)
    defaults = {"name_zh": "市公安局", "name_en": "Public Security Bureau", "credit_code": f"119901000000{number:05d}X"}
    return Department.objects.create(code=code, **(defaults | fields))


def cast(*, now: datetime) -> Cast:
    """Return everybody, with their roles; how roles are granted is tested in tests/accounts/test_roles.py."""
    police = department("psb", monogram="公")
    housing = department("housing", name_zh="市住房局", name_en="Housing Bureau", monogram="住")
    people = {
        name: person(name)
        for name in ("editor", "publisher", "developer", "citizen", "maker", "checker", "operator", "stranger")
    }
    DepartmentMembership.objects.bulk_create(
        DepartmentMembership(department=body, user=people[role], role=role)
        for body in (police, housing)
        for role in ("editor", "publisher")
    )
    PlatformMembership.objects.bulk_create(PlatformMembership(user=people[name], role=role) for name, role in DUTIES)
    supplier = vendor(now=now, owner=people["developer"])
    return Cast(police=police, housing=housing, vendor=supplier, **people)


def vendor(*, now: datetime, owner: User, **fields: object) -> Vendor:
    """Return a verified vendor with an owner."""
    number = next(_numbers)
    defaults = {
        "code": f"vendor-{number}",
        "name_zh": f"厂商{number}",
        "credit_code": f"9199010000{number:08d}",
        "state": Vendor.State.VERIFIED,
        "registered_at": now,
        "verified_at": now,
    }
    made = Vendor.objects.create(**(defaults | fields))
    Member.objects.create(vendor=made, user=owner, role=Member.Role.OWNER)
    return made


def service_item(owner: Department, **fields: object) -> ServiceItem:
    """Return a complete, published service item."""
    number = next(_numbers)
    defaults = {
        "code": f"ITEM-{number:04d}",
        "base_code": f"0001{number:04d}",
        "name_zh": "居住证签发",
        "name_en": "Residence permit",
        "summary_zh": "为来本市居住的非户籍人员签发居住证。",
        "summary_en": "A residence permit for people from elsewhere.",
        "legal_limit": 15,
        "promised_limit": 10,
        "fee_charged": False,
        "guide_zh": "先办理居住登记。",
        "guide_en": "Register your residence first.",
        "consultation_phone": "12345",
        "complaint_phone": "12345",
        "state": ServiceItem.State.PUBLISHED,
    }
    return ServiceItem.objects.create(department=owner, **(defaults | fields))


def interface_version(owner: Department, *, code: str = "", **fields: object) -> InterfaceVersion:
    """Return a stable version of a new interface."""
    interface = Interface.objects.create(
        department=owner, code=code or f"interface-{next(_numbers)}", name_zh="人口库", name_en="Population"
    )
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1.0.0"}, "paths": {}}
    defaults = {"version": "1.0.0", "document": document, "sha256": "0" * 64, "state": InterfaceVersion.State.STABLE}
    return InterfaceVersion.objects.create(interface=interface, **(defaults | fields))


def order(item: ServiceItem, *, now: datetime, **fields: object) -> DemandOrder:
    """Return an open demand order for the item."""
    number = next(_numbers)
    defaults = {
        "code": f"DO-{number:04d}",
        "department": item.department,
        "title_zh": "居住证签发应用",
        "title_en": "An app for residence permits",
        "state": DemandOrder.State.OPEN,
        "created_at": now,
        "opened_at": now,
    }
    return DemandOrder.objects.create(service_item=item, **(defaults | fields))


def claim(demand: DemandOrder, supplier: Vendor, *, by: User, now: datetime) -> Claim:
    """Return an active claim."""
    return Claim.objects.create(order=demand, vendor=supplier, claimed_by=by, claimed_at=now)


def app(supplier: Vendor, item: ServiceItem, *, now: datetime, **fields: object) -> App:
    """Return an app of the vendor for the item."""
    number = next(_numbers)
    defaults = {"code": f"app-{number}", "name_zh": f"应用{number}", "name_en": f"App {number}", "created_at": now}
    defaults["address"] = f"http://127.0.0.1:{9100 + number}"
    return App.objects.create(vendor=supplier, service_item=item, **(defaults | fields))


def certified_version(of: App, demand: DemandOrder, *, by: User, now: datetime, **fields: object) -> AppVersion:
    """Return a certified version."""
    number = next(_numbers)
    defaults = {
        "version": "1.0.0",
        "archive_sha256": f"{number:064x}",
        "archive_bytes": 1000,
        "image_digest": f"sha256:{number:064x}",
        "state": AppVersion.State.CERTIFIED,
        "uploaded_at": now,
        "score": 96,
        "certified_at": now,
        "plan_sha256": "1" * 64,
    }
    return AppVersion.objects.create(app=of, order=demand, uploaded_by=by, **(defaults | fields))


def listing(version: AppVersion, *, now: datetime, **fields: object) -> Listing:
    """Return a public listing of the version."""
    defaults = {"state": Listing.State.LISTED, "requested_at": now, "listed_at": now}
    return Listing.objects.create(
        app=version.app,
        service_item=version.app.service_item,
        version=version,
        requested_by=version.uploaded_by,
        **(defaults | fields),
    )


def market(people: Cast, *, now: datetime) -> Listing:
    """Return a listed app for a published item: the shortest way to a marketplace that works."""
    item = service_item(people.police)
    demand = order(item, now=now)
    claim(demand, people.vendor, by=people.developer, now=now)
    made = app(people.vendor, item, now=now)
    return listing(certified_version(made, demand, by=people.developer, now=now), now=now)


def case(where: Listing, citizen: User, *, now: datetime, **fields: object) -> Case:
    """Return a launched case."""
    number = next(_numbers)
    defaults = {"number": f"MS{number:010d}", "pseudonym": f"{number:032x}", "launched_at": now}
    return Case.objects.create(
        citizen=citizen,
        listing=where,
        version=where.version,
        service_item=where.service_item,
        department=where.service_item.department,
        **(defaults | fields),
    )
