import re

import pytest

from tools.lab.build import toolchain
from tools.lab.build.components import COMPONENTS, GOMODS, OPTIONAL, Component

EVERY = (*COMPONENTS, *OPTIONAL)


def test_every_module_is_a_component() -> None:
    assert sorted(part.name for part in EVERY) == sorted(
        path.name for path in GOMODS.iterdir() if path.is_dir()
    )


def test_what_the_lab_starts_first_is_built_first() -> None:
    assert [part.name for part in COMPONENTS[:2]] == ["etcd", "kubernetes"]


def test_no_two_programs_of_one_folder_have_one_name() -> None:
    places = [(part.place, name) for part in EVERY for name in part.programs]

    assert len(places) == len(set(places))


@pytest.mark.parametrize("part", [part for part in EVERY if part.name != "backend"], ids=str)
def test_version_is_the_one_in_go_mod(part: Component) -> None:
    required = (part.module / "go.mod").read_text()

    assert re.search(rf"^require \S+ v{re.escape(part.version)}$", required, re.M)
    assert (part.module / "go.sum").stat().st_size > 0


@pytest.mark.parametrize("part", EVERY, ids=str)
def test_oldest_go_is_new_enough_for_every_module(part: Component) -> None:
    wanted = re.search(r"^go (\d+)\.(\d+)", (part.module / "go.mod").read_text(), re.M)

    assert wanted
    assert (int(wanted[1]), int(wanted[2])) <= toolchain.OLDEST


def test_kubernetes_says_its_version() -> None:
    kubernetes = next(part for part in COMPONENTS if part.name == "kubernetes")

    assert kubernetes.ldflags == (
        "-s -w"
        " -X k8s.io/component-base/version.gitVersion=v1.34.4"
        " -X k8s.io/component-base/version.gitMajor=1"
        " -X k8s.io/component-base/version.gitMinor=34"
    )


def test_the_release_line_before_is_its_own() -> None:
    (before,) = OPTIONAL
    assert (before.name, before.place) == ("kubernetes-1.33", "bin/kubernetes-1.33")
    assert before.ldflags.endswith(".gitMajor=1 -X k8s.io/component-base/version.gitMinor=33")


def test_only_flannel_needs_c_and_is_linked_statically() -> None:
    assert [part.name for part in COMPONENTS if part.cgo] == ["flannel"]
    assert next(part for part in COMPONENTS if part.cgo).ldflags.endswith("-extldflags -static")


def test_sources_are_all_files_of_ours() -> None:
    backend = next(part for part in COMPONENTS if part.name == "backend")

    assert [str(path.relative_to(backend.module)) for path in backend.sources] == [
        "cmd/backend/main.go",
        "cmd/grafana/database.go",
        "cmd/grafana/main.go",
        "cmd/grafana/source.go",
        "cmd/pause/main.go",
        "go.mod",
    ]
