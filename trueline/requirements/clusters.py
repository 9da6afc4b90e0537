"""What a live cluster must be: itself, with the planned nodes and the planned networks."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

CLU_001 = Requirement(
    id="CLU-001",
    must="The API of every planned cluster MUST answer through its planned context.",
    severity=Severity.BLOCKER,
    why="Nothing else about the cluster can be told without its API.",
    source="network architecture, Overview",
    since="0.1",
)
CLU_002 = Requirement(
    id="CLU-002",
    must="A cluster MUST have the API CA and the kube-system UID that the plan pins.",
    severity=Severity.BLOCKER,
    why="Context names, node names and ClusterIPs repeat; only CA and UID tell a cluster apart.",
    source="architecture review A-11, B-03",
    since="0.1",
)
CLU_003 = Requirement(
    id="CLU-003",
    must="Two contexts MUST lead to two clusters, with different kube-system UIDs.",
    severity=Severity.BLOCKER,
    why="When both lead to one cluster, every comparison of the two passes and proves nothing.",
    source="fault HO-09; architecture review A-11",
    since="0.1",
)
CLU_004 = Requirement(
    id="CLU-004",
    must="A cluster MUST run the planned minor version of Kubernetes.",
    severity=Severity.NORMAL,
    why="What the API shows and what kube-proxy does differ between minor versions.",
    source="architecture review F-05",
    since="0.1",
)
CLU_005 = Requirement(
    id="CLU-005",
    must="A cluster SHOULD be at rest when it is judged.",
    severity=Severity.MINOR,
    why="What still moves may be right a minute later, or wrong; the budget for it is spent.",
    source="architecture, time and workers",
    since="0.1",
    advisory=True,
)
CLU_006 = Requirement(
    id="CLU-006",
    must="An API MUST show a certificate for the name or address that it is called by.",
    severity=Severity.CRITICAL,
    why="Clients that verify refuse it, and those that are told not to believe anybody.",
    source="fault HO-10; kubernetes/kubeadm#338; RFC 6125",
    since="0.2",
)
CLU_007 = Requirement(
    id="CLU-007",
    must=(
        "The planned endpoint of an API MUST answer as long as one of the cluster's API servers "
        "does."
    ),
    severity=Severity.CRITICAL,
    why="Led to one API server alone, callers take the whole cluster for dead when that one is.",
    source="fault HO-08; kubernetes/kubernetes#88648",
    since="0.2",
)
CLU_010 = Requirement(
    id="CLU-010",
    must="Every planned node MUST exist with its planned role and address.",
    severity=Severity.CRITICAL,
    why="Addresses given by DHCP move; certificates, etcd and tunnels keep the old ones.",
    source="fault HO-01; kubernetes/kubeadm#3299",
    since="0.1",
)
CLU_011 = Requirement(
    id="CLU-011",
    must="A cluster MUST NOT have nodes outside the plan.",
    severity=Severity.NORMAL,
    why="An unplanned node takes pods, pod ranges and announcements of addresses.",
    source="network architecture, Network Topology",
    since="0.1",
)
CLU_012 = Requirement(
    id="CLU-012",
    must="Every node MUST be Ready.",
    severity=Severity.CRITICAL,
    why="Endpoints on a node that is not Ready leave their Services.",
    source="network architecture, Network Topology",
    since="0.1",
)
CLU_020 = Requirement(
    id="CLU-020",
    must="Every node MUST have one pod range per planned family, of the planned prefix length.",
    severity=Severity.CRITICAL,
    why="Flannel starts on no node that has no pod range.",
    source="faults FL-04, FL-05; flannel documentation, troubleshooting",
    since="0.1",
)
CLU_021 = Requirement(
    id="CLU-021",
    must="Every node's pod range MUST lie inside the planned pod network.",
    severity=Severity.CRITICAL,
    why="Outside it, traffic between nodes is neither routed nor masqueraded as planned.",
    source="fault FL-01; flannel-io/flannel#1428",
    since="0.1",
)
CLU_022 = Requirement(
    id="CLU-022",
    must="The pod ranges of any two nodes of a cluster MUST be disjoint.",
    severity=Severity.CRITICAL,
    why="Two nodes with one range give two pods one address.",
    source="network architecture, Pod Network Isolation",
    since="0.1",
)
CLU_023 = Requirement(
    id="CLU-023",
    must="The pod ranges of any two clusters MUST be disjoint.",
    severity=Severity.CRITICAL,
    why="A flat network, a mesh or a label by address cannot tell equal pod addresses apart.",
    source="fault FL-11; network architecture, Pod Network Isolation",
    since="0.1",
)
CLU_030 = Requirement(
    id="CLU-030",
    must="The effective Service network MUST be the planned one, both masked.",
    severity=Severity.CRITICAL,
    why="10.97.0.0/12 is accepted without a warning and is 10.96.0.0/12.",
    source="fault SC-02; kubernetes/kubernetes#76864",
    since="0.1",
)
CLU_031 = Requirement(
    id="CLU-031",
    must="The effective Service networks of any two clusters MUST be disjoint.",
    severity=Severity.CRITICAL,
    why="Multi-cluster tools send a call to whichever cluster owns the same ClusterIP.",
    source="fault SC-01; kubernetes/kubernetes#76864",
    since="0.1",
)
CLU_032 = Requirement(
    id="CLU-032",
    must="Every ClusterIP MUST lie in the effective Service network.",
    severity=Severity.NORMAL,
    why="A ClusterIP left over from another range can be given away or never be freed.",
    source="KEP-1880",
    since="0.1",
)
CLU_033 = Requirement(
    id="CLU-033",
    must="Every endpoint of a pod MUST have an address of the pod network, or of a node.",
    severity=Severity.CRITICAL,
    why="An endpoint elsewhere is stale or foreign, and swallows its share of the connections.",
    source="fault HO-01; network architecture, Pod Network Isolation",
    since="0.1",
)
CLU_034 = Requirement(
    id="CLU-034",
    must="Two pods of a cluster MUST NOT have the same address.",
    severity=Severity.CRITICAL,
    why="Of two pods with one address, one gets the other's connections.",
    source="Kubernetes documentation, the network model",
    since="0.1",
)
CLU_035 = Requirement(
    id="CLU-035",
    must="Every pod's address MUST lie in the pod range of its node.",
    severity=Severity.CRITICAL,
    why="Other nodes route a pod's address to the node that owns the range.",
    source="flannel documentation, backends",
    since="0.1",
)
CLU_036 = Requirement(
    id="CLU-036",
    must="An API server MUST be told the Service network that is in effect.",
    severity=Severity.NORMAL,
    why=(
        "The first range is kept as an object: another one in the flag of a later start is "
        "ignored, with an event and nothing else."
    ),
    source="fault SC-04; KEP-1880, the default ServiceCIDR",
    since="0.2",
)
CLU_037 = Requirement(
    id="CLU-037",
    must="Every Service network MUST have a free address for another Service.",
    severity=Severity.NORMAL,
    why="Without one no Service can be created, which is noticed at the next deployment.",
    source="fault SC-06; KEP-1880",
    since="0.2",
)
CLU_038 = Requirement(
    id="CLU-038",
    must="A node's address MUST NOT lie in the effective Service network of its cluster.",
    severity=Severity.CRITICAL,
    why=(
        "As soon as a Service gets the address of a node, what is sent to that node goes to the "
        "Service."
    ),
    source="fault SC-05; kube-apiserver, --service-cluster-ip-range",
    since="0.2",
)
CLU_040 = Requirement(
    id="CLU-040",
    must="Flannel's public address of a node, in each family, MUST be its own and of no other.",
    severity=Severity.CRITICAL,
    why="Peers tunnel to the public address: a wrong one loses all traffic between nodes.",
    source="faults FL-03, FL-07; flannel-io/flannel#712",
    since="0.1",
)
CLU_041 = Requirement(
    id="CLU-041",
    must="The endpoints of the `kubernetes` Service MUST be exactly the planned control plane.",
    severity=Severity.CRITICAL,
    why="A stale API address in it breaks every client inside the cluster now and then.",
    source="faults HO-01, HO-08; kubernetes/kubernetes#108453",
    since="0.1",
)
CLU_050 = Requirement(
    id="CLU-050",
    must="The cluster DNS Service MUST have its planned address.",
    severity=Severity.CRITICAL,
    why="Every kubelet writes the planned address into every pod's resolver configuration.",
    source="fault DN-09",
    since="0.1",
)
CLU_051 = Requirement(
    id="CLU-051",
    must="The cluster DNS Service MUST have a ready endpoint.",
    severity=Severity.CRITICAL,
    why="Without one, every lookup of every pod times out.",
    source="fault DN-10",
    since="0.1",
)
CLU_060 = Requirement(
    id="CLU-060",
    must="A pod MUST reach the API and DNS Services of its cluster from a pod network address.",
    severity=Severity.CRITICAL,
    why="Objects can all look right while the data path of Services is dead; only a pod can tell.",
    source="Kubernetes documentation, Debug Services; faults DN-09, KP-01",
    since="0.1",
)
CLU_061 = Requirement(
    id="CLU-061",
    must="Every node MUST reach every other node of its cluster through the pod network.",
    severity=Severity.CRITICAL,
    why="A dead tunnel parts some pods from some others, which looks like chance from above.",
    source="faults FL-02, FL-08, FL-12; flannel documentation; flannel-io/flannel#871",
    since="0.2",
)
CLU_070 = Requirement(
    id="CLU-070",
    must=(
        "The Service of every admission webhook that the API must ask MUST have a ready endpoint."
    ),
    severity=Severity.NORMAL,
    why="The API refuses every change that it cannot ask such a webhook about.",
    source="fault ML-18; metallb/metallb#1597",
    since="0.2",
)
