"""What the answers of Vault, Argo CD and Envoy say: who is let in, and where a way ends."""

from __future__ import annotations

from trueline.diagnose.meanings import ANY, KUBE, LOGS, NO_BODY, OWN, Meaning, Table

_LOGIN = "vault-plugin-auth-kubernetes path_login.go"
_POLICIES = "Vault documentation, Policies"
_CLAIMS = "hashicorp/cap jwt/jwt.go, Validate"
_API = "k8s.io/apimachinery pkg/api/errors/errors.go"
_VERSION = "argo-cd server/version/version.go: no login is asked for"
_RESETS = "Envoy source/common/http/utility.cc, resetReasonToString"
_ROUTER = "Envoy documentation, Access logging: response flags"

_REVIEW = (
    "Vault names the role, the service account, the namespace or a claim of the token where one is "
    "wrong, and names none here; a policy is asked after the login. These are ruled out. Left are "
    "the mount, if it is there, and its TokenReview: with log level debug, Vault tells what the "
    "cluster's API said to it (login unauthorized)."
)
_CLOCKS = "so the mount, the role and the way are right: look at the clocks"

_VAULT: Table = {
    ("vault", "login", 403): (
        Meaning("service account name not authorized",
                "Mount and role are there: the role is bound to other service accounts.",
                LOGS, _LOGIN),
        Meaning("namespace not authorized",
                "Mount and role are there: the role is bound to other namespaces.", LOGS, _LOGIN),
        Meaning("(iss)",
                "Mount and role are there: the mount wants another issuer than the token has, and "
                "no TokenReview was made.", LOGS, _CLAIMS),
        Meaning("(aud)",
                "Mount and role are there: the role wants another audience than the token has.",
                LOGS, _CLAIMS),
        Meaning("(exp)", f"By Vault's clock the token has expired, {_CLOCKS}.", LOGS, _CLAIMS),
        Meaning("(nbf)", f"By Vault's clock the token is not valid yet, {_CLOCKS}.", LOGS, _CLAIMS),
        Meaning("(iat)", f"By Vault's clock the token is of the future, {_CLOCKS}.", LOGS, _CLAIMS),
        Meaning(ANY, _REVIEW, LOGS, _LOGIN),
    ),
    ("vault", "login", 400): (
        Meaning("invalid role name",
                "The mount is there and has no role of this name; the token was not looked at.",
                LOGS, _LOGIN),
        Meaning(ANY, "Vault refused the request itself; no token was reviewed.", LOGS, _LOGIN),
    ),
    ("vault", "login", 404): (
        Meaning(ANY, "Nobody serves this mount's login there; no token was looked at.", LOGS,
                "Vault documentation, Auth methods: enabling"),
    ),
    ("vault", "login", 500): (
        Meaning("could not load backend configuration",
                "The mount is there and was never configured: it knows no API to ask.", LOGS,
                _LOGIN),
        Meaning(ANY, "Vault itself failed, before it could refuse anybody.", LOGS, _LOGIN),
    ),
    ("vault", "login", 503): (
        Meaning(ANY, "Vault is sealed or serves nobody: no mount, role or token was looked at.",
                LOGS, "Vault documentation, HTTP API: status codes"),
    ),
    ("vault", "read", 403): (
        Meaning(ANY, "The login gave a token, so the mount, its API, its CA and its reviewer are "
                "right: the policy of the role does not allow this path.", LOGS, _POLICIES),
    ),
    ("vault", "read", 404): (
        Meaning(ANY, "The login gave a token and its policy allows the path: nothing is stored "
                "there.", LOGS, "Vault documentation, HTTP API: status codes"),
    ),
    ("vault", "sync", 403): (
        Meaning(ANY, "It is no login that is refused: the policy of the store's role does not "
                "allow the path.", LOGS, _POLICIES),
    ),
}  # fmt: skip

_ARGOCD: Table = {
    ("argocd", "deploy", 401): (
        Meaning(ANY, "The API of the target was reached and does not know the token of the "
                "cluster's Secret: the way and the name are right.",
                f"{OWN} get secrets -l argocd.argoproj.io/secret-type=cluster", _API),
    ),
    ("argocd", "deploy", 403): (
        Meaning(ANY, "The API of the target knows the token and does not allow what was tried: a "
                "role is missing there.",
                f"{OWN} get secrets -l argocd.argoproj.io/secret-type=cluster", _API),
    ),
    ("argocd", "identity", 401): (
        Meaning(ANY, "Argo CD tells its version to strangers, so something in front of it asks who "
                "comes.", f"{KUBE} get services -A", _VERSION),
    ),
    ("argocd", "identity", 403): (
        Meaning(ANY, "Argo CD tells its version to strangers, so something in front of it keeps "
                "them out.", f"{KUBE} get services -A", _VERSION),
    ),
}  # fmt: skip

_ENDPOINTS = f"{KUBE} get endpointslices -A"
_UNAVAILABLE = (
    Meaning("CERTIFICATE_VERIFY_FAILED",
            "The endpoint was reached and its certificate was refused: look at the roots, the "
            "identity and the dates, not at the way.",
            f"{KUBE} get configmaps -A --field-selector metadata.name=istio-ca-root-cert",
            "BoringSSL ssl/handshake.cc; istio#32501"),
    Meaning("WRONG_VERSION_NUMBER",
            "The endpoint was reached and speaks no TLS where Envoy does: one side is in the mesh "
            "and the other is not.", f"{KUBE} get peerauthentications,destinationrules -A",
            "BoringSSL ssl/tls_record.cc; Istio documentation, Traffic management problems"),
    Meaning("no healthy upstream",
            "The route is there and leads to a Service of which Envoy knows no endpoint that is "
            "well: no connection was tried.", _ENDPOINTS, f"{_ROUTER} (UH)"),
    Meaning("connection termination",
            "A connection stood, so address, port and way are right: the other side closed it "
            "before it answered, as one does that wants mTLS and gets none.",
            f"{KUBE} get peerauthentications,destinationrules -A", _RESETS),
    Meaning("connection timeout",
            "Nobody answered at the endpoint's address: no connection came about, and no "
            "certificate or application was asked.", _ENDPOINTS, _RESETS),
    Meaning("connection failure",
            "No connection to the endpoint came about: it was refused or unreachable, and the "
            "application was not asked.", _ENDPOINTS, _RESETS),
    Meaning("overflow",
            "Envoy itself turned the request away: a circuit breaker is open, and no connection "
            "was tried.", f"{KUBE} get destinationrules -A", _RESETS),
    Meaning("upstream connect error",
            "Envoy itself says so: its reason for the reset stands at the end of its words.",
            f"{KUBE} get pods -A -o wide", _RESETS),
    Meaning(NO_BODY, "Envoy gives a reason where it fails to reach an endpoint, and here is none. "
            "Look whether it knows the Service of the route (flag NC in its log), and else at the "
            "application.",
            f"{KUBE} get virtualservices,destinationrules -A", f"{_ROUTER} (NC)"),
    Meaning(ANY, "These are not Envoy's words: the application was reached and says so itself.",
            f"{KUBE} get pods -A -o wide", _ROUTER),
)  # fmt: skip

_GATEWAYS: Table = {
    ("gateway", "route", 404): (
        Meaning(NO_BODY, "The gateway was reached. Envoy answers so, without a body, where it has "
                "no route for the host and path: compare these first.",
                f"{KUBE} get gateways.networking.istio.io,virtualservices -A", f"{_ROUTER} (NR)"),
        Meaning(ANY, "The answer has a body, and Envoy's for a missing route has none: the route "
                "leads to an application, which does not know this path.",
                f"{KUBE} get gateways.networking.istio.io,virtualservices -A", f"{_ROUTER} (NR)"),
    ),
    ("gateway", "route", 503): _UNAVAILABLE,
    ("mesh", "call", 503): _UNAVAILABLE,
    ("mesh", "call", 403): (
        Meaning("RBAC: access denied", "The connection and both identities stood: an "
                "AuthorizationPolicy of the workload does not name this caller.",
                f"{KUBE} get authorizationpolicies -A", "Envoy RBAC filter, rbac_filter.cc"),
    ),
    ("mesh", "call", 404): (
        Meaning(NO_BODY, "A proxy was reached. Envoy answers so, without a body, where it has no "
                "route for the host: compare these first.",
                f"{KUBE} get virtualservices -A", f"{_ROUTER} (NR)"),
    ),
}  # fmt: skip

DOORS: Table = {**_VAULT, **_ARGOCD, **_GATEWAYS}
