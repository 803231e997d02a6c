#pragma once
// A chart of the shape of a monitoring stack: about 130 documents and 3.5 MB of output, names and
// labels through includes that go deep, dashboards as long JSON lines, rules as nested YAML.

#include <string>
#include <vector>

#include "engine/helm/load.hpp"

namespace gp::bench {

using Files = std::vector<helm::File>;

inline Files chart_and_values() {
  Files files = {
      {"Chart.yaml", "apiVersion: v2\nname: stack\nversion: 1.2.3\nappVersion: 9.9.9\n"}};
  std::string values =
      "replicas: 2\nimage: {repository: example/app, tag: v1}\nresources:\n"
      "  limits: {cpu: 500m, memory: 1Gi}\n  requests: {cpu: 100m}\n"
      "extraLabels: {team: platform, tier: gold}\nparts:\n";
  for (int i = 0; i < 40; ++i) {
    values += fmt::format(
        "  part{}:\n    enabled: true\n    port: {}\n    args: [--level=info, "
        "'--web.external-url={{{{ .Release.Name }}}}-{}']\n    annotations: {{a: b, c: d}}\n",
        i, 9000 + i, i);
  }
  files.push_back({"values.yaml", values});
  return files;
}

inline void add_workloads(Files& files) {
  files.push_back({"templates/_helpers.tpl", R"(
{{- define "stack.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "stack.fullname" -}}
{{- if .Values.fullnameOverride -}}{{- .Values.fullnameOverride | trunc 63 -}}
{{- else -}}{{- $name := include "stack.name" . -}}
{{- if contains $name .Release.Name -}}{{- .Release.Name -}}
{{- else -}}{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}{{- end -}}
{{- end -}}{{- end -}}
{{- define "stack.selector" -}}
app.kubernetes.io/name: {{ include "stack.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}
{{- define "stack.labels" -}}
{{ include "stack.selector" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
{{- define "stack.render" -}}
{{- $value := .value -}}{{- if not (kindIs "string" $value) -}}{{- $value = toYaml $value -}}{{- end -}}
{{- if contains "{{" $value -}}{{- tpl $value .context -}}{{- else -}}{{- $value -}}{{- end -}}
{{- end -}}
)"});
  const std::string workload = R"({{- range $name, $part := .Values.parts }}{{- if $part.enabled }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "stack.fullname" $ }}-{{ $name }}
  namespace: {{ $.Release.Namespace }}
  labels: {{- include "stack.labels" $ | nindent 4 }}
  annotations: {{- include "stack.render" (dict "value" $part.annotations "context" $) | nindent 4 }}
spec:
  replicas: {{ $.Values.replicas | int }}
  selector:
    matchLabels: {{- include "stack.selector" $ | nindent 6 }}
  template:
    metadata:
      labels: {{- include "stack.labels" $ | nindent 8 }}
    spec:
      containers:
        - name: {{ $name }}
          image: "{{ $.Values.image.repository }}:{{ $.Values.image.tag | default $.Chart.AppVersion }}"
          args: {{- include "stack.render" (dict "value" $part.args "context" $) | nindent 12 }}
          {{- if semverCompare ">=1.20-0" $.Capabilities.KubeVersion.Version }}
          ports: [{containerPort: {{ $part.port }}}]
          {{- end }}
          resources: {{- toYaml $.Values.resources | nindent 12 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "stack.fullname" $ }}-{{ $name }}
  labels: {{- include "stack.labels" $ | nindent 4 }}
spec:
  ports: [{port: {{ $part.port }}}]
{{- end }}{{- end }}
)";
  files.push_back({"templates/workloads.yaml", workload});
}

inline void add_dashboards(Files& files) {
  for (int i = 0; i < 30; ++i) {
    std::string json = R"({"title": "board", "panels": [)";
    for (int panel = 0; panel < 720; ++panel) {
      json += fmt::format(
          R"j({}{{"id": {}, "type": "graph", "targets": [{{"expr": "sum(rate(x_total{{a=\"{}\"}}[5m])) by (pod)"}}]}})j",
          panel ? ", " : "", panel, panel);
    }
    files.push_back(
        {fmt::format("templates/dashboards/board{}.yaml", i), fmt::format(R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: {{{{ printf "%s-%s" (include "stack.fullname" $) "board{}" | trunc 63 }}}}
  labels: {{{{- include "stack.labels" $ | nindent 4 }}}}
data:
  board.json: |-
    {{{{`{}`}}}}
)",
                                                                          i, json + "]}")});
  }
}

inline void add_rules(Files& files) {
  for (int i = 0; i < 20; ++i) {
    std::string rules = fmt::format(R"(apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{{{ include "stack.fullname" . }}}}-rules{}
  labels: {{{{- include "stack.labels" . | nindent 4 }}}}
spec:
  groups:
  - name: group{}
    rules:
)",
                                    i, i);
    for (int rule = 0; rule < 200; ++rule) {
      rules += fmt::format(R"(    - alert: Alert{}
      annotations:
        description: 'Something on {{{{`{{{{`}}}} $labels.instance {{{{`}}}}`}}}} is {}.'
        runbook_url: {{{{ $.Values.runbook | default "https://runbooks.example" }}}}/{}
      expr: sum by (job) (rate(errors_total{{job="{{{{ $.Release.Name }}}}"}}[5m])) > {}
      for: 10m
      labels:
        severity: warning
        {{{{- with $.Values.extraLabels }}}}
        team: {{{{ .team }}}}
        {{{{- end }}}}
)",
                           rule, rule, rule, rule);
    }
    files.push_back({fmt::format("templates/rules/rules{}.yaml", i), rules});
  }
}

inline Files monitoring_chart() {
  Files files = chart_and_values();
  add_workloads(files);
  add_dashboards(files);
  add_rules(files);
  return files;
}

}  // namespace gp::bench
