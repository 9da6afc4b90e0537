"""What each check says of a plan that it passes: the first of its claims, word for word."""

PASSED = {
    "api_endpoint_is_planned": (
        "pass control api: expected https://HOST:PORT, observed "
        "https://192.168.64.10:6443 (topology.yaml:8)"
    ),
    "api_endpoint_outlives_any_one_node": (
        "pass app api: expected an endpoint in front of 2 control-plane nodes, "
        "observed 192.168.64.20 (topology.yaml:60)"
    ),
    "contexts_are_distinct": (
        "pass control and app context: expected two contexts, observed control and "
        "app (topology.yaml:60) (topology.yaml:8)"
    ),
    "identities_are_distinct": (
        "pass control and app API endpoint: expected two values, observed "
        "192.168.64.10:6443 and 192.168.64.20:6443 (topology.yaml:60) "
        "(topology.yaml:8)"
    ),
    "versions_are_stated": (
        "pass control versions kubernetes: expected a version, observed 1.34.4 (topology.yaml:8)"
    ),
    "flow_runs_between_declared_things": (
        "pass metrics from: expected something declared, observed pods:app (topology.yaml:160)"
    ),
    "flow_uses_a_planned_port": (
        "pass metrics port: expected 9090/TCP of reservation:control/prometheus, "
        "observed 9090/TCP (topology.yaml:160)"
    ),
    "flow_is_stated_once": (
        "pass metrics: expected the only word on pods:app to "
        "reservation:control/prometheus, observed the only one (topology.yaml:160)"
    ),
    "both_directions_are_stated": (
        "pass control to app: expected a flow, observed gitops; mesh to app; no pods "
        "to app (topology.yaml:8)"
    ),
    "a_forbidden_flow_is_stated": (
        "pass control and app: expected a flow that must fail, observed no pods to "
        "app; no pods to control (topology.yaml:8)"
    ),
    "reservation_has_a_consumer": (
        "pass control/argocd: expected a flow that must work, observed argocd (topology.yaml:30)"
    ),
    "vm_has_a_consumer": (
        "pass redis: expected a flow that must work, observed cache (topology.yaml:120)"
    ),
    "node_has_a_planned_address": (
        "pass control/control-cp-1: expected an IPv4 address, observed "
        "[192.168.64.11] (topology.yaml:11)"
    ),
    "node_address_is_inside_its_segment": (
        "pass control/control-cp-1: expected a host address of segment lan "
        "(192.168.64.0/24), observed 192.168.64.11 (topology.yaml:11)"
    ),
    "vm_address_is_inside_its_segment": (
        "pass redis: expected a host address of segment lan (192.168.64.0/24), "
        "observed 192.168.64.31 (topology.yaml:120)"
    ),
    "node_address_is_outside_every_cluster_network": (
        "pass control/control-cp-1: expected 192.168.64.11 outside pod and Service "
        "networks, observed none (topology.yaml:11)"
    ),
    "vm_has_a_planned_address": (
        "pass redis: expected a planned address, observed 192.168.64.31 (topology.yaml:120)"
    ),
    "mesh_members_are_clusters": (
        "pass mesh member control: expected a planned cluster, once, observed "
        "planned, once (topology.yaml:190)"
    ),
    "mesh_member_has_its_gateways": (
        "pass control ingress: expected a reservation of the cluster, observed "
        "ingress (topology.yaml:191)"
    ),
    "mesh_has_a_trust_domain_and_networks": (
        "pass mesh trust_domain: expected a trust domain, observed mesh.test (topology.yaml:190)"
    ),
    "mesh_members_reach_each_other": (
        "pass pods:control to api:app: expected a flow that must work, observed "
        "gitops (topology.yaml:8)"
    ),
    "policies_are_enforced": (
        "pass control cni: expected a pod network that enforces policies, for argocd; "
        "dns; grafana; istio-system; loki; and 3 more, observed flannel with "
        "enforcement (topology.yaml:9)"
    ),
    "services_stay_behind_the_gateway": (
        "pass app reservations: expected gateways alone (ingress, east-west), "
        "observed gateways alone (topology.yaml:192)"
    ),
    "namespace_with_a_reservation_has_a_policy": (
        "pass control namespaces without policy: expected nothing, observed nothing "
        "(topology.yaml:8)"
    ),
    "reservation_has_a_name": (
        "pass control/argocd: expected a name for 192.168.64.100, observed "
        "argocd.control.test (topology.yaml:30)"
    ),
    "vm_has_a_name": (
        "pass redis: expected a name for 192.168.64.31, observed redis.control.test "
        "(topology.yaml:120)"
    ),
    "api_endpoint_has_a_name": (
        "pass control: expected a name for 192.168.64.10, observed api.control.test "
        "(topology.yaml:8)"
    ),
    "name_leads_to_planned_addresses": (
        "pass argocd.control.test: expected planned addresses, observed "
        "[192.168.64.100] (topology.yaml:140)"
    ),
    "name_lies_in_a_declared_zone": (
        "pass argocd.control.test: expected a name in control.test or app.test, "
        "observed argocd.control.test (topology.yaml:140)"
    ),
    "zone_has_an_authority": (
        "pass control.test: expected an authority, observed reservation:control/dns "
        "(topology.yaml:130)"
    ),
    "name_covers_every_family_of_its_owner": (
        "pass argocd.control.test: expected every family reserved for the same "
        "Service, observed [192.168.64.100] (topology.yaml:140)"
    ),
    "name_says_where_it_resolves": (
        "pass argocd.control.test: expected declared vantage points, observed [host] "
        "(topology.yaml:140)"
    ),
    "zone_is_not_multicast": (
        "pass control.test: expected a zone outside .local, observed control.test "
        "(topology.yaml:130)"
    ),
    "pool_is_inside_its_segment": (
        "pass control/reserved: expected addresses of segment lan (192.168.64.0/24), "
        "observed [192.168.64.100-192.168.64.108] (topology.yaml:20)"
    ),
    "pool_leaves_out_the_segments_own_addresses": (
        "pass control/reserved: expected no network, broadcast or gateway address, "
        "observed none (topology.yaml:20)"
    ),
    "pool_is_outside_every_lease_range": (
        "pass control/reserved: expected no address that DHCP leases, observed none "
        "(topology.yaml:20)"
    ),
    "pool_is_clear_of_hosts": (
        "pass control/reserved: expected no address of a host, observed none (topology.yaml:20)"
    ),
    "pool_overlaps_no_other": (
        "pass control/reserved: expected no address of another pool, observed none "
        "(topology.yaml:20)"
    ),
    "pool_with_reservations_is_advertised": (
        "pass control/reserved advertise: expected l2, observed l2 (topology.yaml:20)"
    ),
    "reserved_addresses_are_not_assigned_by_themselves": (
        "pass control/reserved auto_assign: expected no, observed no (topology.yaml:20)"
    ),
    "pools_have_an_address_to_spare": (
        "pass control pools: expected more than 9 addresses, observed 11 addresses "
        "(topology.yaml:8)"
    ),
    "cluster_networks_are_written_without_host_bits": (
        "pass control pods: expected [10.244.0.0/16], observed [10.244.0.0/16] (topology.yaml:8)"
    ),
    "segment_is_written_without_host_bits": (
        "pass lan: expected [192.168.64.0/24], observed [192.168.64.0/24] (topology.yaml:5)"
    ),
    "planned_service_networks_are_disjoint": (
        "pass control services, app services: expected no shared address, observed "
        "none (topology.yaml:8)"
    ),
    "planned_pod_networks_are_disjoint": (
        "pass control pods, app pods: expected no shared address, observed none (topology.yaml:8)"
    ),
    "pods_and_services_of_two_clusters_are_disjoint": (
        "pass control pods, app services: expected no shared address, observed none "
        "(topology.yaml:8)"
    ),
    "pods_and_services_are_disjoint": (
        "pass control pods, control services: expected no shared address, observed "
        "none (topology.yaml:8)"
    ),
    "cluster_networks_are_clear_of_the_segments": (
        "pass control pods: expected no address of a segment, observed none (topology.yaml:8)"
    ),
    "service_network_has_a_possible_size": (
        "pass control services 10.96.0.0/16: expected 10 addresses to 20 host bits, "
        "observed 16 host bits (topology.yaml:8)"
    ),
    "address_families_agree": (
        "pass control pods: expected one network of each family, observed IPv4 (topology.yaml:8)"
    ),
    "dns_service_is_inside_the_service_network": (
        "pass control dns_service: expected a free address of 10.96.0.0/16, observed "
        "10.96.0.10 (topology.yaml:8)"
    ),
    "pod_network_has_a_range_for_every_node": (
        "pass control pods 10.244.0.0/16: expected ranges for 3 nodes, observed 256 "
        "of /24 (topology.yaml:8)"
    ),
    "reservation_is_inside_a_pool_of_its_cluster": (
        "pass control/argocd: expected an address of pool control/reserved or pool "
        "control/spare, observed 192.168.64.100 (topology.yaml:30)"
    ),
    "reservation_has_a_host_address": (
        "pass control/argocd: expected a host address, observed 192.168.64.100 (topology.yaml:30)"
    ),
    "address_is_reserved_once": (
        "pass control/argocd: expected 192.168.64.100 for no other reservation, "
        "observed none (topology.yaml:30)"
    ),
    "owner_has_one_reservation_of_a_family": (
        "pass control/argocd: expected no other IPv4 address for argocd/argocd, "
        "observed none (topology.yaml:30)"
    ),
    "reservation_names_its_ports": (
        "pass control/argocd ports: expected distinct ports, observed [443/TCP] (topology.yaml:30)"
    ),
    "vm_names_its_ports": (
        "pass redis ports: expected distinct ports, observed [6379/TCP] (topology.yaml:120)"
    ),
    "tls_port_has_certificate_names": (
        "pass control/argocd tls_names: expected names for 443/TCP, observed "
        "[argocd.control.test] (topology.yaml:30)"
    ),
    "arp_window_can_prove_silence": (
        "pass reference arp_window: expected 0.83 s or more, observed 0.85 s (topology.yaml:1)"
    ),
    "exceptions_are_in_force": (
        "pass exception PLAN-001 control: expected an expiry on 2026-01-15 or later, "
        "observed 2026-06-30, owned by network team (topology.yaml:220)"
    ),
    "segment_address_has_one_use": (
        "pass reference: expected no address with two uses, observed 11 ranges "
        "without overlap (topology.yaml:1)"
    ),
    "segment_holds_its_gateway_and_leases": (
        "pass lan gateway: expected a host address of 192.168.64.0/24, observed "
        "192.168.64.1 (topology.yaml:5)"
    ),
}
