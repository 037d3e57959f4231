import { resolve } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { LOCAL_CADENCE } from '../shared/contract/cadence.ts';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { CatalogRefused } from './catalog-refused.ts';

/** What every stack is given: the catalog that is deployed, and where its bundles go. */
export interface Deployment {
  readonly catalog: CompiledCatalog;
  /** The catalog as it travels in every bundle. */
  readonly catalogJson: string;
  /** The assembly's folder. */
  readonly outDir: string;
  /** On a laptop a person waits: `escalate` looks every 10 s instead of every minute. */
  readonly cadence: 'cloud' | 'local';
  /** Over so many stacks the alarms are spread; see alarm-stacks.ts. */
  readonly alarmStacks: number;
}

/** Enough for about 1,500 rules in groups of the usual size. */
const ALARM_STACKS = 4;
const MOST_ALARM_STACKS = 50;

/**
 * Reads what the owner chose: the context `catalog` (a folder), `alarmStacks` and, set by `npm start`,
 * `cadence`.
 *
 * @throws CatalogRefused with every problem of the catalog as `file:line:column: message`
 */
export function readDeployment(app: App): Deployment {
  const folder = resolve(String(app.node.tryGetContext('catalog') ?? 'examples/quickstart'));
  const cadence = app.node.tryGetContext('cadence') === 'local' ? 'local' : 'cloud';
  const compiled = compileCatalog(readCatalogFolder(folder), cadence === 'local' ? LOCAL_CADENCE : {});
  if (!compiled.ok) {
    const lines = compiled.problems.map(
      ({ file, line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
    );
    throw new CatalogRefused(
      `The catalog in ${folder} is not valid:\n${lines.join('\n')}\nCheck it with: npx homeostat validate ${folder}`,
    );
  }
  return {
    catalog: compiled.catalog,
    catalogJson: JSON.stringify(compiled.catalog),
    outDir: app.outdir,
    cadence,
    alarmStacks: alarmStacksOf(app.node.tryGetContext('alarmStacks') ?? ALARM_STACKS),
  };
}

/** From the command line it comes as text. */
function alarmStacksOf(found: unknown): number {
  const count = Number(found);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_ALARM_STACKS) return count;
  throw new CatalogRefused(
    `The context alarmStacks is ${JSON.stringify(found)}; expected a whole number from 1 to ${String(MOST_ALARM_STACKS)}.`,
  );
}
