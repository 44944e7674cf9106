"""What intake bounds beyond plain refusals: readers that would be kept busy, what grows, what is left out or stays."""

import gzip
import tarfile
from dataclasses import replace

import pytest

from sandbox.engine.limits import IntakeLimits
from tests.sandbox.engine.archives import SMALL, check, docker_archive, file, files_of, layer, tar
from tests.sandbox.engine.test_intake_refuses import refusal, with_layer


def test_headers_in_a_row_do_not_overrun_the_stack() -> None:
    one = tar(file("a", b"", pax_headers={"comment": "x"}))[:1024]
    code, _place, _params = refusal(with_layer(one * 700 + layer()))
    assert code == "header_too_big"


def test_digits_that_would_keep_the_reader_busy_for_hours() -> None:
    content = tar(file("a", b"", pax_headers={"comment": "1" * 300_000}))
    assert refusal(with_layer(content))[0] == "layer_not_tar"


def test_a_layer_that_grows_while_it_is_rebuilt() -> None:
    """Names that fit an old header need a longer one of ours; what is sent stays within the cap all the same."""
    names = [f"{'d' * 80}/{'n' * 95}{number}" for number in range(900)]
    content = tar(*(file(name) for name in names), form=tarfile.USTAR_FORMAT)
    limits = replace(SMALL, files_per_layer=1000, layer_bytes=len(content) + 1024)
    assert refusal(with_layer(content), limits=limits)[0] == "layer_too_big"
    room = replace(limits, layer_bytes=8 << 20, image_bytes=len(content) + 1024)
    assert refusal(with_layer(content), limits=room)[0] == "image_too_big"


def test_a_size_that_only_the_header_states() -> None:
    content = bytearray(tar(file("big", b"x" * 600)))
    content[124:136] = b"77777777777\0"
    content[148:156] = b" " * 8
    content[148:156] = f"{sum(content[:512]):06o}\0 ".encode()
    code, place, _params = refusal(with_layer(bytes(content)))
    assert (code, place) == ("layer_too_big", "0/layer.tar: big")


def test_a_tar_in_a_tar_is_a_file_like_any_other() -> None:
    kind, _answer, rebuilt = check(with_layer(tar(file("inner.tar", tar(file("../up", b"x"))))))
    assert kind == "E"
    assert b"../up" in b"".join(files_of(rebuilt).values())


def test_what_follows_the_end_of_a_layer_counts_and_goes() -> None:
    content = layer("a") + b"trailing" * 100
    kind, answer, rebuilt = check(with_layer(content))
    assert kind == "E", answer
    assert b"trailing" not in rebuilt
    much = layer("a") + bytes(2 << 20)
    assert refusal(with_layer(much, gzip.compress(much)))[0] == "layer_too_big"


def test_gzip_in_many_members_and_with_garbage_behind() -> None:
    content = layer("a", "b")
    members = gzip.compress(content[:700]) + bytes(10) + gzip.compress(content[700:])
    assert check(with_layer(content, members))[0] == "E"
    assert refusal(with_layer(content, gzip.compress(content) + b"garbage"))[0] == "layer_damaged"
    assert refusal(with_layer(content, gzip.compress(content)[:-9]))[0] in {"layer_damaged", "layer_not_tar"}


def test_two_entries_of_one_name_in_a_layer_stay_in_order() -> None:
    kind, _answer, rebuilt = check(with_layer(tar(file("a", b"first"), file("a", b"second"))))
    assert kind == "E"
    inside = next(content for content in files_of(rebuilt).values() if b"second" in content and content[:1] == b"a")
    assert inside.index(b"first") < inside.index(b"second")


def test_links_stay_inside_the_tar_that_nobody_unpacks() -> None:
    """Symbolic links may point anywhere, also as a folder of later entries: the engine resolves them below its root."""
    content = tar(
        file("up", type=tarfile.SYMTYPE, linkname="../../../../etc"),
        file("up/shadow", b"x"),
        file("hard", type=tarfile.LNKTYPE, linkname="up/shadow"),
    )
    assert check(with_layer(content))[0] == "E"


def test_an_unused_file_that_looks_like_a_layer_is_left_out() -> None:
    extra = tuple(file(f"unused{number}", layer(f"secret{number}")) for number in range(3))
    archive = docker_archive([layer("a"), layer("b")], extra=extra)
    kind, _answer, rebuilt = check(archive)
    assert kind == "E"
    assert b"secret" not in rebuilt
    assert len(files_of(rebuilt)) == 7
    assert check(docker_archive([layer("a"), layer("b")]))[2] == rebuilt


def test_many_files_that_only_look_like_layers_meet_the_cap_of_an_image() -> None:
    big = tar(file("x", bytes(900_000))) + b"broken" * 200
    false = tuple(file(f"f{number}", gzip.compress(big)[:-5]) for number in range(4))
    assert refusal(docker_archive([layer()], extra=false))[0] == "image_too_big"


@pytest.mark.parametrize("attribute", ["security.capability", "security.selinux", "user.x"])
def test_other_attributes_are_dropped(attribute: str) -> None:
    kind, answer, rebuilt = check(with_layer(tar(file("a", b"x", pax_headers={f"SCHILY.xattr.{attribute}": "v"}))))
    assert (kind, answer["notes"][0]["code"]) == ("E", "attributes_dropped")
    assert attribute.encode() not in rebuilt


def test_the_caps_of_the_design_are_the_caps_in_force() -> None:
    limits = IntakeLimits()
    assert limits.archive_bytes == limits.layer_bytes == 1 << 30
    assert (limits.json_bytes, limits.layers, limits.files_per_layer) == (1 << 20, 64, 100_000)
