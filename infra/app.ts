import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import { LOCAL_CADENCE } from '../shared/contract/cadence.ts';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { assignStacks } from './alarm-stacks.ts';
import type { Deployment } from './deployment.ts';
import { AlarmsStack } from './stacks/alarms-stack.ts';
import { AlertingStack } from './stacks/alerting-stack.ts';
import { CollectionStack } from './stacks/collection-stack.ts';
import { NotificationStack } from './stacks/notification-stack.ts';
import { ResponseStack } from './stacks/response-stack.ts';
import { StateStack } from './stacks/state-stack.ts';

/** The composition root: reads the catalog and names the stacks. */
function main(): void {
  const app = new App();
  const deployment = deploymentOf(app);
  const { table } = new StateStack(app, 'homeostat-state');
  const { key: topicKey } = new NotificationStack(app, 'homeostat-notification', deployment);
  const { intake } = new AlertingStack(app, 'homeostat-alerting', { ...deployment, table, topicKey });
  new ResponseStack(app, 'homeostat-response', { ...deployment, table, topicKey });
  new CollectionStack(app, 'homeostat-collection', { ...deployment, table });
  const rules = Object.values(deployment.catalog.systems).flatMap((system) => system.rules);
  for (const [number, some] of assignStacks(rules)) {
    new AlarmsStack(app, `homeostat-alarms-${String(number)}`, { rules: some, intake });
  }
  app.synth();
}

function deploymentOf(app: App): Deployment {
  const folder = resolve(String(app.node.tryGetContext('catalog') ?? 'examples/quickstart'));
  const cadence = app.node.tryGetContext('cadence') === 'local' ? 'local' : 'cloud';
  const compiled = compileCatalog(readCatalogFolder(folder), cadence === 'local' ? LOCAL_CADENCE : {});
  if (!compiled.ok) {
    const lines = compiled.problems.map(
      ({ file, line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
    );
    throw new Error(
      `The catalog in ${folder} is not valid:\n${lines.join('\n')}\nCheck it with: npx homeostat validate ${folder}`,
    );
  }
  return {
    catalog: compiled.catalog,
    catalogJson: JSON.stringify(compiled.catalog),
    outDir: app.outdir,
    cadence,
  };
}

main();
