import { join } from 'node:path';
import { readCatalogFolder } from '../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { CatalogFiles } from '../../shared/domain/catalog/read-catalog-file.ts';

const ORGANIZATION = `
people:
  ana:
    name: Ana Silva
    contacts:
      - email: ana@example.com
      - sms: '+15550100001'
  raj:
    name: Raj Patel
    contacts:
      - email: raj@example.com
      - email: raj@example.com
  max:
    name: Max Weber
    contacts:
      - sms: '+15550100003'
  zoe:
    name: Zoe Adams
    contacts:
      - email: zoe@example.com
teams:
  shop:
    members: [ana, raj]
    subscriptions:
      - email: shop.alerts@example.com
        filter:
          severity: [critical, high, warning]
      - email: shopalerts@example.com
      - https: https://chat.example.com/ops
        filter:
          severity: [critical]
  bank:
    members: [max]
    subscriptions:
      - sqs: arn:aws:sqs:eu-west-1:111122223333:tickets
        filter:
          kind: [opened, resolved]
          system: [bank, ledger]
      - https: https://chat.example.com/ops
        filter:
          kind: [storm]
escalation:
  levels:
    - notify: [shop]
    - notify: [max]
      after: 5m
`;

const SHOP = `
system: shop
environment: production
owner: shop
services:
  checkout:
    ecs: { cluster: shop, service: checkout }
    scrape:
      tasks: { port: 9102 }
  inventory:
    ecs: { cluster: shop, service: inventory }
    scrape:
      url: http://inventory.example.com/metrics
rules: [rules.yaml]
`;

const NETWORK = `network:
  vpcId: vpc-0123456789abcdef0
  subnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
  securityGroupIds: [sg-0123456789abcdef0]`;

const BANK = `
system: bank
environment: production
owner: bank
${NETWORK}
services:
  accounts:
    ecs: { cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/bank', service: accounts }
    scrape:
      tasks: { port: 9100 }
rules: [rules.yaml]
`;

const LEDGER = `
system: ledger
environment: production
owner: bank
${NETWORK}
services:
  book:
    scrape:
      url: http://book.example.com/metrics
rules: [rules.yaml]
`;

const SHOP_RULES = `
groups:
  - name: shop
    interval: 30s
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(http_requests_total{status=~"5.."}[5m]))
      - alert: ServiceDown
        expr: up == 0
        for: 2m
        keep_firing_for: 5m
        labels: { severity: critical }
        annotations: { summary: '{{ $labels.job }} does not answer' }
      - alert: ManyErrors
        expr: job:errors:rate5m / on (job) sum by (job) (rate(http_requests_total[5m])) > 0.05
        labels: { severity: P1 }
  - name: shop slow
    rules:
      - alert: Slow
        expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1
        for: 10m
        labels: { severity: warning }
`;

const PLAIN_RULES = `
groups:
  - name: basic
    interval: 5m
    rules:
      - alert: ServiceDown
        expr: up == 0 or absent(up)
        for: 1m
        labels: { severity: critical }
      - alert: DiskFilling
        expr: disk_free_bytes < 1e9
        labels: { severity: info }
`;

/** Three systems: `shop` in no network, `bank` and `ledger` in one. What is odd in it is odd on purpose. */
export function theFleet(): CompiledCatalog {
  return compiled({
    'organization.yaml': ORGANIZATION,
    'shop/homeostat.yaml': SHOP,
    'shop/rules.yaml': SHOP_RULES,
    'bank/homeostat.yaml': BANK,
    'bank/rules.yaml': PLAIN_RULES,
    'ledger/homeostat.yaml': LEDGER,
    'ledger/rules.yaml': PLAIN_RULES,
  });
}

/** What `npm start` runs. */
export function theQuickstart(): CompiledCatalog {
  const folder = join(import.meta.dirname, '../../examples/quickstart');
  return compiledFiles(readCatalogFolder(folder));
}

/** The system `shop` alone, with groups of rules of these sizes. */
export function aCatalogOfGroups(sizes: readonly number[]): CompiledCatalog {
  const groups = sizes.map((size, group) => ({
    name: `group ${String(group)}`,
    rules: Array.from({ length: size }, (_, at) => ({
      alert: `Alert${String(group)}x${String(at)}`,
      expr: `up == ${String(at)}`,
      labels: { severity: 'critical' },
    })),
  }));
  return compiled({
    'organization.yaml': ORGANIZATION.replace('system: [bank, ledger]', 'system: [shop]'),
    'shop/homeostat.yaml': SHOP,
    'shop/rules.yaml': JSON.stringify({ groups }),
  });
}

function compiled(files: Readonly<Record<string, string>>): CompiledCatalog {
  return compiledFiles(new Map(Object.entries(files)));
}

function compiledFiles(files: CatalogFiles): CompiledCatalog {
  const result = compileCatalog(files);
  if (result.ok) return result.catalog;
  throw new Error(result.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
}
