"""News of the orders for the layers above.

order_rehearsal_requested: sent inside the transaction with `order` (DemandOrder), `now`. The sandbox queues a run.
order_closing: sent inside the transaction with `order`, `now`, before it closes. A layer above that knows a reason why
it must not close (a question without an answer) raises a DomainError, which takes everything back.
order_amended: sent inside the transaction with `order`, `amendment`, `now`. Vendors are told.
"""

from django.dispatch import Signal

order_rehearsal_requested = Signal()
order_closing = Signal()
order_amended = Signal()
