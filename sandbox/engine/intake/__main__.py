"""Conversation with the worker: limits and the archive come in, the rebuilt archive goes out while it is read.

In: one JSON frame with the limits, then the archive as frames with an empty frame at its end. Out: frames with a kind
byte: "L" a layer begins, "D" data of the rebuilt archive, "K" the layer's tar header, which goes before its data,
"X" forget the layer, "U" numbers of kept layers that the image doesn't have (JSON), "S" a part of the bill of
materials, "E" end (JSON summary) or "R" refused (JSON).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from . import configuration, image, sbom, writing
from .refused import Refused
from .streams import CHUNK, LENGTH_BYTES, FrameSink, FrameSource, exactly
from .survey import Survey


def converse(source: BinaryIO, output: BinaryIO) -> None:
    """One archive from first frame to last."""
    length = int.from_bytes(exactly(source, LENGTH_BYTES), "big")
    limits: dict[str, int] = json.loads(exactly(source, length))
    sink = FrameSink(output)
    try:
        sink.frame(b"E", json.dumps(examine(source, sink, limits)).encode())
    except Refused as refused:
        answer = {"code": refused.code, "place": refused.place, "params": refused.params}
        sink.frame(b"R", json.dumps(answer).encode())


def examine(source: BinaryIO, sink: FrameSink, limits: Mapping[str, int]) -> dict[str, Any]:
    """Check the archive and write its clean copy; a summary for the worker. Raises Refused."""
    rebuilt = writing.LayerSink(sink)
    survey = Survey(limits, rebuilt)
    survey.read(FrameSource(source, limits["archive_bytes"]))
    chosen = image.find(survey)
    kept = configuration.whitelist(chosen, limits)
    documents = writing.documents(chosen, kept)
    rebuilt.finish(chosen, documents.files)
    bill = sbom.document([layer.materials for _name, layer in chosen.layers], documents.config_digest)
    for start in range(0, len(bill), CHUNK):
        sink.frame(b"S", bill[start : start + CHUNK])
    return {
        "config_digest": documents.config_digest,
        "manifest_digest": documents.manifest_digest,
        "vendor_digest": chosen.digest,
        "config": kept.config,
        "uncompressed_bytes": sum(layer.rebuilt_bytes for layer in writing.distinct_layers(chosen)),
        "volumes": list(kept.volumes),
        "notes": [{"code": code, "place": place, "params": params} for code, place, params in kept.notes],
    }


if __name__ == "__main__":
    converse(sys.stdin.buffer, sys.stdout.buffer)
