"""One permission of a cluster's API, and which one a path takes."""

from __future__ import annotations

from dataclasses import dataclass

_NAME = "metadata.name="


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Permission:
    """One verb on one kind of thing.

    `namespace` is empty where the whole cluster is meant, `name` where every object is.
    `resource` may have a subresource (`pods/exec`). `use` says what cannot be told without it.
    """

    namespace: str
    group: str
    resource: str
    name: str
    verb: str
    use: str

    def __str__(self) -> str:
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        one = f" {self.name}" if self.name else ""
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{self.verb} {what}{one}{where}"


def of(path: str, verb: str, use: str = "", selector: str = "") -> Permission:
    """The permission for a path of the API: /api/V/... or /apis/GROUP/V/..., namespaced or not.

    A field selector that names one object asks for no more than that object.
    """
    root, *parts = path.strip("/").split("/")
    group = parts[0] if root == "apis" else ""
    rest = parts[2:] if root == "apis" else parts[1:]
    namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else ""
    name = selector.removeprefix(_NAME) if selector.startswith(_NAME) else ""
    return Permission(
        namespace=namespace, group=group, resource=rest[-1], name=name, verb=verb, use=use
    )
