"""News of the vendors for the layers above.

version_submitted: sent inside the transaction with `version` (AppVersion, `uploaded`), `now`. The sandbox takes it in.
vendor_suspended: sent inside the transaction with `vendor`, `now`. The store suspends its listings.
version_revoked: sent inside the transaction with `version`, `now`, `reason`. The store suspends what serves it.
"""

from django.dispatch import Signal

version_submitted = Signal()
vendor_suspended = Signal()
version_revoked = Signal()
