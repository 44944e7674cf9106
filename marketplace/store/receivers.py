"""What the store does when a vendor is suspended or a version revoked, and answers when an interface may end."""

from datetime import datetime

from django.dispatch import receiver

from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.reliance import Reliance
from marketplace.catalogue.signals import interface_version_relied_on
from marketplace.store.models import Listing
from marketplace.store.services import suspend_listings_of, suspend_listings_serving
from vendors.models import AppVersion, Vendor
from vendors.signals import vendor_suspended, version_revoked


@receiver(vendor_suspended, dispatch_uid="store.vendor_suspended")
def take_listings_down(sender: object, vendor: Vendor, now: datetime, **kwargs: object) -> None:
    """Suspend the vendor's listings in the same transaction."""
    suspend_listings_of(vendor=vendor, by="system:store", now=now, reason=str(kwargs.get("reason", "vendor-suspended")))


@receiver(interface_version_relied_on, dispatch_uid="store.relying_on")
def listings_relying_on(sender: object, version: InterfaceVersion, **_rest: object) -> list[Reliance]:
    """Return the listed apps that citizens use over the version; the vendors' people are told by their own layer."""
    listed = Listing.objects.filter(state=Listing.State.LISTED, version__order__interface_versions=version)
    return [
        Reliance(
            kind="listing",
            title={"zh": each.app.name_zh, "en": each.app.name_en},
            code=each.app.code,
            row=each,
            path=f"/services/apps/{each.app.code}/",
            people=(),
            in_use=True,
        )
        for each in listed.select_related("app", "version").distinct()
        if version.interface.code in each.version.manifest.get("interfaces", [version.interface.code])
    ]


@receiver(version_revoked, dispatch_uid="store.version_revoked")
def take_version_down(sender: object, version: AppVersion, now: datetime, reason: str, **_: object) -> None:
    """Suspend the listing that serves the version in the same transaction."""
    suspend_listings_serving(version=version, by="system:store", now=now, reason=reason)
