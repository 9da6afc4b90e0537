"""State what a run proves of its plan, in full; sign it, or verify one that was signed.

python -m tools.statement [RUN] [--output DIR] [--signatory NAME] [--sign KEYFILE]
python -m tools.statement --verify STATEMENT.json --key PUBLIC

RUN is an id or a folder, the latest run by default; statement.json and statement.md are written
into its folder, or into DIR. KEYFILE holds an Ed25519 key in PEM that nobody but its owner may
read; PUBLIC holds the public one. --verify looks at the statement.md beside the JSON as well.
Exit status: 0 when the plan is conformed to, exceptions included, or the statement is genuine;
1 when it is not; 6 when it is not proven; 2 when something cannot be read or written.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from tools import stored
from tools.ending import ended
from trueline.intent.load import InvalidTopology
from trueline.observe.store import DamagedStore
from trueline.observe.whole import write_whole
from trueline.report import catalogue, signature
from trueline.report.closed import NotClosed, closed
from trueline.report.signature import NotGenuine
from trueline.report.statement import Conclusion, Stated, statement
from trueline.report.statement_page import page

STATUS = {
    Conclusion.CONFORMS: 0,
    Conclusion.EXCEPTIONS: 0,
    Conclusion.FAILS: 1,
    Conclusion.NOT_PROVEN: 6,
}
MOST_KEY = 16 * 1024  # bytes of a file with a key


class NoKey(Exception):
    """A file holds no key that can be used; the text says why and what to do, and no key."""


def main(arguments: list[str] | None = None) -> int:
    """State, or verify."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if (given.verify is None) != (given.key is None):
        parser.error("--verify and --key belong together")
    try:
        if given.verify is not None:
            return _verify(given.verify, _public(given.key))
        return _state(given)
    except (stored.NoRun, NotClosed, DamagedStore, InvalidTopology, NoKey) as error:
        print(error, file=sys.stderr)
    except NotGenuine as error:
        print(f"{given.verify} is not genuine: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = stored.parser("python -m tools.statement", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: the folder of the run")
    parser.add_argument(
        "--signatory", action="append", default=[], metavar="NAME", help="who shall sign it by hand"
    )
    parser.add_argument("--sign", type=Path, metavar="KEYFILE")
    parser.add_argument(
        "--passphrase-env", metavar="NAME", help="the variable with the passphrase of KEYFILE"
    )
    parser.add_argument("--verify", type=Path, metavar="STATEMENT.json")
    parser.add_argument("--key", type=Path, metavar="PUBLIC")
    return parser


def _state(given: argparse.Namespace) -> int:
    folder = stored.folder(given.run, given.reports)
    key = _private(given.sign, given.passphrase_env) if given.sign else None
    made = statement(
        Stated(
            run=closed(folder),
            topology=stored.plan(folder),
            facts=stored.facts(folder),
            catalogue=catalogue.every(),
            signatories=given.signatory,
        )
    )
    document = signature.document(made, key)
    output = given.output or folder.path
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "statement.json", document)
    write_whole(output / "statement.md", page(signature.opened(document)))
    found = Conclusion(made["conclusion"])
    print(f"{made['plan']['name']}: {found.value}")
    for doubt in made["not_proven_because"]:
        print(f"  {doubt}")
    print(f"statement: {output / 'statement.md'}")
    return STATUS[found]


def _verify(path: Path, key: Ed25519PublicKey) -> int:
    try:
        found = signature.opened(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotGenuine("it is no text") from error
    signature.verify(found, key)
    text, made = path.with_suffix(".md"), _as_page(found)
    if text.exists() and text.read_bytes() != made.encode():
        raise NotGenuine(f"{text.name} beside it is not the text of this statement")
    told = found["statement"]
    print(f"genuine: {told['plan']['name']}: {told['conclusion']} (run {told['run']['id']})")
    print(f"signed with key {found['signature']['key']}")
    return 0


def _as_page(document: dict[str, object]) -> str:
    """The text of a document that was signed, perhaps by another release."""
    try:
        return page(document)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotGenuine("this release cannot read a statement of its shape") from error


def _private(path: Path, passphrase_env: str | None) -> Ed25519PrivateKey:
    """The key to sign with. Raises NoKey, also where others may read the file."""
    passphrase = None
    if passphrase_env is not None:
        passphrase = os.environ.get(passphrase_env, "").encode()
        if not passphrase:
            raise NoKey(f"{passphrase_env} holds no passphrase")
    try:
        with path.open("rb") as file:
            # Of the file that is open, so that it cannot be exchanged in between.
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise NoKey(f"{path} is no file")
            if mode & 0o077:
                raise NoKey(f"{path} may be read or written by others: chmod 600 {path}")
            data = file.read(MOST_KEY)
    except OSError as error:
        raise NoKey(f"{path} cannot be read: {(error.strerror or '').lower()}") from error
    try:
        key = load_pem_private_key(data, passphrase)
    except TypeError:
        why = "has no passphrase" if passphrase else "needs its passphrase: --passphrase-env NAME"
        raise NoKey(f"{path} {why}") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None  # the error of the library may quote the file
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(
            f"{path} holds no Ed25519 key in PEM that can be opened; make one with"
            f" openssl genpkey -algorithm ed25519 -out {path}"
        )
    return key


def _public(path: Path) -> Ed25519PublicKey:
    """The key to verify with. Raises NoKey."""
    try:
        with path.open("rb") as file:
            key = load_pem_public_key(file.read(MOST_KEY))
    except OSError as error:
        raise NoKey(f"{path} cannot be read: {(error.strerror or '').lower()}") from error
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NoKey(
            f"{path} holds no Ed25519 public key in PEM; get it with"
            f" openssl pkey -in KEYFILE -pubout -out {path}"
        )
    return key


if __name__ == "__main__":
    sys.exit(ended(main))
