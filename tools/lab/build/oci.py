"""OCI image archives, byte for byte the same from the same files.

Source: OCI image-spec 1.1 (image-layout.md, manifest.md, config.md); the annotation
io.containerd.image.name is what `ctr images import` names the image by.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

Tree = Mapping[str, Path | str]
"""What an image holds: absolute path in the image -> file to copy, or target of a symbolic link."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""The search path of every image; flanneld looks up `iptables`, hence sbin."""

_EMPTY = ("/dev", "/etc", "/proc", "/sys", "/tmp", "/var")


def archive(
    path: Path, reference: str, *, entrypoint: Sequence[str], tree: Tree, architecture: str
) -> None:
    """Write an image of one layer; all files belong to root and are executable."""
    layer = _layer(tree)
    config = _json(
        {
            "architecture": architecture,
            "os": "linux",
            "config": {"Entrypoint": list(entrypoint), "Env": [f"PATH={PATH}"]},
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": _descriptor(config, "application/vnd.oci.image.config.v1+json"),
            "layers": [_descriptor(layer, "application/vnd.oci.image.layer.v1.tar")],
        }
    )
    named = _descriptor(manifest, "application/vnd.oci.image.manifest.v1+json") | {
        "annotations": {
            "io.containerd.image.name": reference,
            "org.opencontainers.image.ref.name": reference,
        }
    }
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as out:
        _add(out, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        _add(out, "index.json", _json({"schemaVersion": 2, "manifests": [named]}))
        for blob in (config, manifest, layer):
            _add(out, f"blobs/sha256/{_digest(blob).removeprefix('sha256:')}", blob)


def _layer(tree: Tree) -> bytes:
    buffer = io.BytesIO()
    parents = {str(up) for path in tree for up in PurePosixPath(path).parents} - {"/"}
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as out:
        for path in sorted(parents | set(_EMPTY)):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.type = tarfile.DIRTYPE
            entry.mode = 0o1777 if path == "/tmp" else 0o755
            out.addfile(entry)
        for path, content in sorted(tree.items()):
            if isinstance(content, str):
                entry = tarfile.TarInfo(path.lstrip("/"))
                entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, content, 0o777
                out.addfile(entry)
            else:
                _add(out, path.lstrip("/"), content.read_bytes(), mode=0o755)
    return buffer.getvalue()


def _add(out: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    out.addfile(entry, io.BytesIO(data))


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _descriptor(data: bytes, kind: str) -> dict[str, object]:
    return {"mediaType": kind, "digest": _digest(data), "size": len(data)}


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
