{{/* Labels of an object. Takes the root, a name and perhaps a component. */}}
{{- define "labels" -}}
app.kubernetes.io/name: {{ .name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/part-of: {{ .root.Values.partOf }}
{{- end }}

{{/* The head of an object of a unit. Takes the root, the name and the unit; a wave of Argo CD and further annotations. */}}
{{- define "metadata" -}}
name: {{ .as | default .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "labels" (dict "root" .root "name" .name "component" (.unit | default dict).component) | nindent 2 }}
annotations:
  argocd.argoproj.io/sync-wave: {{ .wave | quote }}
  {{- range $key, $value := .annotations }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
{{- end }}

{{/* Pods that call: those whose name is in a list. */}}
{{- define "callers" -}}
matchExpressions:
  - key: app.kubernetes.io/name
    operator: In
    values:
      {{- toYaml . | nindent 6 }}
{{- end }}

{{- define "container.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{/* A container. Takes a name and its unit. */}}
{{- define "container" -}}
name: {{ .name }}
image: {{ printf "%s:%s" .unit.image.repository .unit.image.tag | quote }}
{{- with .unit.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .unit.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .unit.workingDir }}
workingDir: {{ . | quote }}
{{- end }}
{{- if or (hasKey .unit "config") .unit.secrets }}
envFrom:
  {{- if hasKey .unit "config" }}
  - configMapRef:
      name: {{ .name }}
  {{- end }}
  {{- if .unit.secrets }}
  - secretRef:
      name: {{ .name }}
  {{- end }}
{{- end }}
resources:
  {{- toYaml .unit.resources | nindent 2 }}
securityContext:
  {{- include "container.security" . | nindent 2 }}
volumeMounts:
  {{- toYaml .unit.volumeMounts | nindent 2 }}
{{- end }}

{{/* A template of pods. Takes the root, a name and its unit. A changed setting starts pods anew by the checksum. */}}
{{- define "pod" -}}
{{- $root := .root }}
{{- $name := .name }}
{{- $unit := .unit }}
metadata:
  labels:
    {{- include "labels" (dict "root" $root "name" $name "component" $unit.component) | nindent 4 }}
  {{- $files := $root.Files.Glob (printf "files/%s/*" $name) }}
  {{- if or (hasKey $unit "config") $files }}
  annotations:
    checksum/config: {{ printf "%s%s" (toJson $unit.config) ($files.AsConfig) | sha256sum }}
  {{- end }}
spec:
  serviceAccountName: {{ $name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ $unit.user.id | int64 }}
    runAsGroup: {{ $unit.user.group | int64 }}
    {{- if $unit.claims }}
    fsGroup: {{ $unit.user.group | int64 }}
    {{- end }}
    seccompProfile:
      type: RuntimeDefault
  {{- with $unit.gracePeriod }}
  terminationGracePeriodSeconds: {{ . | int64 }}
  {{- end }}
  {{- if eq $unit.kind "Job" }}
  restartPolicy: Never
  {{- else if eq $unit.kind "CronJob" }}
  restartPolicy: OnFailure
  {{- end }}
  {{- if and (eq $unit.kind "Deployment") (not $unit.single) }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          app.kubernetes.io/name: {{ $name }}
    {{- end }}
  {{- end }}
  {{- $first := list }}
  {{- range $unit.waits }}
  {{- if (get $root.Values.workloads .name).enabled }}
  {{- $first = append $first (dict "wait" .) }}
  {{- end }}
  {{- end }}
  {{- range $unit.before }}
  {{- $first = append $first (dict "before" .) }}
  {{- end }}
  {{- with $first }}
  initContainers:
    {{- range . }}
    {{- with .wait }}
    - name: {{ printf "wait-for-%s" .name | trunc 63 | trimSuffix "-" }}
      image: {{ $root.Values.waitImage | quote }}
      command: ["sh", "-c", {{ printf "until nc -z -w 2 %s \"$WAIT_PORT\"; do sleep 2; done" .name | quote }}]
      env:
        - name: WAIT_PORT
          value: {{ .port | int64 | quote }}
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {cpu: 100m, memory: 32Mi}
      securityContext:
        {{- include "container.security" . | nindent 8 }}
    {{- end }}
    {{- with .before }}
    - {{- include "container" (dict "name" . "unit" (get $root.Values.workloads .)) | nindent 6 }}
    {{- end }}
    {{- end }}
  {{- end }}
  containers:
    - {{- include "container" (dict "name" $name "unit" $unit) | nindent 6 }}
      {{- with $unit.ports }}
      ports:
        {{- range . }}
        - name: {{ .name }}
          containerPort: {{ .port | int64 }}
          protocol: {{ .protocol }}
        {{- end }}
      {{- end }}
      {{- with $unit.probes }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- if and (eq $unit.kind "Deployment") $unit.ports }}
      lifecycle:
        preStop:
          sleep:
            seconds: 5
      {{- end }}
  {{- /* What runs in the pods of another brings its volumes along; what both have is one. */}}
  {{- $volumes := list }}
  {{- $names := list }}
  {{- range $other := prepend ($unit.before | default list) $name }}
  {{- $one := get $root.Values.workloads $other }}
  {{- $own := $one.volumes }}
  {{- if ne $one.kind "StatefulSet" }}
  {{- range $one.claims }}
  {{- $own = append $own (dict "name" .name "persistentVolumeClaim" (dict "claimName" .name)) }}
  {{- end }}
  {{- end }}
  {{- range $own }}
  {{- if not (has .name $names) }}
  {{- $names = append $names .name }}
  {{- $volumes = append $volumes . }}
  {{- end }}
  {{- end }}
  {{- end }}
  volumes:
    {{- toYaml $volumes | nindent 4 }}
{{- end }}

{{/* What a claim asks for. */}}
{{- define "claim" -}}
accessModes:
  - {{ .accessMode }}
{{- with .storageClass }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end }}
