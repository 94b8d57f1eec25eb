{{- define "causeway.name" -}}
{{- if contains "causeway" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-causeway" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "causeway.selector" -}}
app.kubernetes.io/name: causeway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "causeway.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "causeway.selector" . }}
{{- end }}

{{- define "causeway.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "causeway.name" .) }}
{{- end }}

{{- define "causeway.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "causeway.secret" -}}
{{- required "secret: name a Secret with store, admin_token and master_keys; values.yaml says what each is" .Values.secret }}
{{- end }}

{{/* Whole seconds of a duration as causeway.yaml writes it, rounded up. */}}
{{- define "causeway.seconds" -}}
{{- $unit := regexFind "(ms|s|m|h|d)$" . }}
{{- $amount := regexFind "^[0-9]+" . | int }}
{{- if eq $unit "ms" }}{{ div (add $amount 999) 1000 }}
{{- else }}{{ mul $amount (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) $unit) }}
{{- end }}
{{- end }}

{{/* causeway.yaml: what the values say, with the addresses and secrets that belong to the pod. */}}
{{- define "causeway.config" -}}
{{- $files := "file:/run/secrets/causeway/" }}
{{- $admin := merge (dict "listen" ":8081" "token" (print $files "admin_token")) (.Values.config.admin | default dict) }}
{{- $budgets := merge (dict "master_keys" (print $files "master_keys")) (.Values.config.budgets | default dict) }}
{{- $set := dict "listen" ":8080" "store" (print $files "store") "admin" $admin "budgets" $budgets }}
{{- toYaml (merge $set (omit .Values.config "listen" "store" "admin" "budgets")) }}
{{- end }}

{{- define "causeway.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "causeway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
