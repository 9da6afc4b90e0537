"""The command that states, signs and verifies: files, keys, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.live import facts_for
from tests.report.runs import stored, told
from tools import statement
from trueline.intent.load import read
from trueline.observe.store import CLUSTERS
from trueline.report.run import RunFolder
from trueline.report.signature import fingerprint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
GOOD = told("LB-003", "control/vault", "pass")
BAD = told("LB-003", "control/vault", "fail")
WORD = "correct horse"


def pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey, word: str = "") -> bytes:
    how = form.BestAvailableEncryption(word.encode()) if word else form.NoEncryption()
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, how)


def key_file(folder: Path, data: bytes = pem(KEY), mode: int = 0o600) -> Path:
    path = folder / "key.pem"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def public_file(folder: Path, key: Ed25519PrivateKey = KEY) -> Path:
    path = folder / "key.pub"
    data = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    path.write_bytes(data)
    return path


def observed(folder: RunFolder) -> RunFolder:
    """The same run, with facts of its clusters."""
    CLUSTERS.save(folder.facts / "clusters.json", facts_for(read(folder.plan.read_bytes(), "t")))
    return folder


def state(reports: Path, *words: str) -> int:
    return statement.main([*words, "--reports", str(reports)])


def test_a_statement_is_written_beside_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = observed(stored(tmp_path, "r1", GOOD))
    assert state(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "small: conforms",
        f"statement: {run.path.resolve() / 'statement.md'}",
    ]
    made = json.loads((run.path / "statement.json").read_text())
    assert made["statement"]["conclusion"] == "conforms"
    assert made["signature"] is None
    text = (run.path / "statement.md").read_text()
    assert f"| Digest | {made['digest']} |" in text
    before = (run.path / "statement.json").read_bytes()
    assert state(tmp_path, "--signatory", "Ada") == 0
    assert "| Ada |" in (run.path / "statement.md").read_text()
    assert state(tmp_path) == 0
    assert (run.path / "statement.json").read_bytes() == before, "the same run, the same statement"


def test_the_conclusion_is_the_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, "r1", BAD)
    assert state(tmp_path) == 1
    assert capsys.readouterr().out.splitlines()[0] == "small: does not conform"
    observed(stored(tmp_path, "r2", GOOD, narrowed_by=["--area dns"]))
    assert state(tmp_path, "r2", "--output", str(tmp_path / "filed" / "2027")) == 6
    assert capsys.readouterr().out.splitlines() == [
        "small: not proven",
        "  the selection was narrowed by --area dns",
        f"statement: {tmp_path / 'filed' / '2027' / 'statement.md'}",
    ]


def test_what_was_signed_is_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = observed(stored(tmp_path, "r1", GOOD))
    words = "--sign", str(key_file(tmp_path))
    assert state(tmp_path, *words) == 0
    capsys.readouterr()
    path = run.path / "statement.json"
    verifying = ["--verify", str(path), "--key", str(public_file(tmp_path))]
    assert statement.main(verifying) == 0
    assert capsys.readouterr().out.splitlines() == [
        "genuine: small: conforms (run r1)",
        f"signed with key {fingerprint(KEY.public_key())}",
    ]
    text = run.path / "statement.md"
    told_so = text.read_text()
    text.write_text(told_so.replace("conforms", "conforms well"))
    assert statement.main(verifying) == 1
    why = "statement.md beside it is not the text of this statement"
    assert capsys.readouterr().err == f"{path} is not genuine: {why}\n"
    text.unlink()
    assert statement.main(verifying) == 0
    path.write_text(path.read_text().replace("0.1.0", "0.2.0"))
    assert statement.main(verifying) == 1
    why = "the statement was changed: its digest is another one"
    assert capsys.readouterr().err == f"{path} is not genuine: {why}\n"


def test_a_statement_of_another_shape_is_not_taken_on_trust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from trueline.report.signature import document

    path = tmp_path / "statement.json"
    path.write_text(document({"schema": 9, "plan": {"name": "x"}}, KEY))
    (tmp_path / "statement.md").write_text("it conforms")
    verifying = ["--verify", str(path), "--key", str(public_file(tmp_path))]
    assert statement.main(verifying) == 1
    assert "this release cannot read a statement of its shape" in capsys.readouterr().err
    (tmp_path / "statement.md").unlink()
    assert statement.main(verifying) == 1
    assert "this release cannot read a statement of its shape" in capsys.readouterr().err
    path.write_bytes(b"\xff")
    assert statement.main(verifying) == 1
    assert "it is no text" in capsys.readouterr().err


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_may_read_signs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    run = observed(stored(tmp_path, "r1", GOOD))
    path = key_file(tmp_path, mode=mode)
    assert state(tmp_path, "--sign", str(path)) == 2
    why = f"{path} may be read or written by others: chmod 600 {path}\n"
    assert capsys.readouterr() == ("", why)
    assert not (run.path / "statement.json").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n",
        pem(ec.derive_private_key(7, ec.SECP256R1())),
    ],
    ids=["nothing", "damaged", "another kind"],
)
def test_a_key_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    observed(stored(tmp_path, "r1", GOOD))
    path = key_file(tmp_path, data)
    assert state(tmp_path, "--sign", str(path)) == 2
    assert capsys.readouterr().err == (
        f"{path} holds no Ed25519 key in PEM that can be opened; make one with"
        f" openssl genpkey -algorithm ed25519 -out {path}\n"
    )
    words = ["--verify", str(tmp_path / "statement.json"), "--key", str(path)]
    assert statement.main(words) == 2
    assert capsys.readouterr().err == (
        f"{path} holds no Ed25519 public key in PEM; get it with"
        f" openssl pkey -in KEYFILE -pubout -out {path}\n"
    )


def test_a_key_with_a_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    observed(stored(tmp_path, "r1", GOOD))
    path = key_file(tmp_path, pem(KEY, WORD))
    monkeypatch.setenv("WORD", WORD)
    assert state(tmp_path, "--sign", str(path), "--passphrase-env", "WORD") == 0
    monkeypatch.setenv("WRONG", "wrong")
    monkeypatch.delenv("NOTHING", raising=False)
    for words, why in (
        ((), f"{path} needs its passphrase: --passphrase-env NAME"),
        (("--passphrase-env", "NOTHING"), "NOTHING holds no passphrase"),
        (("--passphrase-env", "WRONG"), f"{path} holds no Ed25519 key in PEM that can be opened"),
    ):
        capsys.readouterr()
        assert state(tmp_path, "--sign", str(path), *words) == 2
        said = capsys.readouterr()
        assert said.err.startswith(why)
        assert WORD not in said.err + said.out
    plain = key_file(tmp_path, pem(KEY))
    assert state(tmp_path, "--sign", str(plain), "--passphrase-env", "WORD") == 2
    assert capsys.readouterr().err == f"{plain} has no passphrase\n"


def test_what_cannot_be_read_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = observed(stored(tmp_path, "r1", GOOD))
    missing = tmp_path / "nowhere"
    for words, why in (
        (("r9",), "holds no whole run"),
        (("--sign", str(missing)), f"{missing} cannot be read: no such file or directory"),
        (("--sign", str(tmp_path)), f"{tmp_path} cannot be read: is a directory"),
        (("--output", str(run.plan)), f"{run.plan}: File exists"),
        (("--verify", str(missing), "--key", str(missing)), f"{missing} cannot be read"),
        (("--verify", str(missing), "--key", str(public_file(tmp_path))), f"{missing}: No such"),
    ):
        assert state(tmp_path, *words) == 2, words
        assert why in capsys.readouterr().err
    (run.facts / "clusters.json").write_text("[")
    assert state(tmp_path) == 2
    assert "is not whole JSON" in capsys.readouterr().err
    for words in (("--verify", "x"), ("--key", "x")):
        with pytest.raises(SystemExit) as ended:
            state(tmp_path, *words)
        assert ended.value.code == 2
