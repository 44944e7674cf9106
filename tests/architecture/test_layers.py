"""The house rules that no linter knows: foreign keys point down, one clock, small files, no dead ends."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["marketplace", "vendors", "sandbox", "billing", "cms"]
LAYERS = [
    "core",
    "accounts",
    "notices",
    "catalogue",
    "orders",
    "vendors",
    ("store", "sandbox"),
    "billing",
    "cms",
    "demo",
    "config",
]
HEIGHT = {
    label: level for level, layer in enumerate(LAYERS) for label in ([layer] if isinstance(layer, str) else layer)
}
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)


def foreign_keys():
    for model in apps.get_models():
        if model._meta.app_label not in HEIGHT:
            continue
        for field in [*model._meta.get_fields()]:
            target = getattr(field, "related_model", None)
            if field.concrete and target is not None and target._meta.app_label in HEIGHT:
                yield pytest.param(model._meta.app_label, target._meta.app_label, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize(("owner", "target"), foreign_keys())
def test_foreign_keys_point_down(owner, target):
    assert owner == target or HEIGHT[owner] > HEIGHT[target]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns_and_stays_small(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "open the module with one sentence on what it owns"
    assert text.count("\n") <= 400, "split it by noun"
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 70
    ]
    assert long == []


def test_only_the_demo_sets_the_clock():
    callers = [path for path in MODULES if "clock.install(" in path.read_text()]
    assert [path.relative_to(ROOT).parts[:2] for path in callers] in ([], [("marketplace", "demo")])


def test_nothing_commits_a_registry_host():
    names = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org", "docker" + ".io/"]
    suffixes = {".py", ".txt", ".in", ".toml", ".md", ".yaml", ".yml", ".json", ".html", ".sh", ""}
    guilty = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in {".venv", "var", ".git"} or not path.is_file() or path.suffix not in suffixes:
            continue
        text = path.read_text(errors="ignore")
        guilty += [str(path) for name in names if name in text]
    assert guilty == []
