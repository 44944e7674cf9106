"""The sentence for each rule of an order's parts, beside those of OpenAPI documents."""

from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import sentences

SENTENCES = {
    "threshold-unknown": _("There is no such threshold."),
    "threshold-bounds": _("A whole number from %(least)s to %(most)s %(unit)s is needed."),
    "check-unknown": _("There is no check “%(id)s”."),
    "check-twice": _("The check “%(id)s” is there twice."),
    "check-missing": _("The check “%(id)s” is missing; give it the weight 0 if it shouldn't count."),
    "check-weight": _("A weight is a whole number from 0 to 100."),
    "check-mandatory": _("The check “%(id)s” protects citizens and is always mandatory."),
    "check-no-weight": _("At least one check needs a weight above 0."),
    "arazzo-version": _("The field “arazzo” must name version 1.0.x."),
    "arazzo-one-source": _("A scenario drives the app contract and nothing else: name exactly one source."),
    "arazzo-no-workflow": _("The scenario has no workflow."),
    "arazzo-steps": _("A workflow needs 1 to %(most)s steps."),
    "arazzo-name": _("A name has 1 to 80 letters, digits, “_” or “-”."),
    "arazzo-name-twice": _("The name “%(name)s” is used twice."),
    "arazzo-operation": _("The app contract has no operation “%(name)s”."),
    "arazzo-workflow": _("The scenario has no workflow “%(name)s”."),
    "arazzo-component": _("“%(name)s” names nothing among the components of its kind."),
    "arazzo-step": _("There is no step “%(name)s” before this place."),
    "arazzo-expression": _("“%(expression)s” isn't a runtime expression that scenarios may use."),
    "scenario-code": _("The code of a scenario has letters, digits, “_” or “-” and is used once."),
}

sentences.register(SENTENCES)
