#!/usr/bin/env python3
"""Writes the snapshot of the cluster that zones/services.zone belongs to.

    snapshot.py >services.json

In kubectl's shape, of now: what `kubectl get pods,services,endpointslices,
endpoints,nodes,namespaces -A -o json` would say.  Where the zone is wrong, this
is right.
"""

import json
import time

NODES = ("aks-agentpool-10919919-vmss000000",
         "aks-agentpool-10919919-vmss000001")
DAY = 86400
items = []


def ago(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                         time.gmtime(time.time() - seconds))


def add(kind, name, namespace=None, labels=None, age=3 * DAY, **fields):
    metadata = {"creationTimestamp": ago(age), "name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    version = "discovery.k8s.io/v1" if kind == "EndpointSlice" else "v1"
    items.append({"apiVersion": version, "kind": kind, "metadata": metadata,
                  **fields})


def pod(namespace, name, *addresses, node=1, ready=True, age=2 * DAY,
        labels=None):
    add("Pod", name, namespace, labels, age,
        spec={"containers": [{"name": "main"}], "dnsPolicy": "ClusterFirst",
              "nodeName": NODES[node]},
        status={"phase": "Running", "startTime": ago(age - 2),
                "podIP": addresses[0],
                "podIPs": [{"ip": address} for address in addresses],
                "conditions": [{"type": "Ready",
                                "status": "True" if ready else "False",
                                "lastTransitionTime": ago(age - 9)}]})


def service(namespace, name, *addresses, port="http/80/TCP", labels=None,
            age=3 * DAY, **spec):
    """Headless without addresses, else a ClusterIP or of type ExternalName."""
    ports = []
    for text in port.split():
        called, number, protocol = text.split("/")
        ports.append({"name": called, "port": int(number),
                      "protocol": protocol})
    if "externalName" in spec:
        spec["type"] = "ExternalName"
    else:
        spec = {"type": "ClusterIP", "clusterIP": (addresses or ("None",))[0],
                "clusterIPs": list(addresses or ("None",)), **spec}
    add("Service", name, namespace, labels, age, spec={**spec, "ports": ports})


def target(namespace, name):
    return {"kind": "Pod", "name": name, "namespace": namespace}


def endpoint(namespace, name, address, ready=True, hostname=None):
    one = {"addresses": [address], "targetRef": target(namespace, name)}
    if ready is not None:
        one["conditions"] = {"ready": ready, "serving": ready,
                             "terminating": False}
    if hostname:
        one["hostname"] = hostname
    return one


def endpoint_slice(namespace, name, suffix, *endpoints, family="IPv4"):
    add("EndpointSlice", f"{name}-{suffix}", namespace,
        {"kubernetes.io/service-name": name}, addressType=family,
        endpoints=list(endpoints))


def endpoints(namespace, name, *pods):
    add("Endpoints", name, namespace, subsets=[{"addresses": [
        {"ip": address, "targetRef": target(namespace, pod_name)}
        for pod_name, address in pods]}])


def cluster():
    for namespace in ("default", "kube-system", "shop"):
        add("Namespace", namespace)
    for number, node in enumerate(NODES):
        add("Node", node, age=9 * DAY, status={
            "addresses": [{"type": "InternalIP",
                           "address": f"10.224.0.{4 + number}"}],
            "conditions": [{"type": "Ready", "status": "True",
                            "lastHeartbeatTime": ago(0)}]})
    pod("default", "mypod", "10.244.0.5", "fd00:10:244::5", node=0,
        labels={"app": "test-pod"})
    pod("shop", "web-5d8f7c9b64-x2x7k", "10.244.0.6", "fd00:10:244::6", node=0,
        labels={"app": "web"})
    pod("kube-system", "coredns-57d886c994-r2tsk", "10.244.0.9",
        "fd00:10:244::9", node=0, labels={"k8s-app": "kube-dns"})
    service("kube-system", "kube-dns", "10.0.0.10", "fd00:10::10",
            port="dns/53/UDP dns-tcp/53/TCP", labels={"k8s-app": "kube-dns"})


def well():
    service("default", "kubernetes", "10.0.0.1", port="https/443/TCP")
    service("default", "web", "10.0.12.34")
    service("shop", "api", "10.0.56.78", "fd00:10::5678")
    service("default", "partner", externalName="www.example.com", port="")

    # In two slices, which overlap while the controller moves endpoints.
    service("default", "myheadless")
    for number, address in enumerate(("10.244.0.146", "10.244.1.207")):
        pod("default", f"myheadless-{number}", address, node=number)
    pod("default", "myheadless-2", "10.244.2.31", ready=False)
    first = endpoint("default", "myheadless-0", "10.244.0.146")
    endpoint_slice("default", "myheadless", "8kq2v", first)
    endpoint_slice("default", "myheadless", "t5wzn", first,
                   endpoint("default", "myheadless-1", "10.244.1.207", None),
                   endpoint("default", "myheadless-2", "10.244.2.31", False))

    service("shop", "db", port="pg/5432/TCP")
    for family, net in (("IPv4", "10.244.1."), ("IPv6", "fd00:10:244:1::")):
        endpoint_slice("shop", "db", family.lower(), *(
            endpoint("shop", f"db-{number}", f"{net}{11 + number}",
                     hostname=f"db-{number}") for number in range(2)),
            family=family)
    for number in range(2):
        pod("shop", f"db-{number}", f"10.244.1.{11 + number}",
            f"fd00:10:244:1::{11 + number}")

    service("shop", "peers", publishNotReadyAddresses=True)
    pod("shop", "peers-0", "10.244.1.15", ready=False)
    endpoint_slice("shop", "peers", "p9c4d",
                   endpoint("shop", "peers-0", "10.244.1.15"))

    service("shop", "legacy")
    pod("shop", "legacy-0", "10.244.1.17")
    endpoints("shop", "legacy", ("legacy-0", "10.244.1.17"))

    service("shop", "idle")
    pod("shop", "idle-0", "10.244.1.18", ready=False)
    endpoint_slice("shop", "idle", "h2x6r",
                   endpoint("shop", "idle-0", "10.244.1.18", False))

    service("shop", "many")
    numbers = range(101, 141)
    endpoint_slice("shop", "many", "c7b8k", *(
        endpoint("shop", f"many-{number}", f"10.244.3.{number}")
        for number in numbers))


def wrong():
    service("shop", "orders")
    pod("shop", "orders-0", "10.244.1.21")
    pod("default", "reports-6c9d5b7f8-4kd2m", "10.244.1.22", age=600)
    endpoint_slice("shop", "orders", "m3f7q",
                   endpoint("shop", "orders-0", "10.244.1.21"))

    service("shop", "cart")
    service("shop", "search")
    service("shop", "ghost")
    for name, byte, ready in (("cart", 31, True), ("search", 41, False),
                              ("ghost", 51, True)):
        pod("shop", f"{name}-0", f"10.244.1.{byte}")
        pod("shop", f"{name}-1", f"10.244.1.{byte + 1}", ready=ready)
        endpoint_slice("shop", name, "v4n2z",
                       endpoint("shop", f"{name}-0", f"10.244.1.{byte}"),
                       endpoint("shop", f"{name}-1", f"10.244.1.{byte + 1}",
                                ready))
    # Endpoints that nobody keeps any more.
    endpoints("shop", "cart", ("cart-0", "10.244.1.31"))

    service("shop", "remade", "10.0.77.2")
    service("shop", "moved", externalName="mail.example.com", port="")
    service("shop", "broken", externalName="nosuch.example.com", port="")


cluster()
well()
wrong()
print('{"apiVersion": "v1", "kind": "List", "items": [')
print(",\n".join(json.dumps(item) for item in items))
print("]}")
