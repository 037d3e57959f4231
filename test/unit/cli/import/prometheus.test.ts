import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { main } from '../../../../cli/main.ts';
import type { NotCarried } from '../../../../shared/domain/import/notes.ts';
import { aTemporaryFolder } from '../../../builders/temporary-folder.ts';
import { aTerminal } from '../fake-terminal.ts';

const RULES = `# Ours.
groups:
  - name: shop
    rules:
      - alert: Down
        expr: up == 0 # at once
        labels: {severity: critical}
`;

interface Answer {
  readonly carried: readonly string[];
  readonly notCarried: readonly NotCarried[];
  readonly rules: readonly { alert: string; status: string }[];
}

/** Imports a configuration with the files beside it, and reads what came of it. */
async function imported(
  config: string,
  beside: Readonly<Record<string, string>> = {},
  ...options: readonly string[]
) {
  const folder = aTemporaryFolder();
  for (const [path, text] of Object.entries({ 'prometheus.yml': config, ...beside })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const out = join(folder, 'catalog');
  const terminal = aTerminal();
  const args = [
    'import',
    'prometheus',
    join(folder, 'prometheus.yml'),
    '--out',
    out,
    '--system',
    'shop',
    '--json',
    ...options,
  ];
  const code = await main(args, terminal);
  const read = (path: string): string => readFileSync(join(out, path), 'utf8');
  const answer = JSON.parse(terminal.stdout()) as Answer;
  return {
    code,
    out,
    folder,
    answer,
    left: (answer.notCarried ?? []).map(
      ({ file, line, column, what }) =>
        `${file.slice(folder.length + 1)}:${String(line)}:${String(column)} ${what}`,
    ),
    system: existsSync(join(out, 'shop/homeostat.yaml'))
      ? (parse(read('shop/homeostat.yaml')) as object)
      : {},
    rules: existsSync(join(out, 'shop/rules'))
      ? readdirSync(join(out, 'shop/rules')).map((name) => read(`shop/rules/${name}`))
      : [],
    validate: () => main(['validate', out], aTerminal()),
  };
}

describe('homeostat import prometheus', () => {
  test('what Prometheus’ own first steps have is carried whole, rule files to the letter', async () => {
    const { code, left, system, rules, validate } = await imported(
      `global: {scrape_interval: 15s, evaluation_interval: 1m, external_labels: {env: staging}}
rule_files: ['rules/*.yml']
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: ['localhost:9090']}]
  - job_name: node
    metrics_path: /m
    scheme: https
    params: {collect: [cpu, mem]}
    static_configs: [{targets: ['10.0.0.1:9100', '10.0.0.2']}]
`,
      { 'rules/shop.yml': RULES },
    );
    expect([code, left]).toEqual([0, []]);
    expect(system).toEqual({
      system: 'shop',
      environment: 'staging',
      owner: 'operations',
      collection: { every: '15s', timeout: '10s' },
      services: {
        prometheus: { scrape: { targets: ['localhost:9090'] } },
        node: {
          scrape: {
            targets: ['10.0.0.1:9100', '10.0.0.2:443'],
            path: '/m?collect=cpu&collect=mem',
            scheme: 'https',
          },
        },
      },
      rules: ['rules/shop.yml'],
    });
    expect(rules).toEqual([RULES]);
    expect(await validate()).toBe(0);
  });

  test('targets from files, DNS and ECS', async () => {
    const { code, left, system, validate } = await imported(
      `scrape_configs:
  - job_name: nodes
    file_sd_configs: [{files: ['sd/*.json']}]
  - job_name: api
    dns_sd_configs: [{names: [_http._tcp.api.local]}, ]
  - job_name: db
    dns_sd_configs: [{names: [db.local], type: A, port: 9187}]
  - job_name: listed
    file_sd_configs: [{files: [sd/ecs.yml]}]
  - job_name: kept
    aws_sd_configs: [{role: ecs, clusters: ['arn:aws:ecs:eu-west-1:123456789012:cluster/main'], port: 9102}]
    relabel_configs: [{source_labels: [__meta_ecs_service], regex: till, action: keep}]
`,
      {
        'sd/a.json': '[{"targets": ["10.0.0.1:9100"]}]',
        'sd/b.json': '[{"targets": ["10.0.0.2:9100"]}]',
        'sd/ecs.yml':
          '- targets: ["10.0.4.5:8080"]\n  labels: {task_group: "service:web", cluster_arn: "arn:aws:ecs:us-east-1:1:cluster/prod"}\n',
      },
    );
    expect([code, left]).toEqual([0, []]);
    expect(system).toMatchObject({
      collection: { every: '60s', timeout: '10s' },
      services: {
        nodes: { scrape: { targets: ['10.0.0.1:9100', '10.0.0.2:9100'] } },
        api: { scrape: { dns: { names: ['_http._tcp.api.local'], type: 'SRV' } } },
        db: { scrape: { dns: { names: ['db.local'], type: 'A', port: 9187 } } },
        listed: { ecs: { cluster: 'prod', service: 'web' }, scrape: { tasks: { port: 8080 } } },
        kept: { ecs: { cluster: 'main', service: 'till' }, scrape: { tasks: { port: 9102 } } },
      },
    });
    expect(await validate()).toBe(0);
  });

  test('whatever cannot be carried is named where it stands; the rest is a sound catalog', async () => {
    const { code, left, system, validate } = await imported(`global:
  scrape_interval: 15s
  external_labels: {region: eu}
alerting: {alertmanagers: []}
remote_write: [{url: 'http://x'}]
nonsense: 1
scrape_configs:
  - job_name: my app
    scrape_interval: 5m
    basic_auth: {username: a}
    static_configs: [{targets: ['a:1'], labels: {zone: b}}]
    relabel_configs: [{source_labels: [x], action: keep, regex: y}]
  - job_name: probes
    static_configs: [{targets: ['https://example.com']}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {target_label: __address__, replacement: 'blackbox:9115'}
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
`);
    expect(code).toBe(1);
    expect(left).toEqual([
      'prometheus.yml:3:21 the external label region',
      'prometheus.yml:4:1 alerting',
      'prometheus.yml:5:1 remote_write',
      'prometheus.yml:6:1 nonsense',
      'prometheus.yml:8:5 the name "my app"',
      'prometheus.yml:9:5 every 5m',
      'prometheus.yml:10:5 basic_auth',
      'prometheus.yml:12:23 relabelling: keep',
      'prometheus.yml:13:5 job probes',
      'prometheus.yml:14:22 https://example.com',
      'prometheus.yml:17:9 relabelling of __address__',
      'prometheus.yml:18:5 job pods',
      'prometheus.yml:19:5 kubernetes_sd_configs',
    ]);
    expect(system).toMatchObject({
      services: { 'my-app': { scrape: { targets: ['a:1'], labels: { zone: 'b' } } } },
    });
    expect(await validate()).toBe(0);
  });

  test('labels that all groups of a job share are carried; the others are named', async () => {
    const { left, system, validate } = await imported(`scrape_configs:
  - job_name: nodes
    static_configs:
      - {targets: ['a:1'], labels: {env: prod, rack: r1}}
      - {targets: ['b:1'], labels: {env: prod, rack: r2, __scheme__: https}}
`);
    expect(left).toEqual(['prometheus.yml:4:28 labels rack', 'prometheus.yml:5:28 labels rack, __scheme__']);
    expect(system).toMatchObject({
      services: { nodes: { scrape: { targets: ['a:1', 'b:1'], labels: { env: 'prod' } } } },
    });
    expect(await validate()).toBe(0);
  });

  test('a job that a catalog would refuse is left with the reason; the others are carried', async () => {
    const { code, left, answer, system, validate } = await imported(
      `scrape_configs:
  - job_name: sound
    static_configs: [{targets: ['a:1', '[::1]:9100']}]
  - job_name: port
    static_configs: [{targets: ['a:99999']}]
  - job_name: portless
    dns_sd_configs: [{names: [db.local], type: A}]
  - job_name: path
    metrics_path: metrics
    static_configs: [{targets: ['a:1']}]
  - job_name: scheme
    scheme: ftp
    static_configs: [{targets: ['a:1']}]
  - job_name: none
    static_configs: [{targets: []}]
  - job_name: tasks
    scheme: https
    file_sd_configs: [{files: [ecs.yml]}]
`,
      { 'ecs.yml': '- {targets: ["10.0.4.5:80"], labels: {task_group: "service:w", cluster_arn: c}}' },
    );
    expect(code).toBe(1);
    expect(left).toEqual([
      'prometheus.yml:4:5 job port',
      'prometheus.yml:6:5 job portless',
      'prometheus.yml:8:5 job path',
      'prometheus.yml:11:5 job scheme',
      'prometheus.yml:14:5 job none',
      'prometheus.yml:16:5 job tasks',
    ]);
    expect(answer.notCarried.map(({ reason }) => reason)).toMatchInlineSnapshot(`
      [
        "scrape.targets.0: found "a:99999", expected host:port, such as 10.0.0.7:9100",
        "scrape.dns.port: found number NaN, expected a number",
        "scrape.path: found "metrics", expected a path that begins with /",
        "scrape.scheme: found "ftp", expected one of: http, https",
        "scrape.targets: found an empty list, expected at least 1 entry",
        "scrape.scheme: found "scheme" beside "tasks", expected it only beside "targets" or "dns"",
      ]
    `);
    expect(system).toMatchObject({ services: { sound: { scrape: { targets: ['a:1', '[::1]:9100'] } } } });
    expect(await validate()).toBe(0);
  });

  test('what tasks in a file have besides cluster and service is named; path and scheme of labels count', async () => {
    const { left, system, validate } = await imported(
      `scrape_configs:
  - job_name: tasks
    file_sd_configs: [{files: [ecs.yml]}]
  - job_name: fixed
    static_configs: [{targets: ['a:1', b], labels: {__metrics_path__: /m, __scheme__: https, 'x.y': z, no: ''}}]
`,
      {
        'ecs.yml': [
          '- {targets: ["10.0.4.5:80"], labels: {task_group: "service:w", cluster_arn: c, __metrics_path__: /m}}',
          '- {targets: ["10.0.4.5:81"], labels: {task_group: "service:w", cluster_arn: c, __metrics_path__: /m, task_arn: t}}',
        ].join('\n'),
      },
    );
    expect(left).toEqual([
      'prometheus.yml:2:5 port 81 of its tasks',
      'prometheus.yml:3:32 labels task_arn',
      'prometheus.yml:5:44 labels x.y',
    ]);
    expect(system).toMatchObject({
      services: {
        tasks: { ecs: { cluster: 'c', service: 'w' }, scrape: { tasks: { port: 80, path: '/m' } } },
        fixed: { scrape: { targets: ['a:1', 'b:443'], path: '/m', scheme: 'https' } },
      },
    });
    expect(await validate()).toBe(0);
  });

  test('nothing is said of keys that ask for nothing, or for what is done anyway', async () => {
    const { code, left } =
      await imported(`global: {scrape_interval: 5s, external_labels: {env: ''}, sample_limit: 0}
remote_write: []
tracing: {endpoint: 'a:1'}
scrape_configs:
  - job_name: a
    honor_labels: false
    honor_timestamps: true
    follow_redirects: true
    enable_http2: true
    sample_limit: 0
    tls_config: {}
    metric_relabel_configs: [{source_labels: [__name__], regex: 'go_.*', action: drop}]
    static_configs: [{targets: ['a:1']}]
`);
    expect([code, left]).toEqual([0, []]);
  });

  test('what has another shape than Prometheus expects is named, not taken for empty', async () => {
    const { left, system } = await imported(
      `global: [1]
rule_files: [broken.yml]
scrape_configs:
  - {job_name: a, static_configs: [{targets: ['a:1', {b: 2}]}]}
  - nothing
`,
      { 'broken.yml': 'groups:\n  - x: 1\n  - {name: g, rules: 1}\n' },
    );
    expect(left).toEqual([
      'prometheus.yml:1:1 global',
      'prometheus.yml:4:37 a target',
      'prometheus.yml:5:5 the name ""',
      'prometheus.yml:5:5 job ',
      'broken.yml:1:1 the rule file',
    ]);
    expect(system).toMatchObject({ services: { a: { scrape: { targets: ['a:1'] } } } });
  });

  test('intervals and timeouts that are not taken are told once each; one that is none does no harm', async () => {
    const { left, system, validate } = await imported(`global: {evaluation_interval: 2h}
scrape_configs:
  - {job_name: a, scrape_interval: 15s, scrape_timeout: 12s, static_configs: [{targets: ['a:1']}]}
  - {job_name: b, scrape_interval: soon, static_configs: [{targets: ['a:1']}]}
  - {job_name: c, static_configs: [{targets: ['a:1']}]}
  - {job_name: d, scrape_timeout: 40s, static_configs: [{targets: ['a:1']}]}
`);
    expect(left).toEqual([
      'prometheus.yml:1:10 evaluation every 2h',
      'prometheus.yml:4:19 every soon',
      'prometheus.yml:5:5 every 1m of 2 jobs',
      'prometheus.yml:6:19 a timeout of 40s',
    ]);
    expect(system).toMatchObject({ collection: { every: '15s', timeout: '15s' } });
    expect(await validate()).toBe(0);
  });

  test('rule files with aliases, equal alerts, names like patterns, and groups that a catalog refuses', async () => {
    const alert = (name: string): string => `{alert: ${name}, expr: up == 0, labels: {severity: info}}`;
    const { left, rules, validate } = await imported(
      'rule_files: ["r/*.yml", "s/*.yml", "r/*.rules"]\nscrape_configs: [{job_name: a, static_configs: [{targets: ["a:1"]}]}]\n',
      {
        'r/a[1].yml': `groups:
  - name: one
    rules: &some
      - ${alert('A')}
      - {alert: Bad, expr: "sum(", labels: {severity: info}, annotations: {summary: }}
  - {name: two, rules: *some}
`,
        'r/seldom.yml': `groups: [{name: s, interval: 2h, rules: [${alert('S')}, {record: r, expr: sum(up)}]}]\n`,
        'r/odd.rules': `groups: [{name: o, rules: [${alert('O')}]}]\n`,
        // What it reads is recorded in a file that a catalog refuses, because a group stands twice in it.
        'r/reads.yml': 'groups: [{name: r, rules: [{alert: R, expr: rec > 1, labels: {severity: info}}]}]\n',
        's/twice.yml': `groups: [{name: g, rules: [${alert('G')}]}, {name: g, rules: [{record: rec, expr: sum(up)}]}]\n`,
      },
    );
    expect(left).toEqual([
      'r/a[1].yml:5:1 the alert Bad of group one',
      'r/a[1].yml:5:1 the alert Bad of group two',
      'r/reads.yml:1:1 the alert R of group r',
      'r/seldom.yml:1:1 the alert S of group s',
      's/twice.yml:1:1 the rule file',
    ]);
    expect(rules).toMatchInlineSnapshot(`
      [
        "groups:
        - name: one
          rules:
            - alert: A
              expr: up == 0
              labels:
                severity: info
        - name: two
          rules:
            - alert: A
              expr: up == 0
              labels:
                severity: info
      ",
        "groups: [{name: o, rules: [{alert: O, expr: up == 0, labels: {severity: info}}]}]
      ",
        "groups: [ { name: r, rules: [] } ]
      ",
        "groups: [ { name: s, rules: [ { record: r, expr: sum(up) } ] } ]
      ",
      ]
    `);
    expect(await validate()).toBe(0);
  });

  test('rules that CloudWatch cannot evaluate are left out and named; a group gets the interval it had', async () => {
    const more = `${RULES}      - alert: Any
        expr: '{job="x"} > 1'
        labels: {severity: info}
      - {alert: Mute, expr: up == 2}
`;
    const { code, left, rules, answer, validate } = await imported(
      'global: {evaluation_interval: 30s}\nrule_files: [shop.yml, none.yml]\nscrape_configs: [{job_name: a, static_configs: [{targets: ["a:1"]}]}]\n',
      { 'shop.yml': more },
    );
    expect(code).toBe(1);
    expect(left).toEqual([
      'none.yml:1:1 the rule file',
      'shop.yml:8:1 the alert Any of group shop',
      'shop.yml:11:1 the alert Mute of group shop',
    ]);
    expect(answer.rules.map(({ alert, status }) => [alert, status])).toEqual([
      ['Down', 'ok'],
      ['Any', 'unsupported'],
      ['Mute', 'unsupported'],
    ]);
    expect(rules[0]).toContain('# Ours.');
    expect(rules[0]).toContain('expr: up == 0 # at once');
    expect(rules[0]).toContain('interval: 30s');
    expect(rules[0]).not.toContain('Any');
    expect(await validate()).toBe(0);
  });

  test('severities of other names are what the command line says, and stand in the organization', async () => {
    const { code, out, rules, validate } = await imported(
      'rule_files: [shop.yml]\nscrape_configs: [{job_name: a, static_configs: [{targets: ["a:1"]}]}]\n',
      { 'shop.yml': `${RULES.replace('critical', 'page')}      - {alert: Mute, expr: up == 2}\n` },
      '--severity=page=critical',
      '--severity==info',
    );
    expect([code, await validate()]).toEqual([0, 0]);
    expect(rules[0]).toContain('labels: {severity: page}');
    expect(parse(readFileSync(join(out, 'organization.yaml'), 'utf8'))).toMatchObject({
      severities: { page: 'critical', '': 'info' },
    });
  });

  test.each([
    ['scrape_configs: [', 'broken YAML'],
    ['- a list', 'expected a Prometheus configuration'],
    [RULES, 'for a rule file, there is "homeostat rules import"'],
  ])('what is no configuration writes nothing: %j', async (config, message) => {
    const folder = aTemporaryFolder();
    writeFileSync(join(folder, 'p.yml'), config);
    const terminal = aTerminal();
    const code = await main(
      ['import', 'prometheus', join(folder, 'p.yml'), '--out', join(folder, 'c')],
      terminal,
    );
    expect(code).toBe(2);
    expect(terminal.stderr()).toContain(message);
    expect(readdirSync(folder)).toEqual(['p.yml']);
  });

  test('nothing is written over', async () => {
    const folder = aTemporaryFolder();
    writeFileSync(join(folder, 'p.yml'), 'global: {}\n');
    const terminal = aTerminal();
    expect(await main(['import', 'prometheus', join(folder, 'p.yml'), '--out', folder], terminal)).toBe(2);
    expect(terminal.stderr()).toContain('nothing is written over');
  });

  const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
  test.skipIf(!hasPromtool)('promtool takes what these tests take for a configuration', () => {
    const folder = aTemporaryFolder();
    const path = join(folder, 'p.yml');
    writeFileSync(
      path,
      `global: {scrape_interval: 15s, evaluation_interval: 30s, external_labels: {env: staging}}
scrape_configs:
  - job_name: my app
    scrape_interval: 5m
    body_size_limit: 10MB
    params: {collect: [cpu, mem]}
    static_configs: [{targets: ['a:1'], labels: {zone: b}}]
    relabel_configs: [{source_labels: [x], action: keep, regex: y}]
    metric_relabel_configs: [{source_labels: [__name__], action: drop, regex: 'go_.*'}]
  - job_name: api
    dns_sd_configs: [{names: [db.local], type: A, port: 9187}, {names: [_http._tcp.api.local]}]
`,
    );
    expect(spawnSync('promtool', ['check', 'config', path], { encoding: 'utf8' }).stderr).toBe('');
  });
});
