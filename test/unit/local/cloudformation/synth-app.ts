import { App, Stack } from 'aws-cdk-lib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { DeclaredResource, ResourceProvider } from '../../../../local/kernel/service.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function aTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'homeostat-'));
  folders.push(folder);
  return folder;
}

/** Synthesizes a small app with the real CDK and gives the folder of its assembly. */
export function synthApp(build: (app: App) => void): string {
  const app = new App({ outdir: join(aTemporaryFolder(), 'cdk.out'), analyticsReporting: false });
  build(app);
  return app.synth().directory;
}

/** The same with one stack, `app`. */
export function synthStack(build: (stack: Stack) => void): string {
  return synthApp((app) => {
    build(new Stack(app, 'app'));
  });
}

export interface Recording {
  readonly puts: DeclaredResource[];
  readonly removed: string[];
  readonly providers: ResourceProvider[];
  readonly properties: (logicalIdPrefix: string) => DeclaredResource['properties'];
}

/** Providers that keep what they are told; `Ref` is the suggested name, `Arn` is `arn:<name>`. */
export function aRecording(types: readonly string[]): Recording {
  const puts: DeclaredResource[] = [];
  const removed: string[] = [];
  const providers = types.map((type) => ({
    type,
    put: (resource: DeclaredResource) => {
      puts.push(resource);
      const name = resource.suggestedName;
      return { ref: name, attributes: { Arn: `arn:${name}`, QueueName: name, TopicName: name } };
    },
    remove: (ref: string) => {
      removed.push(ref);
    },
  }));
  const properties = (prefix: string) => {
    const found = puts.find(({ logicalId }) => logicalId.startsWith(prefix));
    if (found === undefined) throw new Error(`Nothing was put whose id begins with "${prefix}".`);
    return found.properties;
  };
  return { puts, removed, providers, properties };
}
