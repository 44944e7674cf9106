"""News of the store for the layers above; every one is sent inside the transaction of the change.

case_decided: with `case` (Case, completed or denied), `now`; exactly once per case. Billing writes the usage fact.
case_hold_changed: with `case`, `now`; the case was held, or released.
review_submitted: with `review`, `now`.
review_changed: with `review`, `now`; the review was held, released or removed.
"""

from django.dispatch import Signal

case_decided = Signal()
case_hold_changed = Signal()
review_submitted = Signal()
review_changed = Signal()
