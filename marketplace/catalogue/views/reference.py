"""What developers read of an interface: a version with its operations, one operation, the document, the rules."""

import yaml
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.catalogue import changes, ending, openapi, reference
from marketplace.catalogue.comparison import RULES, Change, Severity, Side
from marketplace.catalogue.models import InterfaceVersion

READABLE = {"ensure_ascii": False, "indent": 2}
SHOWN_CHANGES = 200


@require_safe
def version(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show one version: its operations, the data that it reveals, what changed, what may be done with it."""
    found = _version(request, code, number)
    publishable = InterfaceVersion.objects.publishable_by(request.user).filter(pk=found.pk).exists()
    editable = InterfaceVersion.objects.editable_by(request.user).filter(pk=found.pk).exists()
    context = {
        "version": found,
        "operations": list(enumerate(openapi.described(found.document), start=1)),
        "scope_titles": found.scope_titles(),
        "change_groups": _grouped(found),
        "may_publish": publishable,
        "may_edit": editable,
        "may_try": found.state in {"alpha", "beta", "stable", "deprecated"},
    }
    return ending.tell(render(request, "catalogue/version.html", context), found)


@require_safe
def operation(request: HttpRequest, code: str, number: str, position: int) -> HttpResponse:
    """Show one operation: parameters, what is sent and answered, examples."""
    found = _version(request, code, number)
    shown = reference.detail(found.document, position)
    if shown is None:
        raise Http404
    context = {
        "version": found,
        "detail": shown,
        "operation": shown.shown,
        "may_try": found.state in {"alpha", "beta", "stable", "deprecated"},
    }
    return render(request, "catalogue/operation.html", context)


@require_safe
def document(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Send the OpenAPI document of a version as JSON."""
    found = _version(request, code, number)
    answer = JsonResponse(found.document, json_dumps_params=READABLE)
    return _download(answer, found, "json")


@require_safe
def document_yaml(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Send the OpenAPI document of a version as YAML."""
    found = _version(request, code, number)
    text = yaml.dump(found.document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
    return _download(HttpResponse(text, content_type="application/yaml; charset=utf-8"), found, "yaml")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the table of the comparison: what breaks an interface, what warns, what only adds."""
    titles = [Side.WHOLE, Side.REQUEST, Side.RESPONSE]
    tables = [
        (side, [(rule, changes.general(rule.id)) for rule in RULES.values() if rule.side == side]) for side in titles
    ]
    return render(request, "catalogue/rules.html", {"tables": tables})


class _Plain(yaml.CSafeDumper):
    """Writes no anchors: our own reader, and others, don't take them."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _download(answer: HttpResponse, found: InterfaceVersion, ending_of_name: str) -> HttpResponse:
    name = f"{found.interface.code}-{found.version}.openapi.{ending_of_name}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return ending.tell(answer, found)


def _grouped(found: InterfaceVersion) -> list[tuple[str, int, list[tuple[Change, str]]]]:
    listed = changes.from_dicts(found.changes)
    groups = []
    for severity in Severity:
        these = [each for each in listed if each.severity == severity]
        if these:
            shown = [(each, changes.sentence(each)) for each in these[:SHOWN_CHANGES]]
            groups.append((str(severity), len(these), shown))
    return groups


def _version(request: HttpRequest, code: str, number: str) -> InterfaceVersion:
    visible = InterfaceVersion.objects.visible_to(request.user).select_related("interface__department").distinct()
    return get_object_or_404(visible, interface__code=code, version=number)
