"""News of the store for the layers above.

case_decided: sent inside the transaction with `case` (Case, completed or denied), `now`. Billing writes the usage fact.
review_submitted: sent inside the transaction with `review`, `now`.
"""

from django.dispatch import Signal

case_decided = Signal()
review_submitted = Signal()
