"""Things that name each other agree (L14): every check with a planted disagreement, both places named, and the same tree in agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml

from migrator.build import build
from migrator.facts.landscape.model import Landscape
from migrator.gates.agreement import CHECKS, agreement, disagreements
from migrator.gates.agreement.monitoring import metrics_of, probed_routes, rules
from migrator.gates.agreement.platform import _filter
from migrator.gates.agreement.reading import parsed
from migrator.gates.agreement.values import _cron
from migrator.gates.agreement.world import World
from migrator.paths import RepoPath
from migrator.step import Edit, Move, Step, Write
from migrator.tree import FILE, Entry
from tests.conftest import Becomes, facts_of
from tests.unit.infrastructure.landscapes import LANDSCAPE

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: {app: api}
spec:
  replicas: 2
  strategy: {type: RollingUpdate}
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      serviceAccountName: api
      restartPolicy: Always
      containers:
        - name: api
          image: acme/api:1.2.3
          imagePullPolicy: IfNotPresent
          ports:
            - {containerPort: 8000, name: http, protocol: TCP}
          envFrom:
            - configMapRef: {name: api-config}
          env:
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef: {name: api-secrets, key: DATABASE_URL}
          livenessProbe:
            httpGet: {path: /health/live, port: http}
          readinessProbe:
            httpGet: {path: /health/ready, port: 8000}
          resources:
            requests: {cpu: 250m, memory: 256Mi}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 64Mi}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  type: ClusterIP
  selector:
    app: api
  ports:
    - {name: http, port: 80, targetPort: http}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: api
                port:
                  name: http
"""
REST = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 5
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: api}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: api}}
      ports:
        - {port: 8000}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: api}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: api}
spec:
  target: {name: api-secrets}
  data:
    - {secretKey: DATABASE_URL, remoteRef: {key: acme/DATABASE_URL}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: nightly}}
        spec:
          restartPolicy: Never
          containers:
            - {name: nightly, image: "acme/api:1.2.3"}
"""
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
  - ingress.yaml
  - rest.yaml
configMapGenerator:
  - name: api-config
    literals: [LOG_LEVEL=info]
images:
  - {name: acme/api, newTag: 1.2.4}
replicas:
  - {name: api, count: 3}
"""
OVERLAY = """\
resources: [../../base]
patches:
  - path: patch.yaml
"""
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {replicas: 4}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: api-config}\n"
BASE = "infra/kubernetes/base"
CLUSTER = {
    f"{BASE}/deployment.yaml": DEPLOYMENT,
    f"{BASE}/service.yaml": SERVICE,
    f"{BASE}/ingress.yaml": INGRESS,
    f"{BASE}/rest.yaml": REST,
    f"{BASE}/kustomization.yaml": KUSTOMIZATION,
    "infra/kubernetes/overlays/dev/kustomization.yaml": OVERLAY,
    "infra/kubernetes/overlays/dev/patch.yaml": PATCH,
}
COMPOSE = """\
services:
  api:
    image: acme/api:1
    depends_on: {db: {condition: service_healthy}}
    volumes: ["data:/data", "./x:/x"]
    networks: [back]
    secrets: [key]
  db: {image: "postgres:16"}
volumes: {data: {}}
networks: {back: {}}
secrets: {key: {file: ./key}}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: dev}
spec:
  project: acme
  source:
    repoURL: https://example.com/acme/acme.git
    path: infra/kubernetes/overlays/dev
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: acme}
"""
WORKFLOW = """\
name: ci
on:
  push:
    paths: ["infra/**"]
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: ./.github/actions/setup
      - run: ./scripts/test.sh
      - run: bash kubernetes/check.sh
        working-directory: infra
  deploy:
    needs: [test]
    uses: ./.github/workflows/deploy.yml
"""
RULES = """\
groups:
  - name: api
    rules:
      - record: job:requests:rate5m
        expr: sum by (handler) (rate(http_requests_total{status="5xx"}[5m]))
      - alert: Slow
        expr: job:requests:rate5m > 0.1 and on (handler) up == 1
        annotations:
          runbook_url: https://example.com/acme/acme/blob/main/docs/runbooks/api.md#slow-answers
"""
PLATFORM = {
    "docker-compose.yml": COMPOSE,
    "infra/argocd/apps.yaml": APPLICATION,
    "infra/kubernetes/overlays/dev/kustomization.yaml": "resources: []\n",
    ".github/workflows/ci.yml": WORKFLOW,
    ".github/workflows/deploy.yml": "on: workflow_call\njobs: {}\n",
    ".github/actions/setup/action.yml": "name: setup\nruns: {using: composite, steps: []}\n",
    ".github/CODEOWNERS": "# who\n* @all\n/infra/ @ops # them\n*.sh @ops\n",
    "scripts/test.sh": "true\n",
    "infra/kubernetes/check.sh": "true\n",
    "monitoring/prometheus.yml": "scrape_configs: []\nrule_files:\n  - rules/*.yml\n  - /etc/prometheus/other.yml\n",
    "monitoring/rules/api.yml": RULES,
    "docs/runbooks/api.md": "# Runbook\n\n## Slow answers\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: acme\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 1.0.0}\n",
    "chart/values.yaml": "image:\n  tag: 1.0.0\nextra: {}\nredis:\n  auth: true\n",
    "chart/values-dev.yaml": "image:\n  tag: 1.0.1\nextra:\n  a: 1\n",
    "chart/templates/a.yaml": "image: {{ .Values.image.tag }}\nmore: {{ .Values.extra | toYaml }}\nif: {{ .Values.maybe | default 1 }}\n",
}
COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [cache.yaml]
patches:
  - target: {kind: Deployment, name: api}
    patch: "[]"
replicas:
  - {name: api, count: 2}
"""
CACHE = "infra/kubernetes/components/cache"
WITH_COMPONENT = {
    **CLUSTER,
    "infra/kubernetes/overlays/dev/kustomization.yaml": f"{OVERLAY}components: [../../components/cache]\n",
    f"{CACHE}/kustomization.yaml": COMPONENT,
    f"{CACHE}/cache.yaml": CONFIG.replace("api-config", "cache-config"),
}
CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: acme\nversion: 1.0.0\n",
    "chart/values.yaml": "workloads:\n  api:\n    kind: Deployment\n    config:\n      A: a\nimage:\n  tag: 1.0.0\n",
    "chart/values-dev.yaml": "workloads:\n  api:\n    config:\n      B: b\nimage:\n  tag: 1.0.1\n",
    "chart/values.schema.json": """{
  "$defs": {
    "workload": {
      "properties": {"kind": {}, "config": {"additionalProperties": {"type": "string"}}}, "patternProperties": {"^x-": {}},
      "additionalProperties": false
    }
  },
  "properties": {"workloads": {"properties": {"api": {"$ref": "#/$defs/workload"}}, "additionalProperties": false}, "image": {"properties": {"tag": {}}}}
}""",
    "chart/templates/a.yaml": "{{- range $name, $one := .Values.workloads }}\na: {{ $name }}\n{{- end }}\nimage: {{ .Values.image.tag }}\n",
}


def found(files: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Check, place and message of each disagreement."""
    return [(one.check, str(one.at), f"{one.message} @ {one.other}") for one in disagreements(facts_of(files))]


LOOSE = {"k8s/a.yaml": f"{DEPLOYMENT}---\n{CONFIG}", "k8s/more/b.yml": SERVICE, "k8s/c.yaml": f"{INGRESS}---\n{REST}"}


@pytest.mark.parametrize("files", [CLUSTER, PLATFORM, LOOSE, WITH_COMPONENT, CHART])
def test_what_agrees_is_nothing_to_speak_of(files: Mapping[str, str]) -> None:
    assert found(files) == []


D, S, G, R, K = (f"{BASE}/{name}.yaml" for name in ("deployment", "service", "ingress", "rest", "kustomization"))
OTHER = "infra/kubernetes/overlays/dev/kustomization.yaml"
PLANTED: list[tuple[Any, ...]] = [
    # file, what stands there, what is put there, check, line, part of the message, the other place
    (D, "      app: api\n  template", "      app: app\n  template", "selector", 11, "selects app=app, and its pods have app=api", f"{D}:15"),
    (S, "    app: api", "    app: apy", "service", 6, "selects app=apy, and no pod", f"{D}:14"),
    (S, "targetPort: http", "targetPort: web", "target-port", 9, "sends to port web, and Deployment api declares 8000 http", f"{D}:24"),
    (S, "targetPort: http", "targetPort: 8001", "target-port", 9, "sends to port 8001", f"{D}:24"),
    (S, ", targetPort: http", "", "target-port", 9, "sends to port 80", f"{D}:24"),
    (D, "name: http, protocol", "name: htp, protocol", "probe-port", 32, "asks port http, and the container declares 8000 htp", f"{D}:23"),
    (D, "port: 8000}", "port: 8080}", "probe-port", 34, "the readinessProbe of api in Deployment api asks port 8080", f"{D}:23"),
    (D, "- {name: tmp, mountPath", "- {name: temp, mountPath", "volume", 38, "mount temp, and have tmp", f"{D}:41"),
    (
        D,
        "        - name: tmp\n",
        "        - name: spare\n          emptyDir: {}\n        - name: tmp\n",
        "volume",
        42,
        "volume spare of Deployment api is mounted by none",
        f"{D}:19",
    ),
    (R, "kind: Deployment, name: api", "kind: Deployment, name: apis", "scale-target", 5, "scales the Deployment apis", f"{D}:4"),
    (
        R,
        "minAvailable: 1\n  selector: {matchLabels: {app: api}}",
        "minAvailable: 1\n  selector: {matchLabels: {app: x}}",
        "disruption",
        17,
        "about pods with app=x",
        f"{D}:14",
    ),
    (G, "name: api\n", "name: web\n", "backend", 12, "sends to the service web, and there is none", f"{S}:3"),
    (G, "name: http", "name: https", "backend", 14, "sends to port https of Service api, which has 80, http", f"{S}:8"),
    (
        R,
        "  podSelector: {matchLabels: {app: api}}\n  policy",
        "  podSelector: {matchLabels: {app: z}}\n  policy",
        "network",
        23,
        "about pods with app=z",
        f"{D}:14",
    ),
    (R, "- podSelector: {matchLabels: {app: api}}", "- podSelector: {matchLabels: {app: web}}", "network", 27, "names pods with app=web", f"{D}:14"),
    (R, "- {port: 8000}", "- {port: 8001}", "network", 29, "opens port 8001", f"{D}:24"),
    (D, "serviceAccountName: api", "serviceAccountName: apo", "account", 17, "needs the ServiceAccount apo", f"{R}:33"),
    (D, "{name: api-config}", "{name: api-conf}", "settings", 26, "needs the ConfigMap api-conf, and nothing in", "None"),
    (D, "{name: api-secrets, key", "{name: api-secret, key", "settings", 30, "needs the Secret api-secret", "None"),
    (
        D,
        "key: DATABASE_URL}",
        "key: DB_URL}",
        "settings",
        30,
        "takes the key DB_URL of the Secret api-secrets, and ExternalSecret api gives it DATABASE_URL",
        f"{R}:38",
    ),
    (
        D,
        "          emptyDir: {sizeLimit: 64Mi}",
        "          persistentVolumeClaim: {claimName: data}",
        "settings",
        43,
        "needs the PersistentVolumeClaim data",
        "None",
    ),
    (K, "  - rest.yaml\n", "  - rest.yaml\n  - gone.yaml\n", "kustomization", 8, "names gone.yaml", f"{BASE}/gone.yaml:0"),
    (K, "name: acme/api,", "name: acme/apy,", "kustomization", 12, "sets the image acme/apy, and its objects use acme/api", f"{D}:4"),
    (K, "{name: api, count", "{name: apy, count", "kustomization", 14, "scales apy", f"{D}:4"),
    (OTHER, "patch.yaml", "patches.yaml", "kustomization", 3, "names patches.yaml", "infra/kubernetes/overlays/dev/patches.yaml:0"),
    (OTHER.replace("kustomization", "patch"), "{name: api}", "{name: apy}", "kustomization", 3, "patches the Deployment apy", f"{OTHER}:3"),
    # What validators pass.
    (R, "minAvailable: 1", "minAvailable: 1\n  maxUnavailable: 1", "value", 16, "has minAvailable and maxUnavailable", f"{R}:17"),
    (R, "  minAvailable: 1\n", "", "value", 15, "has none of them", f"{R}:14"),
    (R, "minReplicas: 2", "minReplicas: 9", "value", 6, "minReplicas is 9, above maxReplicas, which is 5", f"{R}:7"),
    (R, "resource: {name: cpu", "pods: {name: cpu", "value", 9, "type is Resource, and resource is missing", f"{R}:9"),
    (R, "type: Utilization", "type: Foo", "value", 10, "type is Foo, and may be Utilization", f"{R}:3"),
    (R, '"0 3 * * *"', '"0 25 * * *"', "value", 47, "whose hour is `25`", f"{R}:45"),
    (R, '"0 3 * * *"', "nope", "value", 47, "has 1 fields and not five", f"{R}:45"),
    (R, "restartPolicy: Never", "restartPolicy: Always", "value", 54, "may be OnFailure, Never", f"{R}:45"),
    (R, "- {port: 8000}", "- {port: http, endPort: 9}", "value", 29, "endPort goes with a number in port, which is http", f"{R}:29"),
    (
        D,
        "httpGet: {path: /health/live, port: http}",
        "httpGet: {path: /, port: http}\n            tcpSocket: {port: http}",
        "value",
        32,
        "has httpGet and tcpSocket",
        f"{D}:33",
    ),
    (D, "            httpGet: {path: /health/live, port: http}", "            periodSeconds: 3", "value", 31, "has none of them", f"{D}:4"),
    (G, "pathType: Prefix", "pathType: Foo", "value", 9, "pathType is Foo", f"{G}:3"),
    (G, "name: http", "name: http\n                  number: 80", "value", 14, "has name and number", f"{G}:15"),
    (D, "cpu: 250m", "cpu: 5x", "value", 36, "`5x`, which is no quantity", f"{D}:4"),
    (D, "memory: 256Mi", "memory: 1GB", "value", 36, "`1GB`, which is no quantity", f"{D}:4"),
    (D, "imagePullPolicy: IfNotPresent", "imagePullPolicy: Sometimes", "value", 22, "imagePullPolicy is Sometimes", f"{D}:4"),
    (D, "{containerPort: 8000,", "{containerPort: 99999,", "value", 24, "containerPort is 99999", f"{D}:4"),
    (D, "name: http, protocol", "name: a-name-that-is-too-long, protocol", "value", 24, "at most 15", f"{D}:4"),
    (
        D,
        "            - name: DATABASE_URL\n",
        "            - {name: DATABASE_URL, value: x}\n            - name: DATABASE_URL\n",
        "value",
        29,
        "DATABASE_URL is there twice",
        f"{D}:28",
    ),
    (D, "  name: api\n  labels", "  name: A_b\n  labels", "value", 4, "name is `A_b`", f"{D}:4"),
    (D, "whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfiable: Foo", "value", 40, "whenUnsatisfiable is Foo", f"{D}:4"),
]


@pytest.mark.parametrize("row", PLANTED)
def test_a_planted_disagreement_is_told_with_both_places(row: tuple[Any, ...]) -> None:
    path, old, new, check, line, message, other = row
    assert CLUSTER[path].count(old) >= 1
    files = {**CLUSTER, path: CLUSTER[path].replace(old, new, 1)}
    got = [row for row in found(files) if row[0] == check and row[1] == f"{path}:{line}"]
    assert any(message in row[2] and row[2].endswith(f" @ {other}") for row in got), found(files)


CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  resources: {requests: {storage: 1Gi}}\n"
STATEFUL = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  volumeClaimTemplates:\n    - spec: {resources: {requests: {storage: 2Gi}}}\n"
KEPT = {**CLUSTER, f"{BASE}/claim.yaml": CLAIM + STATEFUL, K: KUSTOMIZATION.replace("  - rest.yaml\n", "  - rest.yaml\n  - claim.yaml\n")}
READY = "readinessProbe:\n            httpGet: {path: /health/ready, port: 8000}"


@pytest.mark.parametrize(
    "path, old, new, message",
    [
        (D, "/health/live, port: http}", "/health/live, port: http}\n            successThreshold: 2", "successThreshold is 2"),
        (D, READY, f"{READY}\n            successThreshold: 2", ""),
        (D, "sizeLimit: 64Mi", "sizeLimit: 64MB", "`64MB`, which is no quantity"),
        (f"{BASE}/claim.yaml", "storage: 1Gi", "storage: 1GB", "`1GB`, which is no quantity"),
        (f"{BASE}/claim.yaml", "storage: 2Gi", "storage: 2 Gi", "`2 Gi`, which is no quantity"),
        (f"{BASE}/claim.yaml", "storage: 2Gi", "storage: 2.5Ti", ""),
        (S, "port: 80,", "port: 80808,", "port is 80808"),
        (S, "targetPort: http", "targetPort: 0", "targetPort is 0"),
        (S, "targetPort: http", "targetPort: http, nodePort: 99999", "nodePort is 99999"),
        (D, "protocol: TCP", "protocol: HTTP", "protocol is HTTP"),
        (D, "protocol: TCP}", "protocol: TCP}\n            - {containerPort: 8001, name: http}", "http is there twice"),
        (D, "protocol: TCP}", "protocol: TCP}\n            - {containerPort: 8001, name: other}", ""),
        (D, "restartPolicy: Always", "restartPolicy: OnFailure", "restartPolicy is OnFailure"),
        (R, "concurrencyPolicy: Forbid", "concurrencyPolicy: Never", "concurrencyPolicy is Never"),
        (R, "policyTypes: [Ingress]", "policyTypes: [Inbound]", "Inbound"),
        (S, "type: ClusterIP", "type: Internal", "type is Internal"),
        (S, "type: ClusterIP", "type: LoadBalancer", ""),
        (D, "strategy: {type: RollingUpdate}", "strategy: {type: Rolling}", "type is Rolling"),
        (S, "metadata: {name: api}", "metadata: {name: api.v2}", "beginning with a letter"),
        (R, "metadata: {name: nightly}", f"metadata: {{name: {'n' * 53}}}", "at most 52 characters"),
        (R, "metadata: {name: nightly}", f"metadata: {{name: {'n' * 52}}}", ""),
        (D, "labels: {app: api}", "labels: {app: api, for: the API}", "at most 63 letters"),
    ],
)
def test_a_value_that_the_server_refuses_is_told(path: str, old: str, new: str, message: str) -> None:
    """Each row of the table of values, with what is fine beside: schemas take all of these."""
    assert found(KEPT) == []
    assert old in KEPT[path]
    told = [one for one in found({**KEPT, path: KEPT[path].replace(old, new, 1)}) if one[0] == "value"]
    assert len(told) == bool(message)
    assert all(message in one[2] for one in told)


ELSEWHERE: list[tuple[Any, ...]] = [
    (
        "docker-compose.yml",
        "depends_on: {db:",
        "depends_on: {dp:",
        "compose",
        4,
        "uses dp, and there is no such entry in `services`",
        "docker-compose.yml:1",
    ),
    ("docker-compose.yml", '"data:/data"', '"dat:/data"', "compose", 5, "uses dat", "docker-compose.yml:9"),
    (
        "docker-compose.yml",
        "    networks: [back]",
        "    ports: !reset []\n    networks: !override [front]",
        "compose",
        7,
        "uses front",
        "docker-compose.yml:11",
    ),
    ("docker-compose.yml", "[back]", "[front]", "compose", 6, "uses front", "docker-compose.yml:10"),
    ("docker-compose.yml", "[key]", "[kee]", "compose", 7, "uses kee", "docker-compose.yml:11"),
    ("infra/argocd/apps.yaml", "overlays/dev", "overlays/prod", "application", 8, "no directory", "infra/kubernetes/overlays/prod:0"),
    ("infra/argocd/apps.yaml", "  source:\n", "  notes:\n", "application", 4, "is taken from nowhere", "infra/argocd/apps.yaml:3"),
    (
        "infra/argocd/apps.yaml",
        "  source:\n",
        "  sources: [{repoURL: u, chart: c}]\n  source:\n",
        "application",
        4,
        "has source and sources",
        "infra/argocd/apps.yaml:6",
    ),
    ("infra/argocd/apps.yaml", "project: acme", "project: acne", "application", 5, "of the project acne", "infra/argocd/apps.yaml:12"),
    (".github/workflows/ci.yml", '"infra/**"', '"deploy/**"', "workflow", 4, "runs on push of deploy/**", "deploy:0"),
    (
        ".github/workflows/ci.yml",
        "actions/setup",
        "actions/sets",
        "workflow",
        9,
        "uses ./.github/actions/sets, which is not there",
        ".github/actions/sets:0",
    ),
    (".github/workflows/ci.yml", "scripts/test.sh", "scripts/tests.sh", "workflow", 10, "runs ./scripts/tests.sh", "scripts/tests.sh:0"),
    (".github/workflows/ci.yml", "check.sh", "chek.sh", "workflow", 11, "there is no infra/kubernetes/chek.sh", "infra/kubernetes/chek.sh:0"),
    (".github/workflows/ci.yml", "working-directory: infra", "working-directory: infa", "workflow", 12, "works in infa", "infa:0"),
    (
        ".github/workflows/ci.yml",
        "needs: [test]",
        "needs: [tests]",
        "workflow",
        14,
        "needs tests, and there are test, deploy",
        ".github/workflows/ci.yml:5",
    ),
    (".github/workflows/ci.yml", "deploy.yml", "ship.yml", "workflow", 15, "uses ./.github/workflows/ship.yml", ".github/workflows/ship.yml:0"),
    (".github/CODEOWNERS", "/infra/", "/infa/", "owners", 3, "/infa/ has owners", "infa:0"),
    (".github/CODEOWNERS", "/infra/", "/infra/*", "owners", 3, "/infra/* has owners", "infra:0"),
    (".github/CODEOWNERS", "/infra/", "/scripts/[a-z]est.sh", "owners", 3, "/scripts/[a-z]est.sh has owners", "scripts:0"),
    ("monitoring/prometheus.yml", "rules/*.yml", "rule/*.yml", "rule-files", 3, "no file is that", "monitoring/rule/*.yml:0"),
    ("monitoring/rules/api.yml", "runbooks/api.md", "runbooks/apis.md", "runbook", 9, "which is no file", "docs/runbooks/apis.md:0"),
    ("monitoring/rules/api.yml", "#slow-answers", "#slow", "runbook", 9, "the section slow of docs/runbooks/api.md", "docs/runbooks/api.md:1"),
    ("chart/templates/a.yaml", "image.tag", "image.tags", "chart", 1, "takes .Values.image.tags", "chart/values.yaml:1"),
    ("chart/values.yaml", "extra: {}", "extra: {}\nspare: 1", "chart", 4, "gives spare", "chart/Chart.yaml:1"),
    ("chart/values-dev.yaml", "  tag:", "  tog:", "chart", 2, "sets image.tog", "chart/values.yaml:1"),
]


@pytest.mark.parametrize("row", ELSEWHERE)
def test_the_same_of_what_is_not_kubernetes(row: tuple[Any, ...]) -> None:
    path, old, new, check, line, message, other = row
    assert PLATFORM[path].count(old) >= 1
    got = found({**PLATFORM, path: PLATFORM[path].replace(old, new, 1)})
    assert any(row[:2] == (check, f"{path}:{line}") and message in row[2] and row[2].endswith(f" @ {other}") for row in got), got


@pytest.mark.parametrize(("files", "rows"), [(CLUSTER, PLANTED), (PLATFORM, ELSEWHERE)], ids=["cluster", "platform"])
def test_what_is_kept_of_one_tree_is_said_of_no_other(files: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    facts = facts_of(files)
    assert disagreements(facts) == ()
    for path, old, new, *_ in rows:
        text = files[path].replace(old, new, 1)
        changed = facts.tree.replace({RepoPath(path): Entry(FILE, facts.store.add(text.encode()))})
        assert disagreements(facts.at(changed)) == disagreements(facts_of({**files, path: text})), (path, old, new)
    assert disagreements(facts.at(facts.tree.replace({RepoPath("x.txt"): Entry(FILE, facts.store.add(b"x"))}))) == ()


DEV = "infra/kubernetes/overlays/dev/kustomization.yaml"


@pytest.mark.parametrize(
    "row",
    [
        (f"{CACHE}/kustomization.yaml", "name: api}", "name: apy}", 5, f"patches the Deployment apy, and nothing that {DEV} lists is that", f"{D}:4"),
        (f"{CACHE}/kustomization.yaml", "{name: api, c", "{name: apy, c", 8, f"scales apy, and nothing that {DEV} lists is called so", f"{D}:4"),
        ("chart/values-dev.yaml", "      B: b", "      B: b\n    kinds: Job", 5, "sets workloads.api.kinds", "chart/values.yaml:2"),
        ("chart/values-dev.yaml", "  api:", "  apy:", 4, "sets workloads.apy.config.B", "chart/values.yaml:1"),
        ("chart/values-dev.yaml", "  tag:", "  tog:", 6, "sets image.tog", "chart/values.yaml:6"),
    ],
)
def test_what_a_component_patches_and_values_that_a_schema_closes(row: tuple[str, str, str, int, str, str]) -> None:
    path, old, new, line, message, other = row
    files = WITH_COMPONENT if path in WITH_COMPONENT else CHART
    assert files[path].count(old) >= 1
    (one,) = found({**files, path: files[path].replace(old, new, 1)})
    assert one[1] == f"{path}:{line}"
    assert message in one[2]
    assert one[2].endswith(f" @ {other}")


@pytest.mark.parametrize(
    "changed",
    [
        # Nobody uses the component, or another component does.
        {DEV: OVERLAY},
        {DEV: f"{OVERLAY}components: [../../components/more]\n", "infra/kubernetes/components/more/kustomization.yaml": "kind: Component\ncomponents: [../cache]\n"},
        {"infra/kubernetes/components/cache/kustomization.yaml": f"{COMPONENT}components: [../cache]\n"},
        # A schema that leaves keys open, or says nothing of them where templates take all that is there.
        {"chart/values-dev.yaml": "workloads: {api: {x-more: 1, config: {C: c}}}\n"},
        {"chart/values-dev.yaml": "workloads: {worker: {kind: Job}}\n", "chart/values.schema.json": "{}"},
        {"chart/values-dev.yaml": "workloads: {api: {kinds: Job}}\n", "chart/values.schema.json": "no {"},
        {"chart/values-dev.yaml": "image: {pull: Always}\n", "chart/templates/b.yaml": "image: {{ .Values.image | toYaml }}\n"},
    ],
)  # fmt: skip
def test_what_components_and_values_leave_open(changed: Mapping[str, str]) -> None:
    assert found({**WITH_COMPONENT, **CHART, **changed}) == []


@pytest.mark.parametrize(
    "path, old, new",
    [
        # Names that another program fills in, objects that are made elsewhere, what may be missing.
        (D, "{name: api-config}", "{name: gone, optional: true}"),
        (D, "{name: api-config}", '{name: "${CONFIG}"}'),
        (D, "serviceAccountName: api", "serviceAccountName: default"),
        (S, "    app: api", "    app: $(APP)"),
        (S, "targetPort: http", "targetPort: 8000"),
        (G, "name: http", "number: 80"),
        (R, "kind: Deployment, name: api", "kind: Custom, name: thing"),
        (R, "- {secretKey: DATABASE_URL, remoteRef: {key: acme/DATABASE_URL}}", "[]\n  dataFrom: [{extract: {key: acme}}]"),
        (R, '"0 3 * * *"', '"@daily"'),
        (R, '"0 3 * * *"', '"*/5 1-4,6 * jan-mar Mon"'),
        (R, "- {port: 8000}", "- {port: 8000, endPort: 8010}"),
        (D, "cpu: 250m", "cpu: 0.5"),
        (D, "cpu: 250m", "cpu: 2"),
        (K, "  - rest.yaml\n", "  - rest.yaml\n  - https://example.com/x.yaml\n"),
        (K, "name: acme/api,", "name: acme/api, newName: example.com:5000/acme/api,"),
    ],
)
def test_what_cannot_be_said_to_disagree(path: str, old: str, new: str) -> None:
    assert CLUSTER[path].count(old) >= 1
    assert found({**CLUSTER, path: CLUSTER[path].replace(old, new, 1)}) == []


@pytest.mark.parametrize(
    "files",
    [
        {"docker-compose.yml": "services: {a: {depends_on: [b]}}\n", "docker-compose.override.yml": "services: {b: {image: x}}\n"},
        {"docker-compose.yml": "include: [other.yml]\nservices: {a: {depends_on: [b]}}\n"},
        {"compose.yml": "services: {a: {depends_on: !reset [b], volumes: !override ['./x:/x'], command: !reset null}}\n"},
        {"compose.yml": 'services: {a: {volumes: ["./x:/x", "/y:/y", "${D}:/z"], depends_on: {b: {required: false}}}}\n'},
        {"a.yaml": "{{ if .Values.x }}\napiVersion: v1\n{{ end }}\n"},
        {"r.yml": "groups: [{rules: [{alert: A, expr: up, annotations: {runbook_url: 'https://wiki.example.com/a'}}]}]\n"},
        {
            "docs/a.md": "",
            "r.yml": "groups: [{rules: [{alert: A, expr: up, annotations: {runbook_url: 'https://g.example.com/a/b/blob/main/docs/runbooks/a.md#x'}}]}]\n",
        },
        {"r.yml": "groups: [{rules: [{alert: A, expr: up, annotations: {runbook_url: 'https://g.example.com/a/b/tree/master/runbook.md#x'}}]}]\n"},
        {
            "docs/a.md": "Too slow\n--------\n",
            "r.yml": "groups: [{rules: [{alert: A, expr: up, annotations: {runbook_url: docs/a.md#too-slow}}]}]\n",
        },
        {"a.yaml": "kind: Application\napiVersion: x\nmetadata: {name: a}\nspec: {source: {repoURL: u, chart: c, path: p}}\n"},
        {"a.yaml": "kind: Application\napiVersion: app.k8s.io/v1beta1\nmetadata: {name: a}\nspec: {selector: {}}\n"},
        {
            "a.yaml": "kind: Application\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: a}\nspec: {sourceHydrator: {drySource: {repoURL: u, path: p}}}\n"
        },
        {"s.yaml": SERVICE},
        {".github/workflows/a.yml": "on: push\njobs: {a: {steps: [{run: 'cd x\\n./build/y.sh'}, {run: ./made/later.sh}]}}\n"},
        {"k.yaml": "a: &a [*a]\n", "l.yaml": "x: *y\n", "m.yaml": "\x00"},
    ],
)
def test_other_shapes_of_agreement(files: Mapping[str, str]) -> None:
    assert found(files) == []


# what is known from the landscape --------------------------------------------------------------------------------------


def known(files: Mapping[str, str], check, landscape: Landscape = LANDSCAPE) -> list[str]:
    return [f"{one.at} {one.message} @ {one.other}" for one in check(World(facts_of(files), landscape))]


def test_an_alert_asks_for_what_the_code_exposes_or_a_rule_records() -> None:
    assert known(PLATFORM, rules) == []
    (one,) = known({"r.yml": RULES.replace("http_requests_total", "http_request_total")}, rules)
    assert one.startswith("r.yml:5 job:requests:rate5m asks for http_request_total, which nothing exposes")
    assert one.endswith(":50") or ":7" in one
    assert known({"r.yml": RULES.replace("http_requests_total", "http_request_duration_seconds_bucket")}, rules) == []


def test_a_probe_asks_what_the_code_answers() -> None:
    assert known(CLUSTER, probed_routes) == []
    (one,) = known({**CLUSTER, D: DEPLOYMENT.replace("/health/live", "/healthz")}, probed_routes)
    assert one == (
        f"{D}:32 the livenessProbe of Deployment api asks /healthz, and its code answers /health/live, /health/ready"
        " @ services/api-gateway/app/main.py:40"
    )


CODE = {
    "compose.yml": "services:\n  api:\n    build: ./api\n    command: uvicorn app.main:app\n    ports: ['8000:8000']\n",
    "api/Dockerfile": "FROM python:3.12\nCOPY . .\n",
    "api/requirements.txt": "fastapi\n",
    "api/app/__init__.py": "",
    "api/app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/health')\ndef health():\n    return {}\n",
    "k8s/api.yaml": f"{DEPLOYMENT}---\n{CONFIG}---\n{REST}".replace("/health/live", "/health").replace("/health/ready", "/health"),
}


@pytest.mark.parametrize(
    "old, new, wrong",
    [
        ("livenessProbe:\n            httpGet: {path: /health,", "livenessProbe:\n            httpGet: {path: /healthz,", ["livenessProbe of Deployment api asks /healthz"]),
        ("readinessProbe:\n            httpGet: {path: /health,", "readinessProbe:\n            httpGet: {path: /,", ["readinessProbe of Deployment api asks /,"]),
        ("readinessProbe", "startupProbe", []),
        ("{path: /health, port: http}", "{path: '/health/?deep=1', port: http}", []),
        ("{path: /health, port: http}", "{path: '{{ .Values.path }}', port: http}", []),
        ("httpGet: {path: /health, port: http}", "tcpSocket: {port: http}", []),
        ("metadata:\n  name: api\n  labels", "metadata:\n  name: other\n  labels", []),  # whose code nobody knows
    ],
)  # fmt: skip
def test_probes_are_judged_with_everything_else(old: str, new: str, wrong: list[str]) -> None:
    """By the gate, on a tree whose code says what it answers."""
    files = {**CODE, "k8s/api.yaml": CODE["k8s/api.yaml"].replace(old, new, 1)}
    assert files != CODE
    told = [one for one in found(files) if one[0] == "probe-route"]
    assert len(told) == len(wrong)
    assert all(part in one[2] and one[2].endswith("api/app/main.py:6") for one, part in zip(told, wrong, strict=True))


@pytest.mark.parametrize(
    "expression, metrics",
    [
        ("up == 0", {"up"}),
        ('sum by (job, le) (rate(a_bucket{job="x",le="1"}[5m]))', {"a_bucket"}),
        ("sum(rate(a[5m])) by (b) / on (c) group_left (d) e offset 5m", {"a", "e"}),
        ("histogram_quantile(0.99, sum(rate(x_bucket[5m])) by (le)) > 0.5 and y unless z", {"x_bucket", "y", "z"}),
        ('{__name__="a:b", c="d"} > bool 1', {"a:b"}),
        ("absent(a) or vector(1) # and comment", {"a"}),
        ("a[5m:1m] > 1e3", {"a"}),
        ('label_replace(a, "x", "$1", "y", "(.*)")', {"a"}),
    ],
)
def test_the_metrics_of_an_expression(expression: str, metrics: set[str]) -> None:
    assert metrics_of(expression) == metrics


# the gate --------------------------------------------------------------------------------------------------------------


def judged(files: Mapping[str, str], *actions) -> list[tuple[str, str, int]]:
    built = build(facts_of(files), Step("s", "t", "w", actions))
    return [(one.severity, one.path, one.line) for one in agreement(built)]


def test_what_a_step_writes_has_to_agree() -> None:
    bad = SERVICE.replace("targetPort: http", "targetPort: web").encode()
    files = {path: text for path, text in CLUSTER.items() if path != S}
    files[K] = files[K].replace("  - service.yaml\n", "  - service.yaml\n")
    assert ("error", S, 9) in judged(files, Write(RepoPath(S), bad))
    assert judged(files, Write(RepoPath(S), SERVICE.encode())) == []


def test_what_disagreed_before_is_told_where_a_step_touches_it() -> None:
    files = {**CLUSTER, S: SERVICE.replace("targetPort: http", "targetPort: web")}
    assert judged(files, Write(RepoPath("x.txt"), b"x")) == []
    assert judged(files, Move(RepoPath("infra/kubernetes"), RepoPath("deploy/k8s"))) == []
    (old,) = judged(files, Write(RepoPath("README.md"), b"x"), Edit(RepoPath(S), Becomes(files[S] + "# more\n")))
    assert old == ("info", S, 9)
    # A workload that we write beside theirs, and to which theirs does not fit.
    assert ("error", S, 9) in judged({**{path: text for path, text in files.items() if path != D}}, Write(RepoPath(D), DEPLOYMENT.encode()))


IDLE = [
    pytest.param({".github/CODEOWNERS": "/app/*.rb @x\n/app/ @y\n"}, "app", "lib", [("info", ".github/CODEOWNERS", 1)], id="a pattern of owners"),
    pytest.param({".github/workflows/a.yml": 'on: { push: { paths: ["app/**/*.rb"] } }\n'}, "app", "lib", [("info", ".github/workflows/a.yml", 1)], id="of a workflow"),
    pytest.param({".github/CODEOWNERS": "/app/*.py @x\n"}, "app", "lib", [], id="one that catches something follows"),
    pytest.param({".github/workflows/a.yml": 'on: { push: { paths: ["app/**/*.py"] } }\n', "app/b.txt": ""}, "app/a.py", "lib/a.py", [("warning", ".github/workflows/a.yml", 1)], id="it catches nothing any more"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "old", "new", "found"), IDLE)
def test_a_pattern_that_catches_nothing_keeps_nobody_from_moving_its_folder(
    files: Mapping[str, str], old: str, new: str, found: list[tuple[str, str, int]]
) -> None:
    assert judged({**files, "app/a.py": "x = 1\n"}, Move(RepoPath(old), RepoPath(new))) == found


def test_every_check_has_a_planted_disagreement() -> None:
    planted = {row[3] for row in (*PLANTED, *ELSEWHERE)} | {"metric", "probe-route"}
    assert len(CHECKS) == 20
    assert planted == {
        "account", "application", "backend", "chart", "compose", "disruption", "kustomization", "metric", "network", "owners", "probe-port",
        "probe-route", "rule-files", "runbook", "scale-target", "selector", "service", "settings", "target-port", "value", "volume", "workflow",
    }  # fmt: skip


@pytest.mark.parametrize("text, fine", [("0 3 * * *", True), ("@every 5m", True), ("60 * * * *", False), ("* * *", False), ("1-2-3 * * * *", False)])
def test_schedules(text: str, fine: bool) -> None:
    assert (_cron(text) == "") is fine


@pytest.mark.parametrize(
    "pattern, path, caught",
    [
        ("**.js", "a/b.js", True), ("*.js", "a/b.js", False), ("**/docs/**", "docs/x.md", True), ("docs/*", "docs/a/b", False), (".*eslint*", "a/.eslintrc", False),
        ("a.jsx?", "a.js", True), ("[ab].c", "b.c", True), ("infra/**", "infra/a/b", True), ("a+b", "aab", True), ("x(y)", "x(y)", True),
    ],
)  # fmt: skip
def test_a_filter_of_paths_is_read_as_github_reads_it(pattern: str, path: str, caught: bool) -> None:
    assert (_filter(pattern).fullmatch(path) is not None) is caught


def test_lines_are_those_of_keys() -> None:
    (one,) = parsed(b"a:\n  b:\n    - c: 1\n      d: &x {e: 2}\nf:\n  <<: *x\n  g: on\n")
    assert (one.get("a").line, one.get("a", "b").line, one.get("a", "b").items[0].get("d").line) == (1, 2, 4)
    assert one.get("f", "e").number == 2
    assert yaml.safe_load("on") is True
