"""What the address plan must be, before any cluster is asked: without overlap and able to work."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

# --- networks of the clusters
PLAN_001 = Requirement(
    id="PLAN-001",
    must="Every network of the plan MUST be written as it takes effect, without host bits.",
    severity=Severity.NORMAL,
    why="10.97.0.0/12 is masked to 10.96.0.0/12 without a word; readers keep seeing two networks.",
    source="architecture review B-01, B-02; fault SC-02; kubernetes/kubernetes#76864",
    since="0.1",
)
PLAN_002 = Requirement(
    id="PLAN-002",
    must="The effective Service networks of two clusters MUST NOT overlap.",
    severity=Severity.CRITICAL,
    why="The same ClusterIP then means two Services, and separation is claimed that is not there.",
    source="architecture review B-01, B-08; fault SC-01; kubernetes/kubernetes#76864",
    since="0.1",
)
PLAN_003 = Requirement(
    id="PLAN-003",
    must="The pod networks of two clusters MUST NOT overlap.",
    severity=Severity.CRITICAL,
    why="Flat networks, meshes and routes between clusters need one owner for each address.",
    source="network architecture, Pod Network Isolation; architecture review section 2",
    since="0.1",
)
PLAN_004 = Requirement(
    id="PLAN-004",
    must="A pod network MUST NOT overlap a Service network, in the same cluster or in another.",
    severity=Severity.CRITICAL,
    why="The controller manager withholds pod ranges inside the Service network: nodes get none.",
    source="architecture review B-07; fault SC-03; kubernetes/kubernetes#103898",
    since="0.1",
)
PLAN_005 = Requirement(
    id="PLAN-005",
    must="Pod and Service networks MUST NOT overlap a segment or anything that lives on one.",
    severity=Severity.CRITICAL,
    why="Hosts inside a cluster's own network cannot be reached from that cluster.",
    source="architecture review B-06; fault SC-05",
    since="0.1",
)
PLAN_006 = Requirement(
    id="PLAN-006",
    must="An address of a segment MUST have one use: one host, one gateway, one lease range.",
    severity=Severity.CRITICAL,
    why="Two owners of one address answer ARP in turn, and connections break at random.",
    source="RFC 5227, section 1; fault ML-05",
    since="0.1",
)
PLAN_007 = Requirement(
    id="PLAN-007",
    must="A Service network MUST have at most 20 host bits and at least 10 addresses.",
    severity=Severity.CRITICAL,
    why="kubeadm refuses any other; up to 1.33, kube-apiserver too refuses more than 20 host bits.",
    source="architecture review section 2; kubernetes/kubernetes#115075",
    since="0.1",
)
PLAN_008 = Requirement(
    id="PLAN-008",
    must="A cluster MUST have one pod network of each family, and Service networks of those only.",
    severity=Severity.CRITICAL,
    why="A Service of a family without pods has no endpoints; a second one of a family is refused.",
    source="Kubernetes, IPv4/IPv6 dual-stack, prerequisites",
    since="0.1",
)
PLAN_009 = Requirement(
    id="PLAN-009",
    must="The cluster DNS address MUST be a free address of the cluster's Service network.",
    severity=Severity.CRITICAL,
    why="Every pod asks this address; the first one belongs to the Service `kubernetes`.",
    source="architecture review B-03; kubeadm, DNS address of the Service subnet",
    since="0.1",
)
PLAN_010 = Requirement(
    id="PLAN-010",
    must="The pod network MUST have a range for every planned node.",
    severity=Severity.CRITICAL,
    why="The node without a range never gets a pod network: event CIDRNotAvailable.",
    source="fault FL-04; kubernetes/kubernetes#103898; architecture review section 3",
    since="0.1",
)
# --- segments and pools
PLAN_011 = Requirement(
    id="PLAN-011",
    must="A segment MUST hold its gateway and its lease ranges.",
    severity=Severity.CRITICAL,
    why="A gateway outside its network cannot be reached; leases outside it reach nobody.",
    source="architecture review A-02; RFC 2131, section 3.1",
    since="0.1",
)
PLAN_020 = Requirement(
    id="PLAN-020",
    must="A pool MUST lie inside its segment.",
    severity=Severity.CRITICAL,
    why="No host asks on the wire for an address outside its own network.",
    source="architecture review A-02; fault ML-27; canonical/multipass#4383",
    since="0.1",
)
PLAN_021 = Requirement(
    id="PLAN-021",
    must="A pool MUST NOT hold the network, broadcast or gateway address of its segment.",
    severity=Severity.CRITICAL,
    why="A Service that gets the gateway's address cuts the whole segment off.",
    source="RFC 919; RFC 4291, section 2.6.1; fault ML-05",
    since="0.1",
)
PLAN_022 = Requirement(
    id="PLAN-022",
    must="A pool MUST lie outside every lease range.",
    severity=Severity.CRITICAL,
    why="MetalLB does not look for duplicates: a new machine leases the address of a live Service.",
    source="architecture review A-04, A-21; fault ML-05; metallb/metallb#306",
    since="0.1",
)
PLAN_023 = Requirement(
    id="PLAN-023",
    must="Pools MUST NOT overlap, in one cluster or across clusters.",
    severity=Severity.CRITICAL,
    why=(
        "Two clusters answer for one address, in turn; within one, MetalLB refuses the second pool."
    ),
    source=(
        "network architecture, LoadBalancer IP Pool Separation; fault ML-04; metallb/metallb#772"
    ),
    since="0.1",
)
PLAN_024 = Requirement(
    id="PLAN-024",
    must="A pool MUST NOT hold the address of a node, a VM or an API endpoint.",
    severity=Severity.CRITICAL,
    why="The Service that gets the address takes the host off the network.",
    source="fault ML-05; metallb/metallb#519",
    since="0.1",
)
PLAN_025 = Requirement(
    id="PLAN-025",
    must="A pool with reservations MUST be planned to be advertised.",
    severity=Severity.BLOCKER,
    why=(
        "Since MetalLB 0.13, an address that no L2Advertisement selects is given and never "
        "announced."
    ),
    source="architecture review A-03; fault ML-01; metallb/metallb#1561",
    since="0.1",
)
PLAN_026 = Requirement(
    id="PLAN-026",
    must="A reserved address MUST NOT be free for automatic assignment.",
    severity=Severity.CRITICAL,
    why="MetalLB walks a pool from its first address: the first unpinned Service takes it.",
    source="architecture review A-06; fault ML-02",
    since="0.1",
)
PLAN_027 = Requirement(
    id="PLAN-027",
    must="A cluster's pools SHOULD have an address to spare beyond its reservations.",
    severity=Severity.MINOR,
    why="The next Service of type LoadBalancer stays pending.",
    source="fault ML-03",
    since="0.1",
    advisory=True,
)
# --- reservations
PLAN_030 = Requirement(
    id="PLAN-030",
    must="A reserved address MUST lie in a pool of its own cluster.",
    severity=Severity.BLOCKER,
    why="MetalLB refuses an address outside its pools, and the Service stays pending.",
    source="network architecture, MetalLB Service IP Assignment; fault ML-02",
    since="0.1",
)
PLAN_031 = Requirement(
    id="PLAN-031",
    must="A reserved address MUST be one that a host of its segment may have.",
    severity=Severity.CRITICAL,
    why="Hosts do not ask for network and broadcast addresses, and the gateway has its owner.",
    source="RFC 919; RFC 4291, section 2.6.1",
    since="0.1",
)
PLAN_032 = Requirement(
    id="PLAN-032",
    must="An address MUST be reserved once, over all clusters.",
    severity=Severity.CRITICAL,
    why=(
        "Of two Services that ask for one address, one stays pending; of two clusters, both answer."
    ),
    source="network architecture, MetalLB Service IP Assignment; faults ML-02, ML-04",
    since="0.1",
)
PLAN_033 = Requirement(
    id="PLAN-033",
    must="A Service MUST have at most one reserved address of each family.",
    severity=Severity.NORMAL,
    why="A Service carries one load-balancer address of each family; the second has no owner.",
    source="Kubernetes, IPv4/IPv6 dual-stack, Services",
    since="0.1",
)
PLAN_034 = Requirement(
    id="PLAN-034",
    must="Every reservation and every VM MUST name its ports, each once.",
    severity=Severity.NORMAL,
    why="An address without ports cannot be tested, and defaults differ between products.",
    source="architecture review D-09, B-10",
    since="0.1",
)
PLAN_035 = Requirement(
    id="PLAN-035",
    must="A reservation with a TLS port MUST say which names its certificate carries.",
    severity=Severity.NORMAL,
    why="Clients verify the name they call; a certificate for another name is refused.",
    source="architecture review E-06; fault VA-06",
    since="0.1",
)
# --- hosts
PLAN_040 = Requirement(
    id="PLAN-040",
    must="Every node MUST have a planned address of each family of its pod networks.",
    severity=Severity.NORMAL,
    why="An address left to DHCP moves; etcd, certificates and tunnels keep the old one.",
    source="architecture review A-08; kubernetes/kubeadm#3299",
    since="0.1",
)
PLAN_041 = Requirement(
    id="PLAN-041",
    must="Nodes and VMs MUST have host addresses inside their segment.",
    severity=Severity.CRITICAL,
    why="Load-balancer addresses are announced on the segment: a node off it announces nothing.",
    source="architecture review A-02; fault ML-27",
    since="0.1",
)
PLAN_042 = Requirement(
    id="PLAN-042",
    must="A node's address MUST NOT lie inside a pod or Service network.",
    severity=Severity.CRITICAL,
    why="As ClusterIPs appear, the node becomes unreachable from other nodes.",
    source="architecture review B-06; fault SC-05",
    since="0.1",
)
PLAN_043 = Requirement(
    id="PLAN-043",
    must="A VM MUST have a planned address.",
    severity=Severity.NORMAL,
    why="An address left to DHCP changes, and its clients then talk to another machine.",
    source="architecture review B-10",
    since="0.1",
)
