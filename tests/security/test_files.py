"""Plans and kubeconfigs that were made to hurt: a value, or the declared error, nothing done."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.intent.plans import SMALL
from tests.properties.profiles import examples
from tests.security.hostile import ESCAPES, changed
from tests.security.tally import tried
from tests.security.watch import nothing_done
from trueline.intent.document import LIMIT, bytes_of
from trueline.intent.fault import MOST, InvalidTopology
from trueline.intent.load import read
from trueline.model.topology import Topology
from trueline.probes import kube_config
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_way import Way, way_to

LONGEST_LINE = 2000
TAGS = (
    "!!python/object/apply:os.system [id]",
    "!!python/object/new:subprocess.Popen [[id]]",
    "!!python/name:os.system",
    "!!binary aWQ=",
    "!!set {a}",
    "!!merge <<",
    "!include /etc/passwd",
    "!!timestamp 2027-01-01",
    "!<tag:yaml.org,2002:str> x",
    "!!int 0x7fffffffffffffffffffffff",
    f"!{'z' * LONGEST_LINE} x",
)
STRUCTURES = (
    "&a [*a]",
    "&a {b: *a}",
    "<<: *a",
    "? [a, b]\n: c",
    "[" * 40,
    "{a: " * 40,
    "- " * 40,
    "|+\n  " + "x\n  " * 50,
    ">-\n " + "y " * 500,
    '"\\x1b[2J\\u202e\\0"',
    "'" + "z" * 3000 + "'",
    "9" * 5000,
    "---\n",
    "...\n",
    "%YAML 9.9\n---\n",
    "a: 1\na: 1\n",
)
GOOD = (SMALL.encode(),)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A plan, or the beginnings of one, with bombs, tags and control characters put into it."""
    text = draw(st.sampled_from([SMALL, "a: 1\n", "x: &a [1, 2]\n", ""]))
    for _ in range(draw(st.integers(1, 4))):
        places = [0, len(text), *(n + 2 for n in range(len(text)) if text.startswith(": ", n))]
        at = draw(st.sampled_from(places))
        piece = draw(st.sampled_from([*TAGS, *STRUCTURES, *ESCAPES, "*a ", "\ud800", "\t"]))
        text = text[:at] + piece + text[at:]
    data = text.encode("utf-8", "surrogatepass")
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff"])) + data


def outcome(data: bytes) -> Topology | InvalidTopology:
    tried("plans (topology files)")
    with nothing_done():
        try:
            return read(data, "f.yaml")
        except InvalidTopology as invalid:
            return invalid


def is_bounded(found: Topology | InvalidTopology) -> bool:
    """Whether errors are few, and each is one line that can be shown."""
    return isinstance(found, Topology) or (
        1 <= len(found.errors) <= MOST + 1
        and all(str(one).isprintable() for one in found.errors)
        and all(len(str(one)) <= LONGEST_LINE for one in found.errors)
    )


@examples(10)
@given(st.one_of(documents(), documents(), changed(GOOD)))
def test_a_plan_is_read_or_refused(data: bytes) -> None:
    assert is_bounded(outcome(data))


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_refused_and_not_obeyed(tag: str) -> None:
    found = outcome(f"{SMALL}\nname: {tag}\n".encode())
    assert isinstance(found, InvalidTopology)
    assert is_bounded(found)


def laughs(levels: int, width: int) -> bytes:
    """Aliases of aliases: a few lines that stand for `width ** levels` values."""
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels + 1)]
    return "\n".join(lines).encode()


def test_aliases_are_never_expanded() -> None:
    found = outcome(laughs(9, 9))
    assert isinstance(found, InvalidTopology)
    assert is_bounded(found)
    assert any("is an alias" in error.what for error in found.errors)


@pytest.mark.parametrize("source", ["/dev/zero", "large"])
def test_of_an_endless_file_a_bounded_part_is_read(source: str, tmp_path: Path) -> None:
    path = Path(source)
    if source == "large":
        path = tmp_path / "large"
        with path.open("wb") as file:
            file.truncate(1 << 40)  # sparse: it takes no room
    tried("plans (topology files)")
    assert len(bytes_of(path, "f.yaml")) == LIMIT + 1


# --- kubeconfigs ----------------------------------------------------------------------------------

CANARY = "canary-5d1c"
CONFIG = yaml.safe_dump(
    {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "app",
        "clusters": [
            {
                "name": "app",
                "cluster": {
                    "server": "https://127.0.0.1:6443",
                    "certificate-authority-data": base64.b64encode(b"ca").decode(),
                },
            }
        ],
        "users": [{"name": "app", "user": {"token": CANARY}}],
        "contexts": [{"name": "app", "context": {"cluster": "app", "user": "app"}}],
    }
)


def settled(path: Path) -> Way | str:
    """The way, or the reason that is told. Nothing else may come, and nothing happens."""
    tried("kubeconfigs")
    try:
        return way_to("app", str(path))
    except Unreachable as error:
        text = str(error)
        assert "\n" not in text
        assert CANARY not in text
        return text


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    text = CONFIG
    for _ in range(draw(st.integers(1, 3))):
        places = [0, len(text), *(n + 2 for n in range(len(text)) if text.startswith(": ", n))]
        at = draw(st.sampled_from(places))
        pieces = [*TAGS, *STRUCTURES, *ESCAPES, "*a ", "\t", "null ", "[] ", "5\n", "{} "]
        text = text[:at] + draw(st.sampled_from(pieces)) + text[at:]
    return text.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("configs") / "config"


@examples(10)
@given(data=st.one_of(configs(), configs(), changed((CONFIG.encode(),))))
def test_a_kubeconfig_is_read_or_refused(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    with nothing_done():
        settled(place)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 100_000, "the kubeconfig FILE cannot be read: RecursionError"),
        (laughs(9, 9), "the kubeconfig FILE has no context 'app' (it has: none)"),
        (
            b"contexts: !!python/object/apply:os.system [id]",
            "the kubeconfig FILE is not YAML: line 1,",
        ),
        (b"\xff\xfe\x00", "the kubeconfig FILE is not YAML"),
    ],
    ids=["depth", "aliases", "tag", "no text"],
)
def test_a_kubeconfig_that_is_none(place: Path, data: bytes, reason: str) -> None:
    place.write_bytes(data)
    with nothing_done():
        assert str(settled(place)).replace(str(place), "FILE").startswith(reason)


def test_a_parser_that_quotes_a_token_is_not_quoted(place: Path) -> None:
    place.write_text(CONFIG.replace(CANARY, f"!!int 0x1{CANARY}"))
    assert settled(place) == f"the kubeconfig {place} cannot be read: ValueError"


def test_a_kubeconfig_without_end(tmp_path: Path) -> None:
    assert settled(Path("/dev/zero")) == "the kubeconfig /dev/zero is no file"
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert settled(path) == f"the kubeconfig {path} is larger than {kube_config.LARGEST} bytes"


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (
            "http://127.0.0.1:8001",
            "would send its credentials without TLS; give its server as https://, or take the"
            " credentials out",
        ),
        (
            f"https://me:{CANARY}@127.0.0.1:6443",
            "has credentials in the URL of its server; give them to its user",
        ),
    ],
)
def test_credentials_go_over_tls_alone(place: Path, server: str, reason: str) -> None:
    place.write_text(CONFIG.replace("https://127.0.0.1:6443", server))
    assert settled(place) == f"context 'app' of {place} {reason}"


def test_a_token_is_not_renewed_by_whoever_answers(place: Path) -> None:
    """A refresh would send the client's secret, and use up the refresh token."""
    config = yaml.safe_load(CONFIG)
    issuer = {"id-token": "", "idp-issuer-url": "https://127.0.0.1:1", "client-id": "x"}
    provider = {"name": "oidc", "config": {"refresh-token": CANARY, **issuer}}
    config["users"][0]["user"] = {"auth-provider": provider}
    config["clusters"][0]["cluster"].pop("certificate-authority-data")
    place.write_text(yaml.safe_dump(config))
    with nothing_done():
        found = settled(place)
    assert isinstance(found, Way)
    assert found.credentials.headers == ()
