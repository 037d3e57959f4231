/** Rules as people write them; each reads its part of the series of `fleet.ts`, and few results come out. */
export const RULES: readonly string[] = [
  'up == 0',
  'sum by (job) (rate(http_requests_total[5m]))',
  'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.01',
  'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  'max_over_time(queue_usage_ratio[10m]) > 0.99',
  'predict_linear(disk_free_bytes[15m], 86400) < 150e9',
  'absent(up{job="service-none"})',
  'count by (version) (up * on (job, instance) group_left (version) build_info)',
];

/** What a dashboard asks for. */
export const PANELS: readonly string[] = [
  'sum(up)',
  'sum by (job) (rate(http_requests_total[5m]))',
  'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  'max by (job) (max_over_time(queue_usage_ratio[10m]))',
];
