"""Where the URL of an API leads: two spellings of one endpoint are equal."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from trueline.model.address import Address, address_of, in_url

_USUAL = 443


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port, 443 where the URL names none.

    `host` is a name in small letters or an address in its canonical spelling (RFC 5952).
    """

    host: str
    port: int

    @classmethod
    def of(cls, url: str | None) -> Endpoint | None:
        """The endpoint of a URL; None where it names no host."""
        parts = urlsplit(url or "")
        if parts.hostname is None:
            return None
        host = address_of(parts.hostname) or parts.hostname
        return cls(str(host), parts.port or _USUAL)

    @property
    def address(self) -> Address | None:
        """The host, where it is an address and no name."""
        return address_of(self.host)

    @property
    def short(self) -> str:
        """As text, without the port that needs no mention in a URL of https."""
        return in_url(self.host) if self.port == _USUAL else str(self)

    @property
    def url(self) -> str:
        """The shortest that leads there by TLS."""
        return f"https://{self.short}"

    def __str__(self) -> str:
        return f"{in_url(self.host)}:{self.port}"
