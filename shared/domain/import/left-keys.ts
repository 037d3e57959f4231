import type { Path } from '../catalog/problem.ts';
import { entriesOf, type Notes } from './notes.ts';

/** Why a key of Prometheus' configuration is left, and what to do instead. */
type Left = readonly [reason: string, instead?: string];

/** What becomes of the keys of one map of the configuration. */
interface KnownKeys {
  /** What the map is called. */
  readonly of: string;
  /** Keys that are read. */
  readonly read: (key: string) => boolean;
  /** Keys that change nothing of what is collected and judged: how Prometheus speaks, keeps and shows. */
  readonly without: ReadonlySet<string>;
  readonly left: Readonly<Record<string, Left>>;
}

/**
 * Notes the keys of a map that a catalog has no counterpart for. Nothing is said where nothing is lost: of a key that
 * asks for what is done anyway, or for nothing at all.
 */
export function leaveKeys(map: unknown, path: Path, known: KnownKeys, notes: Notes): void {
  for (const [key, value] of entriesOf(map)) {
    if (known.read(key) || known.without.has(key) || asksForNothing(key, value)) continue;
    const [reason, instead] = known.left[key] ?? [`this is no key of ${known.of}`];
    notes.leave([...path, key], key, reason, instead);
  }
}

/** Values that mean what collect does by itself. */
const USUAL: Readonly<Record<string, unknown>> = {
  honor_labels: false,
  honor_timestamps: true,
  proxy_from_environment: false,
  scrape_native_histograms: false,
  convert_classic_histograms_to_nhcb: false,
  extra_scrape_metrics: false,
};

function asksForNothing(key: string, value: unknown): boolean {
  if (value === null || value === '' || value === 0) return true;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return Object.hasOwn(USUAL, key) && USUAL[key] === value;
}

const CREDENTIALS: Left = [
  'collect sends no credentials',
  'let the target be read without them from inside the network (`network` in homeostat.yaml)',
];
const LIMIT: Left = [
  'the limits of collect are fixed: 50,000 samples a scrape, CloudWatch’s limits for labels',
];
const HISTOGRAMS: Left = ['collect asks for OpenMetrics and Prometheus text, which have classic histograms'];
const PROXY: Left = ['collect asks targets itself', 'let it reach them (`network` in homeostat.yaml)'];
const REMOTE: Left = ['series are kept by CloudWatch'];

/** A redirect that is not followed is told as a failed scrape, so nothing is lost unseen. */
const JOB_WITHOUT: ReadonlySet<string> = new Set([
  'follow_redirects',
  'enable_http2',
  'enable_compression',
  'track_timestamps_staleness',
  'scrape_protocols',
  'fallback_scrape_protocol',
  'scrape_classic_histograms',
  'always_scrape_classic_histograms',
  'scrape_failure_log_file',
  'metric_name_validation_scheme',
  'metric_name_escaping_scheme',
  'keep_dropped_targets',
]);

const JOB_LEFT: Readonly<Record<string, Left>> = {
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
  proxy_url: PROXY,
  proxy_from_environment: PROXY,
  proxy_connect_header: PROXY,
  no_proxy: PROXY,
  honor_labels: [
    'labels of a target that are called job or instance become exported_job and exported_instance',
    'let rules read these',
  ],
  honor_timestamps: ['the times that a target gives are used'],
  scrape_native_histograms: HISTOGRAMS,
  convert_classic_histograms_to_nhcb: HISTOGRAMS,
  extra_scrape_metrics: ['of scrapes there are only the metrics that Prometheus always has'],
  sample_limit: LIMIT,
  target_limit: LIMIT,
  label_limit: LIMIT,
  label_name_length_limit: LIMIT,
  label_value_length_limit: LIMIT,
  native_histogram_bucket_limit: LIMIT,
  native_histogram_min_bucket_factor: LIMIT,
};

const JOB_READ: ReadonlySet<string> = new Set([
  'job_name',
  'scrape_interval',
  'scrape_timeout',
  'metrics_path',
  'scheme',
  'params',
  'body_size_limit',
  'relabel_configs',
  'metric_relabel_configs',
  'static_configs',
]);

/** Keys of a scrape job; kinds of discovery are told of where they are read. */
export const JOB_KEYS: KnownKeys = {
  of: 'a scrape job',
  read: (key) => JOB_READ.has(key) || key.endsWith('_sd_configs'),
  without: JOB_WITHOUT,
  left: JOB_LEFT,
};

const TOP_READ: ReadonlySet<string> = new Set(['global', 'rule_files', 'scrape_configs']);

/** Keys at the top. */
export const TOP_KEYS: KnownKeys = {
  of: 'a Prometheus configuration',
  read: (key) => TOP_READ.has(key),
  without: new Set(['runtime', 'tracing']),
  left: {
    alerting: [
      'alerts become alarms, and Homeostat takes the place of Alertmanager',
      'describe people, teams and escalation in organization.yaml',
    ],
    remote_write: REMOTE,
    remote_read: REMOTE,
    storage: REMOTE,
    tsdb: REMOTE,
    otlp: ['series are collected, not received', 'send them to CloudWatch yourself'],
    scrape_config_files: [
      'only this file is read',
      'import these files as well, or put their jobs into this one',
    ],
  },
};

const GLOBAL_READ: ReadonlySet<string> = new Set([
  'scrape_interval',
  'scrape_timeout',
  'evaluation_interval',
  'body_size_limit',
  'external_labels',
]);

/** Keys under `global`, those that it gives all jobs among them. */
export const GLOBAL_KEYS: KnownKeys = {
  of: '`global`',
  read: (key) => GLOBAL_READ.has(key),
  without: new Set([...JOB_WITHOUT, 'query_log_file']),
  left: {
    ...JOB_LEFT,
    rule_query_offset: ['CloudWatch evaluates at the present', 'write "offset" into expressions'],
  },
};

/** Notes what is read and is not of its shape, so that it would be taken for empty. */
export function leaveMisshapen(config: unknown, notes: Notes): void {
  for (const [key, value] of entriesOf(config)) {
    const isSound = key === 'global' ? isMap(value) : Array.isArray(value);
    if (!TOP_READ.has(key) || value === null || isSound) continue;
    notes.leave([key], key, `expected a ${key === 'global' ? 'map' : 'list'}, as Prometheus does`);
  }
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Whether a map has a key that a Prometheus configuration has at its top. */
export function isConfiguration(map: unknown): boolean {
  const { read, without, left } = TOP_KEYS;
  const keys = entriesOf(map).map(([key]) => key);
  return keys.length === 0 || keys.some((key) => read(key) || without.has(key) || Object.hasOwn(left, key));
}

/** What takes the place of a kind of discovery that Homeostat has not. */
export const DISCOVERY_INSTEAD =
  'name the targets under `targets`, or by `dns`, or as `tasks` of an ECS service';
