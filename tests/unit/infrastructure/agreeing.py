"""What no schema checks of Kubernetes objects: that those which name each other agree. For the tests of what we generate; the gate has its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Object = dict
WAVE = "argocd.argoproj.io/sync-wave"


def disagreements(objects: list[Object], *, hooks: bool = False) -> list[str]:
    """All that does not agree, in one namespace."""
    return sorted(
        {*_twice(objects), *_pods(objects), *_selectors(objects), *_services(objects), *_targets(objects), *_waves(objects), *_values(objects)}
    )


def template(one: Object) -> Object | None:
    """The template of the pods that an object makes."""
    match one["kind"]:
        case "Deployment" | "StatefulSet" | "Job":
            return one["spec"]["template"]
        case "CronJob":
            return one["spec"]["jobTemplate"]["spec"]["template"]
        case _:
            return None


def containers(pod: Object) -> list[Object]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def named(objects: Iterable[Object], *kinds: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in objects if one["kind"] in kinds}


def fits(selector: Object, labels: Object) -> bool:
    """Whether a selector chooses what has these labels."""
    exact = all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())
    return exact and all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions") or [])


def _label(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def _twice(objects: list[Object]) -> Iterator[str]:
    names = [_label(one) for one in objects]
    yield from (f"{name} is there twice" for name in names if names.count(name) > 1)


def _pods(objects: list[Object]) -> Iterator[str]:
    config, secrets = named(objects, "ConfigMap"), {one["spec"]["target"]["name"] for one in objects if one["kind"] == "ExternalSecret"}
    accounts, claims = named(objects, "ServiceAccount"), named(objects, "PersistentVolumeClaim")
    for one in objects:
        pod = template(one)
        if pod is None:
            continue
        spec, where = pod["spec"], _label(one)
        if spec.get("serviceAccountName") not in accounts:
            yield f"{where}: no ServiceAccount {spec.get('serviceAccountName')}"
        own = {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", [])}
        volumes = {volume["name"] for volume in spec.get("volumes", [])} | own
        for volume in spec.get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and claim not in claims:
                yield f"{where}: no PersistentVolumeClaim {claim}"
            if mapped := volume.get("configMap"):
                keys = config.get(mapped["name"], {"data": {}}).get("data") or {}
                yield from (f"{where}: no file {one['key']} in {mapped['name']}" for one in mapped["items"] if one["key"] not in keys)
        for container in containers(pod):
            for source in container.get("envFrom", []):
                name = (source.get("configMapRef") or source.get("secretRef"))["name"]
                if name not in (config if "configMapRef" in source else secrets):
                    yield f"{where}: no settings {name}"
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in volumes:
                    yield f"{where}: no volume {mount['name']}"
            ports = [port.get("name", "") for port in container.get("ports", [])]
            if len(set(ports)) < len(ports) or any(len(name) > 15 for name in ports):
                yield f"{where}: port names {ports}"
            for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
                handlers = [key for key in container.get(probe, {}) if key in {"httpGet", "tcpSocket", "exec", "grpc"}]
                if probe in container and len(handlers) != 1:
                    yield f"{where}: {probe} has {len(handlers)} handlers"
                port = container.get(probe, {}).get("httpGet", {}).get("port")
                if isinstance(port, str) and port not in ports:
                    yield f"{where}: {probe} asks port {port}"
            tag = container["image"].rpartition("/")[2].partition(":")[2]
            if tag in {"", "latest"}:
                yield f"{where}: image {container['image']}"


def _selectors(objects: list[Object]) -> Iterator[str]:
    pods = [pod["metadata"]["labels"] for one in objects if (pod := template(one))]
    for one in objects:
        pod = template(one)
        if pod and "selector" in one["spec"] and not fits(one["spec"]["selector"], pod["metadata"]["labels"]):
            yield f"{_label(one)}: its selector does not choose its own pods"
        if one["kind"] == "PodDisruptionBudget" and not any(fits(one["spec"]["selector"], labels) for labels in pods):
            yield f"{_label(one)}: chooses nothing"
        if one["kind"] == "NetworkPolicy":
            rules = [*one["spec"].get("ingress", []), *one["spec"].get("egress", [])]
            peers = [peer["podSelector"] for rule in rules for peer in [*rule.get("from", []), *rule.get("to", [])] if "podSelector" in peer]
            for selector in (one["spec"]["podSelector"], *peers):
                if not any(fits(selector, labels) for labels in pods):
                    yield f"{_label(one)}: {selector} chooses nothing"


def _services(objects: list[Object]) -> Iterator[str]:
    pods = [pod for one in objects if (pod := template(one))]
    services = named(objects, "Service")
    for name, service in services.items():
        if service["spec"].get("type") == "ExternalName":
            continue
        chosen = [pod for pod in pods if fits({"matchLabels": service["spec"]["selector"]}, pod["metadata"]["labels"])]
        ports = {port.get("name"): port["containerPort"] for pod in chosen for container in containers(pod) for port in container.get("ports", [])}
        for port in service["spec"]["ports"]:
            if ports.get(port["targetPort"]) != port["port"]:
                yield f"Service/{name}: port {port['targetPort']}"
    for one in objects:
        if one["kind"] == "Ingress":
            hosts = {host for entry in one["spec"]["tls"] for host in entry["hosts"]}
            for rule in one["spec"]["rules"]:
                if rule["host"] not in hosts:
                    yield f"{_label(one)}: no certificate for {rule['host']}"
                for path in rule["http"]["paths"]:
                    backend = path["backend"]["service"]
                    ports = services.get(backend["name"], {"spec": {"ports": []}})["spec"]["ports"]
                    if backend["port"]["name"] not in {port["name"] for port in ports}:
                        yield f"{_label(one)}: no backend {backend}"
                    if path["pathType"] not in {"Exact", "Prefix", "ImplementationSpecific"}:
                        yield f"{_label(one)}: pathType {path['pathType']}"


def _targets(objects: list[Object]) -> Iterator[str]:
    controllers = named(objects, "Deployment", "StatefulSet")
    for one in objects:
        if one["kind"] == "HorizontalPodAutoscaler":
            target = controllers.get(one["spec"]["scaleTargetRef"]["name"])
            if target is None:
                yield f"{_label(one)}: scales nothing"
            elif "replicas" in target["spec"]:
                yield f"{_label(one)}: its target has replicas of its own"
            if one["spec"]["minReplicas"] > one["spec"]["maxReplicas"]:
                yield f"{_label(one)}: more at least than at most"


def _waves(objects: list[Object]) -> Iterator[str]:
    """What pods need is there before them: a wave is over when its pods are healthy."""
    waves = {_label(one): int(one["metadata"].get("annotations", {}).get(WAVE, 0)) for one in objects}
    needs = {"ConfigMap", "ExternalSecret", "ServiceAccount", "PersistentVolumeClaim", "NetworkPolicy", "Service"}
    latest = max((wave for name, wave in waves.items() if name.partition("/")[0] in needs), default=0)
    for one in objects:
        if template(one) and waves[_label(one)] <= latest:
            yield f"{_label(one)}: in the wave of what it needs, or before"


def _values(objects: list[Object]) -> Iterator[str]:
    for one in objects:
        for path, value in _leaves(one, ""):
            if value is None:
                yield f"{_label(one)}: {path} is empty"
            if path.endswith("/port") and isinstance(value, int) and not 1 <= value <= 65535:
                yield f"{_label(one)}: {path} is {value}"


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}/{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{path}/{number}")
    else:
        yield path, value
