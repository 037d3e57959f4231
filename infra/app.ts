import { App } from 'aws-cdk-lib';
import { buildApp } from './build-app.ts';
import { CatalogRefused } from './catalog-refused.ts';
import { readDeployment } from './deployment.ts';

/** What `cdk` and `npm start` run: reads the catalog, names the stacks, writes the assembly. */
try {
  const app = new App();
  buildApp(app, readDeployment(app));
  app.synth();
} catch (error) {
  if (!(error instanceof CatalogRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
