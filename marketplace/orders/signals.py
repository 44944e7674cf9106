"""News of the orders for the layers above.

order_rehearsal_requested: sent inside the transaction with `order` (DemandOrder), `now`. The sandbox queues a run.
order_amended: sent inside the transaction with `order`, `amendment`, `now`. Vendors are told.
"""

from django.dispatch import Signal

order_rehearsal_requested = Signal()
order_amended = Signal()
