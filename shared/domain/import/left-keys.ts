/** Why a key of Prometheus' configuration is left, and what to do instead. */
export type Left = readonly [reason: string, instead: string];

const CREDENTIALS: Left = [
  'collect sends no credentials',
  'let the target be read without them from inside the network (`network` in homeostat.yaml)',
];
const LIMIT: Left = [
  'the limits of collect are fixed: 50,000 samples a scrape, CloudWatch’s limits for labels',
  '',
];
const FORMAT: Left = ['collect asks for OpenMetrics and Prometheus text', ''];
const REMOTE: Left = ['series are kept by CloudWatch', ''];

/** Keys of a scrape job that have no counterpart. */
export const JOB_KEYS: Readonly<Record<string, Left>> = {
  basic_auth: CREDENTIALS,
  authorization: CREDENTIALS,
  bearer_token: CREDENTIALS,
  bearer_token_file: CREDENTIALS,
  oauth2: CREDENTIALS,
  http_headers: CREDENTIALS,
  tls_config: [
    'collect trusts the usual authorities, and has no certificate of its own',
    'use one of theirs, or http inside the network',
  ],
  proxy_url: ['collect asks targets itself', 'let it reach them (`network` in homeostat.yaml)'],
  proxy_from_environment: ['collect asks targets itself', ''],
  proxy_connect_header: ['collect asks targets itself', ''],
  no_proxy: ['collect asks targets itself', ''],
  follow_redirects: [
    'collect follows no redirect: it is told as a failed scrape',
    'give the address that answers',
  ],
  enable_http2: ['collect speaks HTTP 1.1', ''],
  enable_compression: ['collect always takes compressed answers', ''],
  honor_labels: [
    'labels of a target that are called job or instance become exported_job and exported_instance',
    'let rules read these',
  ],
  honor_timestamps: ['the times that a target gives are used', ''],
  track_timestamps_staleness: ['series end two intervals after their last sample', ''],
  scrape_protocols: FORMAT,
  fallback_scrape_protocol: FORMAT,
  scrape_classic_histograms: FORMAT,
  always_scrape_classic_histograms: FORMAT,
  convert_classic_histograms_to_nhcb: FORMAT,
  scrape_native_histograms: FORMAT,
  scrape_failure_log_file: ['failed scrapes are in the log of collect', ''],
  metric_name_validation_scheme: ['UTF-8 names are taken', ''],
  metric_name_escaping_scheme: ['UTF-8 names are taken', ''],
  sample_limit: LIMIT,
  target_limit: LIMIT,
  label_limit: LIMIT,
  label_name_length_limit: LIMIT,
  label_value_length_limit: LIMIT,
  native_histogram_bucket_limit: LIMIT,
  native_histogram_min_bucket_factor: LIMIT,
  keep_dropped_targets: LIMIT,
  extra_scrape_metrics: LIMIT,
};

/** Keys at the top that have no counterpart. */
export const TOP_KEYS: Readonly<Record<string, Left>> = {
  alerting: [
    'alerts become alarms, and Homeostat takes the place of Alertmanager',
    'describe people, teams and escalation in organization.yaml',
  ],
  remote_write: REMOTE,
  remote_read: REMOTE,
  storage: REMOTE,
  tsdb: REMOTE,
  otlp: ['series are collected, not received', 'send them to CloudWatch yourself'],
  tracing: ['Prometheus’ own traces have no counterpart', ''],
  runtime: ['settings of Prometheus’ own process', ''],
  scrape_config_files: [
    'only this file is read',
    'import these files as well, or put their jobs into this one',
  ],
};

/** Keys under `global` that have no counterpart; those of jobs besides. */
export const GLOBAL_KEYS: Readonly<Record<string, Left>> = {
  ...JOB_KEYS,
  query_log_file: ['CloudWatch evaluates the rules', ''],
  rule_query_offset: ['CloudWatch evaluates at the present', 'write "offset" into expressions'],
};

/** What takes the place of a kind of discovery that Homeostat has not. */
export const DISCOVERY_INSTEAD =
  'name the targets under `targets`, or by `dns`, or as `tasks` of an ECS service';
