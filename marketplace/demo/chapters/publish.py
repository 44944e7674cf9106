"""Departments publish service items and interfaces, so that citizens and vendors know what there is."""

from marketplace.catalogue.models import Interface, LifeEvent, ServiceItem
from marketplace.catalogue.services.interfaces import create_interface, publish_version, upload_version
from marketplace.catalogue.services.items import create_item, publish_item
from marketplace.demo.telling import CONTENT, Telling, content

INTERFACES = (
    ("population", "psb", ("人口信息核验", "Population register")),
    ("residence", "psb", ("居住登记与居住证", "Residence registration and permits")),
    ("rental", "housing", ("房屋租赁登记备案", "Rental registration")),
)


def tell(telling: Telling) -> None:
    """Publish three interfaces and three service items."""
    for position, (code, body, names) in enumerate(INTERFACES):
        _publish_interface(telling, position, code, body, names)
    for position, item in enumerate(content("service_items.json")):
        _publish_item(telling, position, item)
    arriving = LifeEvent.objects.create(code="arriving", name_zh="来本市安家", name_en="Settling in the city")
    arriving.service_items.set(ServiceItem.objects.all())


def _publish_interface(telling: Telling, position: int, code: str, body: str, names: tuple[str, str]) -> None:
    now = telling.at(telling.quarter.day(-56, 9 + position))
    editor = telling.people["editor" if body == "psb" else "housing"]
    interface = create_interface(
        department=telling.departments[body],
        code=code,
        by=editor,
        now=now,
        name_zh=names[0],
        name_en=names[1],
    )
    document = (CONTENT / "interfaces" / f"{code}.openapi.json").read_bytes()
    version = upload_version(interface=interface, content=document, by=editor, now=now)
    publisher = telling.people["publisher" if body == "psb" else "housing"]
    publish_version(version=version, by=publisher, now=telling.at(telling.quarter.day(-55, 9 + position)))


def _publish_item(telling: Telling, position: int, item: dict) -> None:
    now = telling.at(telling.quarter.day(-54, 9 + position))
    body = item.pop("department")
    editor = telling.people["editor" if body == "psb" else "housing"]
    materials = [
        {
            **material,
            "position": number,
            "supplied_by": Interface.objects.filter(code=material.get("supplied_by")).first(),
        }
        for number, material in enumerate(item.pop("materials"))
    ]
    steps = [
        {**step, "position": number, "department": telling.departments[step["department"]]}
        for number, step in enumerate(item.pop("steps"))
    ]
    made = create_item(
        department=telling.departments[body], by=editor, now=now, materials=materials, steps=steps, **item
    )
    publisher = telling.people["publisher" if body == "psb" else "housing"]
    publish_item(item=made, by=publisher, now=telling.at(telling.quarter.day(-53, 9 + position)))
