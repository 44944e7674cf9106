"""The type of a request behind `login_required`: its user is a person."""

from django.http import HttpRequest

from marketplace.accounts.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who has signed in; views behind `login_required` declare it."""

    user: User
