"""News of the catalogue for the layers above.

interface_version_published: sent inside the transaction with `version` (InterfaceVersion), `now`.
"""

from django.dispatch import Signal

interface_version_published = Signal()
