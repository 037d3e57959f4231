import { compileCatalog } from '../../../../../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../../../../../shared/domain/catalog/compiled.ts';
import { formatProblem } from '../../../../../shared/domain/catalog/problem.ts';

const ORGANIZATION = `people:
  ana: {name: Ana, contacts: [{email: ana@example.com}]}
teams:
  shop: {members: [ana]}
escalation:
  levels:
    - notify: [shop]
`;

export const SYSTEM = `system: shop
environment: test
owner: shop
services:
  web:
    ecs: {cluster: shop, service: web}
    scrape: {url: "http://127.0.0.1:9100/metrics"}
rules: [rules.yaml]
`;

const RULES = `groups:
  - name: g
    interval: 30s
    rules:
      - alert: Down
        expr: up == 0
        labels: {severity: critical}
`;

/** The smallest sound catalog, with some files of it changed, added, or (undefined) left out. */
export function aCatalogFolder(over: Readonly<Record<string, string | undefined>> = {}): Map<string, string> {
  const files = {
    'organization.yaml': ORGANIZATION,
    'shop/homeostat.yaml': SYSTEM,
    'shop/rules.yaml': RULES,
  };
  const entries = Object.entries({ ...files, ...over });
  return new Map(entries.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
}

/** `rules.yaml` with one group of the given rules, each the YAML of one list entry without its dash. */
export function rulesFile(...rules: readonly string[]): string {
  const entries = rules.map((rule) => `      - ${rule.trim().replaceAll('\n', '\n        ')}\n`);
  return `groups:\n  - name: g\n    interval: 30s\n    rules:\n${entries.join('')}`;
}

/** All problems and warnings as `validate` prints them. */
export function told(over: Readonly<Record<string, string | undefined>>): string {
  const result = compileCatalog(aCatalogFolder(over));
  const problems = result.ok ? [] : result.problems;
  return [...problems, ...result.warnings].map(formatProblem).join('\n');
}

/** The compiled catalog; throws if it has errors. */
export function compiled(over: Readonly<Record<string, string | undefined>> = {}): CompiledCatalog {
  const result = compileCatalog(aCatalogFolder(over));
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.catalog;
}
