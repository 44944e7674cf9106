"""Blocks that editors compose pages from."""

from string import Template
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms import figures

IN_STORE = {"reviews", "score", "order", "time", "test", "accessibility", "data", "indicators", "held"}
"""Figures whose full formula stands on the store's own page, under the same anchor."""


class StandardBlock(blocks.StructBlock):
    """One figure: what it says, its formula, where the rule comes from."""

    anchor = blocks.RegexBlock(regex=r"^[a-z-]+$", label=_("anchor"), help_text=_("Other pages link to it; keep it."))
    title = blocks.CharBlock(label=_("title"))
    meaning = blocks.TextBlock(label=_("what it says"))
    formula = blocks.TextBlock(label=_("formula"), required=False)
    source = blocks.CharBlock(label=_("source of the rule"), required=False)

    class Meta:
        label = _("figure")
        template = "cms/blocks/standard.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the texts with the policy's present numbers in place of $names."""
        numbers = figures.policy_numbers()
        texts = {name: Template(value[name]).safe_substitute(numbers) for name in ("meaning", "formula")}
        in_store = value["anchor"] in IN_STORE
        return super().get_context(value, parent_context) | texts | {"in_store": in_store}
