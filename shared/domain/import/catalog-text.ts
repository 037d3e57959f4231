import { stringify } from 'yaml';
import type { OwnSeverities } from '../catalog/severity.ts';
import type { Cadence } from './cadence.ts';
import { textOf, under } from './notes.ts';
import type { ImportedService } from './read-jobs.ts';

const ENVIRONMENT = ['environment', 'env'];

/** Whether an external label names the system's environment. */
export function isEnvironment(label: string): boolean {
  return ENVIRONMENT.includes(label);
}

/** `homeostat.yaml` of the system that the jobs of a configuration become. */
export function systemFile(
  system: string,
  config: unknown,
  services: readonly ImportedService[],
  { everyS, timeoutS, maxBytes }: Cadence,
  rules: readonly string[],
): string {
  const labels = under(under(config, 'global'), 'external_labels');
  const environment = ENVIRONMENT.map((name) => textOf(under(labels, name))).find(
    (one) => one !== undefined && /\S/.test(one),
  );
  const content = {
    system,
    environment: environment ?? 'production',
    owner: 'operations',
    collection: {
      every: `${String(everyS)}s`,
      timeout: `${String(timeoutS)}s`,
      ...(maxBytes !== undefined && { maxBytes }),
    },
    services: Object.fromEntries(services.map(({ name, ...service }) => [name, service])),
    rules,
  };
  return `# Made by "homeostat import prometheus". It is yours: docs/catalog.md explains every key.\n${stringify(content)}`;
}

/** `organization.yaml`, with somebody to replace. */
export function organizationFile(severities: OwnSeverities): string {
  return severities.size === 0
    ? ORGANIZATION
    : `${ORGANIZATION}${stringify({ severities: Object.fromEntries(severities) })}`;
}

const ORGANIZATION = `# Made by "homeostat import prometheus". Change it: nobody reads mail at example.com.
people:
  oncall:
    name: Change me
    contacts:
      - email: change-me@example.com
teams:
  operations:
    members: [oncall]
escalation:
  levels:
    - notify: [operations]
`;
