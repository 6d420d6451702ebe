"""Compose files of our own writing, in which each rule of the engine occurs: by name, the files, and those that are given by `-f`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Case(NamedTuple):
    files: Mapping[str, str]
    names: tuple[str, ...] = ("docker-compose.yml",)


def one(text: str, **more: str) -> Case:
    return Case({"docker-compose.yml": text, **{name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}})


def two(base: str, over: str) -> Case:
    return Case({"a.yml": base, "b.yml": over, "a.env": "FIRST=1\nBOTH=a\n", "b.env": "BOTH=b\n"}, ("a.yml", "b.yml"))


API = "services:\n  api:\n    image: api\n"
EVERYTHING = """
services:
  api:
    image: api:1
    annotations: {a: b}
    attach: false
    blkio_config: {weight: 300, device_read_bps: [{path: /dev/sda, rate: 12mb}], weight_device: [{path: /dev/sda, weight: 400}]}
    cap_add: [NET_ADMIN]
    cap_drop: [ALL]
    cgroup: private
    cgroup_parent: m
    container_name: the-api
    cpu_count: 2
    cpu_percent: 50
    cpu_period: 10
    cpu_quota: 20
    cpu_rt_period: 5
    cpu_rt_runtime: 6
    cpu_shares: 7
    cpus: 0.5
    cpuset: 0-1
    credential_spec: {file: creds.json}
    device_cgroup_rules: ["c 1:3 mr"]
    devices: ["/dev/a:/dev/b:r", /dev/c, {source: /dev/d, target: /dev/e, permissions: rw}]
    dns: 8.8.8.8
    dns_opt: [use-vc]
    dns_search: example.com
    domainname: d
    expose: [3000, "4000/udp", "5000-5002"]
    external_links: [other]
    extra_hosts: ["a:1.2.3.4", "b=[::1]"]
    group_add: [mail, 1000]
    gpus: all
    hostname: h
    init: true
    ipc: host
    isolation: default
    links: [db, "db:database"]
    logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}
    mac_address: 02:42:ac:11:65:43
    mem_limit: 512m
    mem_reservation: 100000000
    mem_swappiness: 10
    memswap_limit: 1gb
    oom_kill_disable: true
    oom_score_adj: 5
    pid: host
    pids_limit: 99
    platform: linux/amd64
    privileged: true
    pull_policy: if_not_present
    read_only: true
    restart: on-failure:3
    runtime: runc
    scale: 1
    security_opt: ["no-new-privileges:true"]
    shm_size: 64m
    stdin_open: true
    stop_grace_period: 1m30s
    stop_signal: SIGINT
    storage_opt: {size: 1G}
    sysctls: [net.core.somaxconn=1024]
    tmpfs: /run
    tty: true
    ulimits: {nproc: 65535, nofile: {soft: 20000, hard: 40000}}
    user: "1000:1000"
    userns_mode: host
    uts: host
    volumes_from: [db, "container:x:ro"]
    working_dir: /app
    post_start: [{command: echo a b, user: root, privileged: true}]
    pre_stop: [{command: [echo, b], environment: [A=1]}]
    x-mine: {any: thing}
  db:
    image: postgres:16
"""

CASES: dict[str, Case] = {
    # forms
    "every key": one(EVERYTHING),
    "ports in every form": one(
        API + '    ports: [80, "81", "82:83", "127.0.0.1:84:85", "[::1]:86:87", "90-92:90-92", "93-95:96", "97:98/udp", "10000-10001:9998-9999/tcp", '
        '{target: 99, published: 100, mode: host, name: x, app_protocol: http}, {target: "101", published: "102-103", host_ip: 1.2.3.4}]\n'
    ),
    "ports by variables": one(API + '    ports: ["${OUT:-8080}:${IN:-80}", "${RANGE:-1-2}:80"]\n', **{".env": "IN=81\n"}),
    "volumes in every form": one(
        API
        + "    volumes:\n      - /anonymous\n      - data:/data\n      - ./src:/src:ro\n      - ../up:/up\n      - ~/home:/home\n      - /abs:/abs:rw,z,rshared\n"
        + "      - data:/nocopy:nocopy\n      - {type: bind, source: ./long, target: /long/, read_only: true, bind: {create_host_path: false}}\n"
        + "      - {type: volume, source: data, target: /v, volume: {nocopy: true, subpath: s}}\n      - {type: tmpfs, target: /t, tmpfs: {size: 10m, mode: 1777}}\n"
        + "      - C:/win:/win\n      - /trailing/:/trailing/\n      - {type: image, source: alpine, target: /i}\nvolumes: {data: }\n"
    ),
    "environment as a mapping": one(API + '    environment: {A: 1, B: true, C: 1.5, D: , E: "", F: yes, G: 0x10, H: 0777, I: "x=y", J: 1e3, K: ~}\n'),
    "environment as a list": one(API + '    environment: [A=1, B, "C=", "D=x=y", FROM_ENV]\n', **{".env": "FROM_ENV=there\n"}),
    "environment files": one(
        API
        + "    environment: {A: ours, N: }\n    env_file:\n      - one.env\n      - {path: two.env, required: true}\n      - {path: no.env, required: false}\n",
        **{"one.env": "A=one\nB=one\nN=one\n", "two.env": '# c\nB=two\nexport C="x ${B} $A"\nD=\'${B}\'\nE=a # c\nF="a\\nb"\nG:yaml\n'},
    ),
    "environment file as a text": one(
        API + "    env_file: one.env\n", **{"one.env": 'A=1\n\nB="multi\nline"\nC=${A}-${NOPE:-d}\nD=\\$x\nE="\\$x"\n'}
    ),
    "environment file as it stands": one(API + "    env_file: [{path: raw.env, format: raw}]\n", **{"raw.env": "A='q' # no\nB=$A\n"}),
    "depends on in both forms": one(
        "services:\n  a: {image: a, depends_on: [b, c]}\n  b:\n    image: b\n    depends_on:\n      c: {condition: service_healthy, restart: true}\n"
        "      d: {condition: service_completed_successfully, required: false}\n  c: {image: c}\n  d: {image: d}\n"
    ),
    "dependencies by other keys": one(
        "services:\n  a: {image: a, network_mode: 'service:b', volumes_from: [c]}\n  b: {image: b, links: ['d:alias'], ipc: 'service:c'}\n"
        "  c: {image: c}\n  d: {image: d}\n"
    ),
    "build as a text": one("services:\n  api: {build: ./api}\n  web: {build: https://github.com/a/b.git#main}\n  x: {build: .}\n"),
    "build in every part": one(
        "services:\n  api:\n    image: r/api:1\n    build:\n      context: api\n      dockerfile: ../d/Dockerfile.x\n      target: dev\n      args: [A=1, B]\n"
        "      additional_contexts: [docs=./docs, base=docker-image://alpine, w=service:web]\n      labels: {l: 1}\n      cache_from: [a, b]\n      no_cache: true\n"
        "      shm_size: 1g\n      tags: [t:1]\n      platforms: [linux/amd64]\n      secrets: [s, {source: s, target: t}]\n"
        "      extra_hosts: [h=1.1.1.1]\n      network: host\n      pull: true\n      privileged: true\n      ulimits: {nofile: 3}\n  web:\n    build: {args: {C: 1, D: }}\n"
        "secrets: {s: {file: ./s.txt}}\n",
        **{".env": "B=b\n"},
    ),
    "build inline": one("services:\n  api:\n    build:\n      dockerfile_inline: |\n        FROM alpine\n        RUN echo $$X\n"),
    "health checks": one(
        "services:\n  a: {image: a, healthcheck: {test: curl -f localhost, interval: 1m30s, timeout: 10s, retries: 3, start_period: 500ms, start_interval: 1h}}\n"
        "  b: {image: b, healthcheck: {test: [CMD, x, 'y z']}}\n  c: {image: c, healthcheck: {test: [NONE]}}\n  d: {image: d, healthcheck: {disable: true}}\n"
        "  e: {image: e, healthcheck: {test: ['CMD-SHELL', 'a || b'], retries: '5', interval: 1.5s}}\n"
    ),
    "deploy": one(
        API
        + "    deploy:\n      mode: replicated\n      replicas: 2\n      endpoint_mode: vip\n      labels: [a=b]\n      update_config: {parallelism: 2, delay: 10s, order: start-first, "
        + "max_failure_ratio: 0.1}\n      rollback_config: {monitor: 20s}\n      restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 2m}\n"
        + "      resources:\n        limits: {cpus: '0.50', memory: 50M, pids: 10}\n        reservations: {cpus: 0.25, memory: 20m, devices: [{capabilities: [gpu], "
        + "driver: nvidia}]}\n      placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 1}\n"
    ),
    "commands as texts": one(
        "services:\n  a: {image: a, command: run --x 'a b' \"c d\", entrypoint: /e.sh}\n  b: {image: b, command: [run, 'a b'], entrypoint: []}\n"
        "  c: {image: c, command: '', entrypoint: ''}\n  d: {image: d, command: bash -c \"a && b | c\"}\n  e: {image: e, command: a && b}\n"
        "  f: {image: f, command: 'echo $$HOME $$(date \"+%Y\") `x y` > z'}\n  g:\n    image: g\n    command: >\n      a\n      --b c\n      d\\ e\n  h: {image: h, command: }\n"
    ),
    "secrets and configs": one(
        API
        + "    secrets: [s, {source: e, target: other, uid: '1', gid: '2', mode: 0440}]\n    configs: [c, {source: i, target: /x}]\n"
        + "secrets: {s: {file: ./s.txt}, e: {environment: E}, unused: {file: u}}\nconfigs: {c: {file: ./c.conf}, i: {content: 'a ${B:-b}'}, x: {external: true}}\n"
    ),
    "networks": one(
        "services:\n  a: {image: a, networks: [front, back]}\n  b:\n    image: b\n    networks:\n      front: {aliases: [x, y], ipv4_address: 172.16.0.2, priority: 10}\n      back:\n"
        "  c: {image: c}\n  d: {image: d, network_mode: host}\n  e: {image: e, networks: {}}\n"
        "networks:\n  front:\n    driver: bridge\n    driver_opts: {a: 1}\n    ipam: {config: [{subnet: 172.16.0.0/24, gateway: 172.16.0.1}]}\n    internal: true\n"
        "  back: {external: true, name: shared}\n  unused: {}\n"
    ),
    "external with a name of its own": one(
        API
        + "    networks: [n]\n    volumes: ['vv:/v', 'ww:/w']\nnetworks: {n: {external: {name: old}}}\nvolumes: {vv: {external: true}, ww: {name: w2, driver: local}}\n"
    ),
    "a volume that is a bind mount": one(
        API + "    volumes: ['vv:/v']\nvolumes: {vv: {driver: local, driver_opts: {type: none, o: bind, device: ./here}, labels: [a=b]}}\n"
    ),
    "labels": one(API + "    labels: {a: 1, b: true, c: , d: x}\n  web: {image: w, labels: ['a=b=c', d]}\n"),
    "files of labels": one(API + "    label_file: l.env\n    labels: [b=ours]\n", **{"l.env": "a=1\nb=theirs\n"}),
    "develop": one(
        "services:\n  api:\n    build: .\n    develop:\n      watch:\n        - {action: sync, path: ./src, target: /src, ignore: node_modules/}\n"
        "        - {action: rebuild, path: package.json}\n"
    ),
    "models": one(API + "    models: [m]\nmodels: {m: {model: ai/x, context_size: 1024}}\n"),
    "a provider": one("services:\n  api: {image: a, depends_on: [db]}\n  db: {provider: {type: awesome, options: {size: 1, tags: [a, b]}}}\n"),
    "a name": Case({"infra/c.yml": "name: My_Project\n" + API + "    volumes: ['vv:/v']\nvolumes: {vv: }\n"}, ("infra/c.yml",)),
    "a name by a variable": one("name: ${NAME:-fallback}\n" + API, **{".env": "NAME=given\n"}),
    "a name by the environment file": one("name: said\n" + API, **{".env": "COMPOSE_PROJECT_NAME=env\n"}),
    "the version": one("version: '3.8'\n" + API),
    "extensions": one("x-common: &c\n  restart: always\n" + API + "    <<: *c\n    x-a: b\nx-list: [1, 2]\n"),
    "profiles": one("services:\n  a: {image: a}\n  b: {image: b, profiles: [debug, tools], depends_on: [a]}\n"),
    # variables
    "variables in every form": one(
        "services:\n  api:\n    image: a\n    labels:\n      a: $SET ${SET}\n      b: ${SET:-x}${NO:-x}${EMPTY:-x}\n      c: ${SET-x}${NO-x}${EMPTY-x}\n"
        "      d: ${SET:+y}${NO:+y}${EMPTY:+y}\n      e: ${SET+y}${NO+y}${EMPTY+y}\n      f: ${SET:?needed}${EMPTY?needed}\n      g: $$SET $${SET} $$$$\n"
        "      h: ${NO:-${SET:-z}}/${NO:-a${SET}b}-${NO-$SET}\n      i: '${NO:-a}${NO:-b} and ${NO:-{}}'\n      j: ${NO}x$NO.y\n      k: ${NO:-a:b-c?d}\n      l: ${NO:-}\n",
        **{".env": "SET=s\nEMPTY=\n"},
    ),
    "variables as numbers": one(
        API
        + "    init: ${T:-true}\n    privileged: ${N:-no}\n    deploy: {replicas: '${R:-3}'}\n    healthcheck: {test: x, retries: '${C:-4}'}\n    cpus: ${CPU:-1.5}\n"
        + "    mem_limit: ${M:-1g}\n    ports: [{target: '${P:-80}', published: '${Q:-90}'}]\n    stop_grace_period: ${G:-5s}\n"
    ),
    "the project in a variable": one(API + "    container_name: ${COMPOSE_PROJECT_NAME}-api\n"),
    "an environment file of every kind": one(
        API + "    environment: [A, B, C, D, E, F, G, H, I]\n",
        **{".env": "A=1 # c\nB='single # not'\nC=\"double\\t$A\"\nexport D=d\nE = spaced\nF=\nG=${A}${NOPE:-x}\n# H=h\nI=a#b\n"},
    ),
    # YAML
    "anchors": one(
        "x-env: &env {A: 1, B: 2}\nx-base: &base\n  restart: always\n  environment: &e\n    <<: *env\n    B: 3\nservices:\n  a:\n    <<: *base\n    image: a\n"
        "  b:\n    <<: [{restart: 'no', image: b}, *base]\n    environment:\n      <<: *e\n      C: 4\n  c: {image: c, environment: *env}\n"
    ),
    "numbers as people write them": one(
        API + "    labels: {a: 08, b: 0o9, c: 1_0.5, d: +5, e: 0x, f: 1., g: ., h: 1e21, i: 1e-7, j: '2024-01-01', k: 1_}\n"
    ),
    "YAML of its own kind": one(
        API
        + '    labels:\n      a: yes\n      b: "on"\n      c: 012\n      d: 0o14\n      e: 1_000\n      f: .5\n      g: !!str 5\n      h: 22:22\n      i: NO\n      j: 1e2\n'
        "      k: |\n        two\n        lines\n      l: >-\n        folded\n        text\n      m: 0b11\n      n: True\n"
    ),
    "two documents": one(API + "---\nservices:\n  api: {labels: [a=b]}\n  web: {image: w}\n"),
    "a mark and Windows lines": Case({"docker-compose.yml": "\ufeff" + (API + "    labels:\n      a: b\n").replace("\n", "\r\n")}),
    # several files
    "two files": two(
        API
        + "    command: old\n    entrypoint: [old]\n    environment: {A: 1, B: 2}\n    ports: ['80:80']\n    volumes: ['aa:/a', './b:/b']\n    labels: [x=1]\n"
        "    depends_on: [db]\n    dns: 1.1.1.1\n    cap_add: [A]\n    expose: [1]\n    env_file: a.env\n    healthcheck: {test: old, retries: 1}\n"
        "    networks: [n]\n    logging: {driver: d, options: {a: 1}}\n    ulimits: {nofile: 1, nproc: 2}\n    deploy: {replicas: 1, resources: {limits: {memory: 1g}}}\n"
        "    tmpfs: /x\n    extra_hosts: [a=1.1.1.1]\n    secrets: [s]\n    profiles: [p]\n  db: {image: db}\nvolumes: {aa: }\nnetworks: {n: {labels: [a=1]}}\n"
        "secrets: {s: {file: s}}\n",
        "services:\n  api:\n    command: [new]\n    entrypoint: \n    environment: [B=3, C=4]\n    ports: ['80:80', '81:81']\n    volumes: ['cc:/a', '/d']\n    labels: {x: 2, y: 3}\n"
        "    depends_on: {cache: {condition: service_healthy}}\n    dns: [2.2.2.2]\n    cap_add: [A, B]\n    expose: ['1', 2]\n    env_file: [b.env]\n"
        "    healthcheck: {test: [CMD, new]}\n    networks: {n: {aliases: [z]}, m: }\n    logging: {driver: e, options: {b: 2}}\n    ulimits: {nofile: {soft: 1, hard: 2}}\n"
        "    deploy: {resources: {limits: {cpus: '1'}}}\n    tmpfs: [/x, /y]\n    extra_hosts: {a: 1.1.1.1, b: 2.2.2.2}\n    secrets: [{source: s, target: /run/secrets/s}]\n"
        "    profiles: [q]\n  cache: {image: redis}\nvolumes: {cc: }\nnetworks: {n: {labels: {a: 2, b: 3}}, m: }\n",
    ),
    "builds of two files": two(
        "services:\n  a: {build: ./a}\n  b: {build: {context: b, args: {X: 1}}}\n  c: {build: {context: c, args: [A=1], tags: [t], additional_contexts: [x=./x]}}\n",
        "services:\n  a: {build: {target: t}}\n  b: {build: ./b2}\n  c: {build: {args: {B: 2}, tags: [t, u], additional_contexts: {y: ./y}}}\n",
    ),
    "one driver of logs": two(API + "    logging: {driver: d, options: {a: 1}}\n", "services: {api: {logging: {options: {b: 2}}}}\n"),
    "subnets of two files": two(
        API + "    networks: [n]\nnetworks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1}]}}}\n",
        "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.2}, {subnet: 10.1.0.0/24}]}}}\n",
    ),
    "nothing laid over something": two(API + "    ports: ['80:80']\n    environment: {A: 1}\n", "services: {api: {ports: , environment: }}\n"),
    "two folders": Case(
        {
            "deploy/base.yml": "services:\n  a: {build: ./a, env_file: a.env, volumes: ['./x:/x']}\n",
            "other/over.yml": "services:\n  a: {volumes: ['./y:/y'], build: {additional_contexts: {c: ./c}}}\nsecrets: {s: {file: ./s}}\n",
            "deploy/a.env": "IN=deploy\n",
            "other/a.env": "IN=other\n",
            ".env": "A=root\n",
            "deploy/.env": "A=deploy\n",
        },
        ("deploy/base.yml", "other/over.yml"),
    ),
    "reset": two(
        API + "    ports: ['80:80']\n    environment: {A: 1, B: 2}\n    command: x\n    build: .\n    volumes: ['aa:/a']\nvolumes: {aa: }\n",
        "services:\n  api:\n    ports: !reset []\n    environment: {A: !reset null}\n    command: !reset null\n    build: !reset\n    volumes: !reset [ './n:/n' ]\n",
    ),
    "reset of one variable": two(
        API + "    environment:\n      A: 1\n      B: 2\n    deploy: {resources: {limits: {cpus: '1', memory: 1g}}}\n",
        "services:\n  api:\n    environment:\n      A: !reset null\n    deploy: {resources: {limits: {cpus: !reset null}}}\n",
    ),
    "override": two(
        API + "    ports: ['80:80']\n    environment: {A: 1, B: 2}\n    volumes: ['aa:/a']\n    depends_on: [b]\n  b: {image: b}\nvolumes: {aa: }\n",
        "services:\n  api:\n    ports: !override ['81:81']\n    environment: !override {C: 3}\n    volumes: !override ['./n:/n']\n    depends_on: !override {}\n",
    ),
    "tags in an anchor": two(
        API + "    ports: ['80:80']\n    environment: {A: 1}\n",
        "x-o: &o\n  ports: !override ['81:81']\nservices:\n  api:\n    <<: *o\n    environment: !override\n      B: 2\n",
    ),
    # extends
    "extends in one file": one(
        "services:\n  base:\n    image: a\n    environment: {A: 1, B: 1}\n    ports: ['80:80']\n    volumes: ['./x:/x']\n    labels: [l=1]\n    command: old\n"
        "  a: {extends: base, environment: [B=2], ports: ['81:81'], command: new}\n  b: {extends: {service: a}, image: b, volumes: ['./y:/x']}\n"
    ),
    "extends a file": one(
        "services:\n  a:\n    extends: {file: common/base.yml, service: base}\n    environment: {B: 2}\n    volumes: ['./here:/h']\n",
        **{
            "common/base.yml": "services:\n  base:\n    extends: deeper\n    build: {context: ./ctx, dockerfile: D}\n    env_file: base.env\n    volumes: ['./there:/t']\n"
            "  deeper:\n    extends: {file: ../other/deep.yml, service: deep}\n    labels: {d: 1}\n",
            "other/deep.yml": "services: {deep: {environment: {A: '${V:-v}'}, volumes: ['./deep:/deep'], configs: []}}\n",
            "common/base.env": "E=e\n",
        },
    )._replace(names=("docker-compose.yml",)),
    "extends and depends": one(
        "services:\n  base: {image: a, depends_on: [db], networks: [n]}\n  a: {extends: base, depends_on: {c: {condition: service_healthy}}, networks: {m: {aliases: [x]}}}\n"
        "  db: {image: d}\n  c: {image: c}\nnetworks: {n: , m: }\n"
    ),
    "extends and resets": one(
        "services:\n  base: {image: a, ports: ['80:80'], environment: {A: 1, B: 2}, command: x}\n"
        "  a:\n    extends: base\n    ports: !override ['81:81']\n    environment: {A: !reset null}\n    command: !reset null\n"
    ),
    "extends in the second file": Case(
        {
            "d/a.yml": API,
            "e/b.yml": "services: {web: {extends: {file: common.yml, service: c}}}\n",
            "d/common.yml": "services: {c: {image: from-d, volumes: ['./x:/x']}}\n",
        },
        ("d/a.yml", "e/b.yml"),
    ),
    # include
    "include": one(
        "include:\n  - parts/db.yml\n  - path: parts/cache.yml\n    project_directory: other\n    env_file: parts/cache.env\n"
        "  - path: [parts/web.yml, parts/web.over.yml]\n" + API + "    depends_on: [db]\n",
        **{
            "parts/db.yml": "services: {db: {image: 'pg:${TAG:-1}', volumes: ['./x:/x', 'vv:/v'], build: ., labels: {o: '${ONLY:-no}'}}}\nvolumes: {vv: }\n",
            "parts/cache.yml": "services: {cache: {image: 'redis:${TAG:-1}', volumes: ['./x:/x'], environment: [SECOND]}}\n",
            "parts/cache.env": "TAG=cache\nSECOND=2\n",
            "parts/web.yml": "services: {web: {image: w, volumes: ['./x:/x']}}\n",
            "parts/web.over.yml": "services: {web: {labels: [a=b], env_file: w.env}}\n",
            "parts/w.env": "W=1\n",
            "parts/.env": "TAG=parts\nONLY=yes\n",
            ".env": "TAG=root\n",
            "other/keep": "",
        },
    ),
    "include of an include": one(
        "include: [a/a.yml]\n" + API,
        **{
            "a/a.yml": "include: [b/b.yml]\nservices: {a: {build: .}}\n",
            "a/b/b.yml": "services: {b: {build: ., extends: {file: c.yml, service: c}}}\n",
            "a/b/c.yml": "services: {c: {volumes: ['./c:/c']}}\n",
        },
    ),
    "include of the same from two": one(
        "include: [a.yml, b.yml]\n" + API,
        **{
            "a.yml": "include: [c.yml]\nservices: {a: {image: a}}\n",
            "b.yml": "include: [c.yml]\nservices: {b: {image: b}}\n",
            "c.yml": "services: {c: {image: c}}\n",
        },
    ),
    "include and a second file": Case(
        {
            "d/a.yml": API,
            "e/b.yml": "include: [parts/p.yml]\nservices: {api: {labels: [a=b]}}\n",
            "d/parts/p.yml": "services: {p: {image: p, volumes: ['./x:/x']}}\n",
        },
        ("d/a.yml", "e/b.yml"),
    ),
}

REFUSED: dict[str, Case] = {
    "no YAML": one("services: [\n"),
    "a tab": one("services:\n\tapi:\n"),
    "a list": one("- a\n"),
    "nothing": one(""),
    "a key twice": one("services:\n  a: {image: a}\n  a: {image: b}\n"),
    "an anchor that is not there": one("services: {a: *b}\n"),
    "an unknown key": one(API + "    prots: ['80:80']\n"),
    "an unknown key on top": one(API + "service: {}\n"),
    "an unknown key inside": one(API + "    healthcheck: {tests: x}\n"),
    "a port that is none": one(API + "    ports: ['http:80']\n"),
    "ranges of two lengths": one(API + "    ports: ['1-3:1-2']\n"),
    "a port without the inside": one(API + "    ports: ['80:${NOPE}']\n"),
    "a volume of four parts": one(API + "    volumes: ['aa:/b:ro:d']\n"),
    "an empty part of a volume": one(API + "    volumes: ['${NOPE}:/x']\n"),
    "a required variable": one(API + "    labels: {a: '${NOPE:?say it}'}\n"),
    "a dollar alone": one(API + "    labels: {a: '${NO PE}'}\n"),
    "a number that is none": one(API + "    deploy: {replicas: '${NOPE:-many}'}\n"),
    "a truth that is none": one(API + "    privileged: ${NOPE:-perhaps}\n"),
    "a duration without a unit": one(API + "    stop_grace_period: '30'\n"),
    "a size that is none": one(API + "    mem_limit: much\n"),
    "neither image nor build": one("services: {a: {restart: always}}\n"),
    "a dependency that is not there": one(API + "    depends_on: [db]\n"),
    "a network that is not there": one(API + "    networks: [n]\n"),
    "a volume that is not there": one(API + "    volumes: ['vv:/v']\n"),
    "a secret that is not there": one(API + "    secrets: [s]\n"),
    "a secret without anything": one(API + "    secrets: [s]\nsecrets: {s: {}}\n"),
    "a circle": one("services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n"),
    "extends what is not there": one("services: {a: {image: a, extends: b}}\n"),
    "extends a file that is not there": one("services: {a: {image: a, extends: {file: no.yml, service: b}}}\n"),
    "extends itself": one("services:\n  a: {image: a, extends: b}\n  b: {image: b, extends: a}\n"),
    "include of what is not there": one("include: [no.yml]\n" + API),
    "include against include": one("include: [a.yml]\n" + API, **{"a.yml": "services: {api: {image: other}}\n"}),
    "include of itself": one("include: [a.yml]\n" + API, **{"a.yml": "include: [docker-compose.yml]\nservices: {b: {image: b}}\n"}),
    "the second file's include is the first one's": Case(
        {"d/a.yml": API, "e/b.yml": "include: [parts/p.yml]\n", "e/parts/p.yml": "services: {p: {image: p}}\n"}, ("d/a.yml", "e/b.yml")
    ),
    "an environment file that is not there": one(API + "    env_file: no.env\n"),
    "an environment file that is none": one(API + "    env_file: a.env\n", **{"a.env": "A B=1\n"}),
    "a quotation without an end": one(API + '    command: echo "x\n'),
    "a bracket in a command": one(API + "    command: (a)\n"),
    "scale against replicas": one(API + "    scale: 2\n    deploy: {replicas: 3}\n"),
    "one name for two containers": one(API + "    scale: 2\n    container_name: x\n"),
    "two networks of two kinds": one(API + "    network_mode: host\n    networks: [default]\n"),
    "one target twice": one(API + "    tmpfs: /x\n    volumes: ['/x']\n"),
    "two Dockerfiles": one("services: {a: {build: {dockerfile: D, dockerfile_inline: FROM x}}}\n"),
    "a list laid over a mapping": two(API + "    deploy: {replicas: 1}\n", "services: {api: {deploy: [1]}}\n"),
    "a key that is no text": one(API + "    labels: {1: a}\n"),
    "a mapping for a variable": one(API + "    environment: {A: {b: c}}\n"),
    "a list for a label": one(API + "    labels: {a: [b]}\n"),
    "a container without a name": one(API + "    container_name: ${NOPE}\n"),
    "a base that is a text": one("services: {a: {extends: {file: b.yml, service: b}, image: a}}\n", **{"b.yml": "services: {b: x}\n"}),
    "logs of another shape": two(API + "    logging: {driver: d}\n", "services: {api: {logging: [a]}}\n"),
    "volumes of another shape": one(
        "services: {a: {extends: {file: b.yml, service: b}}}\n", **{"b.yml": "services: {b: {image: b, volumes: {a: }}}\n"}
    ),
    "a mount without a target": one(API + "    volumes: [{type: tmpfs}]\n"),
    "a port without a target": one(API + "    ports: [{published: 80}]\n"),
    "a context without a name": one("services: {a: {build: {additional_contexts: [./x]}}}\n"),
    "a date": one(API + "    labels: {a: 2024-01-01}\n"),
    "a value that is none of those": one(API + "    depends_on: {api2: {condition: ready}}\n  api2: {image: x}\n"),
    "a text for a list": one(API + "    ports: '80:80'\n"),
    "an external volume with more": one(API + "    volumes: ['vv:/v']\nvolumes: {vv: {external: true, driver: x}}\n"),
    "a health check of no kind": one(API + "    healthcheck: {test: [curl, x]}\n"),
    "a name that cannot be": one("services: {'a b': {image: a}}\n"),
}
