"""Between objects: services and pods, ingresses and services, scaling, disruption, network rules, accounts, and what settings are taken from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.gates.agreement.world import WORKLOADS, Disagreement, Object, Place, opaque

if TYPE_CHECKING:
    from migrator.gates.agreement.reading import Noted
    from migrator.gates.agreement.world import Scope

__all__ = ["accounts", "backends", "disruptions", "networks", "scaling", "services", "settings"]

_KINDS = {"configMapRef": "ConfigMap", "configMapKeyRef": "ConfigMap", "secretRef": "Secret", "secretKeyRef": "Secret"}
_ALWAYS_THERE = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}


def _selector(part: Noted) -> dict[str, str]:
    """The labels of a selector that asks for equality alone; empty for every other."""
    if part.get("matchExpressions").items:
        return {}
    return part.get("matchLabels").texts or {key: one.text for key, one in part.pairs.items() if one.text}


def _nearest(scope: Scope, wanted: Mapping[str, str], word: str) -> Place | None:
    """The object that most likely is meant: the one with the most labels of these, or the name."""
    every = list(scope.workloads)
    best = max(every, key=lambda one: (len(wanted.items() & one.labels.items()), one.name == word), default=None)
    return None if best is None else best.at(best.template.get("metadata", "labels") or best.body)


def _place(one: Object | None) -> Place | None:
    return None if one is None else one.place


def services(scope: Scope) -> Iterator[Disagreement]:
    """A service selects pods, and its target ports are ports of theirs."""
    for one in scope.of("Service"):
        wanted = one.body.get("spec", "selector").texts
        if not wanted or any(map(opaque, wanted.values())) or not any(scope.workloads):
            continue
        pods = scope.selected(one, wanted)
        if not pods:
            said = f"{one} selects {_labels(wanted)}, and no pod{scope.where} has that"
            yield Disagreement("service", one.at(one.body.get("spec", "selector")), str(one), said, _nearest(scope, wanted, one.name))
            continue
        for port in one.body.get("spec", "ports").items:
            target = port.get("targetPort") or port.get("port")
            listening = [pod.listens(target) for pod in pods]
            if opaque(target.text) or None in listening or any(listening):
                continue
            said = f"{one} sends to port {target.text}, and {pods[0]} declares {_ports(pods[0])}"
            yield Disagreement(
                "target-port", one.at(target), f"{one} {target.text}", said, pods[0].at(pods[0].ports[0] if pods[0].ports else pods[0].body)
            )


def backends(scope: Scope) -> Iterator[Disagreement]:
    """What an ingress or a route sends to is a service with that port."""
    for one in scope.of("Ingress"):
        spec = one.body.get("spec")
        paths = [path.get("backend", "service") for rule in spec.get("rules").items for path in rule.get("http", "paths").items]
        for backend in (spec.get("defaultBackend", "service"), *paths):
            if backend:
                yield from _backend(scope, one, backend.get("name"), backend.get("port", "number") or backend.get("port", "name"))
    for one in scope.of("HTTPRoute", "GRPCRoute"):
        for rule in one.body.get("spec", "rules").items:
            for backend in rule.get("backendRefs").items:
                if backend.get("kind").text in {"", "Service"} and not backend.get("namespace"):
                    yield from _backend(scope, one, backend.get("name"), backend.get("port"))


def _backend(scope: Scope, one: Object, named: Noted, port: Noted) -> Iterator[Disagreement]:
    if not named.text or opaque(named.text):
        return
    service = scope.named("Service", named.text)
    if service is None:
        others = next(scope.of("Service"), None)
        said = f"{one} sends to the service {named.text}, and there is none{scope.where}"
        yield Disagreement("backend", one.at(named), f"{one} {named.text}", said, _place(others))
        return
    ports = service.body.get("spec", "ports")
    known = {word for entry in ports.items for word in (entry.get("port").text, entry.get("name").text)}
    if port and port.text not in known and not opaque(port.text):
        said = f"{one} sends to port {port.text} of {service}, which has {', '.join(sorted(known - {''})) or 'none'}"
        yield Disagreement("backend", one.at(port), f"{one} {named.text} {port.text}", said, service.at(ports))


def scaling(scope: Scope) -> Iterator[Disagreement]:
    """What is scaled is there."""
    for one in scope.of("HorizontalPodAutoscaler", "VerticalPodAutoscaler", "ScaledObject"):
        target = one.body.get("spec", "targetRef" if one.kind == "VerticalPodAutoscaler" else "scaleTargetRef")
        kind, wanted = target.get("kind").text or "Deployment", target.get("name")
        if kind in WORKLOADS and wanted.text and not opaque(wanted.text) and scope.named(kind, wanted.text) is None:
            near = next((other for other in scope.workloads if other.name == wanted.text), next(scope.workloads, None))
            said = f"{one} scales the {kind} {wanted.text}, and there is none{scope.where}"
            yield Disagreement("scale-target", one.at(wanted), str(one), said, _place(near))


def disruptions(scope: Scope) -> Iterator[Disagreement]:
    """A disruption budget is about pods that are there, and says one of both bounds."""
    for one in scope.of("PodDisruptionBudget"):
        selector = one.body.get("spec", "selector")
        wanted = _selector(selector)
        if wanted and not any(map(opaque, wanted.values())) and not scope.selected(one, wanted):
            said = f"{one} is about pods with {_labels(wanted)}, and there are none{scope.where}"
            yield Disagreement("disruption", one.at(selector), str(one), said, _nearest(scope, wanted, one.name))


def networks(scope: Scope) -> Iterator[Disagreement]:
    """A network policy is about pods that are there, lets in and out to pods that are there, on ports that they have."""
    for one in scope.of("NetworkPolicy"):
        spec = one.body.get("spec")
        own = _selector(spec.get("podSelector"))
        pods = scope.selected(one, own)
        if own and not pods and any(scope.workloads):
            said = f"{one} is about pods with {_labels(own)}, and there are none{scope.where}"
            yield Disagreement("network", one.at(spec.get("podSelector")), str(one), said, _nearest(scope, own, one.name))
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(direction).items:
                asked = list(pods) if direction == "ingress" and own else []
                for peer in rule.get(peers).items:
                    wanted = _selector(peer.get("podSelector"))
                    if not wanted or peer.get("namespaceSelector") or not any(scope.workloads):
                        continue
                    found = scope.selected(one, wanted)
                    asked += found if direction == "egress" else []
                    if not found:
                        said = f"{one} names pods with {_labels(wanted)}, and there are none{scope.where}"
                        near = _nearest(scope, wanted, one.name)
                        yield Disagreement("network", one.at(peer), f"{one} {direction} {_labels(wanted)}", said, near)
                yield from _network_ports(one, rule, direction, asked)


def _network_ports(one: Object, rule: Noted, direction: str, pods: list[Object]) -> Iterator[Disagreement]:
    for entry in rule.get("ports").items:
        port = entry.get("port")
        listening = [pod.listens(port) for pod in pods]
        if port and pods and not entry.get("endPort") and None not in listening and not any(listening) and not opaque(port.text):
            said = f"{one} opens port {port.text}, and {pods[0]} declares {_ports(pods[0])}"
            yield Disagreement(
                "network", one.at(port), f"{one} {direction} port {port.text}", said, pods[0].at(pods[0].ports[0] if pods[0].ports else pods[0].body)
            )


def accounts(scope: Scope) -> Iterator[Disagreement]:
    """The account of a pod, the service of a stateful set, and those that a binding names, are there."""
    for one in scope.workloads:
        account = one.template.get("spec", "serviceAccountName")
        yield from _absent(scope, one, "account", "ServiceAccount", account)
        if one.kind == "StatefulSet":
            yield from _absent(scope, one, "account", "Service", one.body.get("spec", "serviceName"))
    for one in scope.of("RoleBinding"):
        role = one.body.get("roleRef")
        if role.get("kind").text == "Role":
            yield from _absent(scope, one, "account", "Role", role.get("name"))
        for subject in one.body.get("subjects").items:
            if subject.get("kind").text == "ServiceAccount" and subject.get("namespace").text in {"", one.namespace}:
                yield from _absent(scope, one, "account", "ServiceAccount", subject.get("name"))


def settings(scope: Scope) -> Iterator[Disagreement]:
    """Settings, secrets and claims that pods take from objects: the object is there, and has the key."""
    for one in scope.workloads:
        for container in one.containers:
            for source in container.get("envFrom").items:
                for key, part in source.pairs.items():
                    if key in _KINDS and part.get("optional").value is not True:
                        yield from _absent(scope, one, "settings", _KINDS[key], part.get("name"))
            for variable in container.get("env").items:
                for key, part in variable.get("valueFrom").pairs.items():
                    if key in _KINDS and part.get("optional").value is not True:
                        yield from _key(scope, one, _KINDS[key], part)
        for volume in one.template.get("spec", "volumes").items:
            sources = [volume, *volume.get("projected", "sources").items]
            for source in sources:
                for key, kind, word in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"), ("secret", "Secret", "name")):
                    if source.get(key, "optional").value is not True:
                        yield from _absent(scope, one, "settings", kind, source.get(key, word))
            yield from _absent(scope, one, "settings", "PersistentVolumeClaim", volume.get("persistentVolumeClaim", "claimName"))


def _key(scope: Scope, one: Object, kind: str, part: Noted) -> Iterator[Disagreement]:
    wanted, key = part.get("name"), part.get("key")
    yield from _absent(scope, one, "settings", kind, wanted)
    for maker, place, keys in _makers(scope, kind, wanted.text):
        if keys is not None and key.text not in keys and not opaque(key.text):
            said = f"{one} takes the key {key.text} of the {kind} {wanted.text}, and {maker} gives it {', '.join(sorted(keys)) or 'none'}"
            yield Disagreement("settings", one.at(key), f"{one} {kind} {wanted.text} {key.text}", said, place)


def _absent(scope: Scope, one: Object, check: str, kind: str, wanted: Noted) -> Iterator[Disagreement]:
    if not wanted.text or opaque(wanted.text) or (kind, wanted.text) in _ALWAYS_THERE or any(_makers(scope, kind, wanted.text)):
        return
    near = next(scope.of(kind), None)
    said = f"{one} needs the {kind} {wanted.text}, and nothing{scope.where} makes it"
    yield Disagreement(check, one.at(wanted), f"{one} {kind} {wanted.text}", said, _place(near))


def _makers(scope: Scope, kind: str, wanted: str) -> Iterator[tuple[str, Place | None, Mapping[str, object] | None]]:
    """What makes an object of a name, and the keys that it gives it; None for keys that cannot be known."""
    for one in scope.of(kind):
        if one.name == wanted:
            known = kind in {"ConfigMap", "Secret"}
            keys = {**one.body.get("data").pairs, **one.body.get("binaryData").pairs, **one.body.get("stringData").pairs}
            yield str(one), one.place, keys if known else None
    for made, named, generated in scope.generated:
        if (made, named) == (kind, wanted):
            yield f"a generator{scope.where}", None, generated
    if kind == "Secret":
        for one in scope.of("ExternalSecret", "SealedSecret", "VaultStaticSecret", "Certificate", "SecretProviderClass"):
            yield from _secret(one, wanted)


def _secret(one: Object, wanted: str) -> Iterator[tuple[str, Place | None, Mapping[str, object] | None]]:
    spec = one.body.get("spec")
    target = {
        "ExternalSecret": spec.get("target", "name").text or one.name,
        "SealedSecret": spec.get("template", "metadata", "name").text or one.name,
        "VaultStaticSecret": spec.get("destination", "name").text,
        "Certificate": spec.get("secretName").text,
    }.get(one.kind, "")
    others = {secret.get("secretName").text for secret in spec.get("secretObjects").items}
    if wanted not in {target, *others}:
        return
    keys: Mapping[str, object] | None = None
    if one.kind == "ExternalSecret" and not spec.get("dataFrom").items:
        keys = spec.get("target", "template", "data").pairs or {entry.get("secretKey").text: None for entry in spec.get("data").items}
    if one.kind == "SealedSecret":
        keys = spec.get("encryptedData").pairs
    yield str(one), one.at(spec), keys


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in labels.items())


def _ports(one: Object) -> str:
    return ", ".join(f"{port.get('containerPort').text} {port.get('name').text}".rstrip() for port in one.ports) or "none"
