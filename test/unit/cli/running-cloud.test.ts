import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { clientEnvironment } from '../../../cli/running-cloud.ts';

test('what is to be pasted makes a shell a client of the embedded cloud', () => {
  const line = clientEnvironment({
    endpoint: 'http://127.0.0.1:4566',
    region: 'eu-west-1',
    pid: 1,
    catalogDir: '',
    outbox: '',
    faultsDir: '',
    cloudLike: false,
  });
  const shown =
    'echo "$AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_REGION $AWS_DEFAULT_REGION"';
  expect(execFileSync('sh', ['-c', `${line}\n${shown}`], { encoding: 'utf8' })).toBe(
    'http://127.0.0.1:4566 owner owner eu-west-1 eu-west-1\n',
  );
});
