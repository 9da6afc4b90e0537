"""The TLS of the probe code: it shows what the server shows, and verifies nothing.

As `trueline.probes.agent`, it stands on the standard library alone and runs at every vantage point.
"""

from __future__ import annotations

import base64
import functools
import ssl
import tempfile
import warnings
from typing import Any

Json = dict[str, Any]


def context(step: Json) -> ssl.SSLContext:
    """Shows what the server shows, whatever it is: judging it is not the probe's business.

    Steps that want the same share one: reading a certificate takes as long as a handshake.
    """
    return _context(step.get("highest"), tuple(step.get("alpn") or ()), step.get("certificate"))


@functools.lru_cache(maxsize=64)
def _context(highest: Any, alpn: Any, certificate: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if highest:
        with warnings.catch_warnings():  # Python warns of the very versions that are asked for
            warnings.simplefilter("ignore")
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = {
                "1.0": ssl.TLSVersion.TLSv1,
                "1.1": ssl.TLSVersion.TLSv1_1,
                "1.2": ssl.TLSVersion.TLSv1_2,
            }[highest]
    if alpn:
        context.set_alpn_protocols(list(alpn))
    if certificate:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(certificate)
            file.flush()
            context.load_cert_chain(file.name)
    return context


def chain(secure: Any) -> list[str]:
    """Everything the server showed, its own certificate first."""
    inner = getattr(secure, "_sslobj", None)
    shown: list[Any] | None = None
    if hasattr(secure, "get_unverified_chain"):  # Python 3.13
        shown = [bytes(item) for item in secure.get_unverified_chain() or ()]
    elif inner is not None and hasattr(inner, "get_unverified_chain"):
        der = 2  # _ssl.ENCODING_DER
        shown = [item.public_bytes(der) for item in inner.get_unverified_chain() or ()]
    else:
        leaf = secure.getpeercert(binary_form=True)
        shown = [leaf] if leaf else []
    return [base64.b64encode(item).decode() for item in shown]
