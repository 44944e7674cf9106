"""News and questions of the catalogue for the layers above.

interface_version_published: sent inside the transaction with `version` (InterfaceVersion), `now`.
interface_version_relied_on: a question, sent with `version`. Each layer above returns what of its own relies on the
version, as a list of `reliance.Reliance`; they are shown before an end is announced, and their people are told.
"""

from django.dispatch import Signal

interface_version_published = Signal()
interface_version_relied_on = Signal()
