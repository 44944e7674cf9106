"""What the store does when a vendor is suspended."""

from datetime import datetime

from django.dispatch import receiver

from marketplace.store.services import suspend_listings_of
from vendors.models import Vendor
from vendors.signals import vendor_suspended


@receiver(vendor_suspended, dispatch_uid="store.vendor_suspended")
def take_listings_down(sender: object, vendor: Vendor, now: datetime, **kwargs: object) -> None:
    """Suspend the vendor's listings in the same transaction."""
    suspend_listings_of(vendor=vendor, by="system:store", now=now, reason=str(kwargs.get("reason", "vendor-suspended")))
