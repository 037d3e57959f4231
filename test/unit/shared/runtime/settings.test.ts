import { expect, test } from 'vitest';
import { OperationsSettings, readSettings } from '../../../../shared/runtime/settings.ts';

const env = {
  TABLE_NAME: 'homeostat',
  TOPIC_ARN_BASE: 'arn:aws:sns:eu-west-1:123456789012:',
  RECOVER_ARN: 'arn:aws:lambda:eu-west-1:123456789012:function:homeostat-recover:live',
  AWS_REGION: 'eu-west-1',
  PATH: '/bin',
};

test('what a function is told, and nothing else', () => {
  const { PATH: _, ...told } = env;
  expect(readSettings(OperationsSettings, env, 'x.ts')).toEqual(told);
});

test('everything that is wrong is told at once, and where it is set', () => {
  const wrong = { ...env, TABLE_NAME: '', RECOVER_ARN: 'homeostat-recover', AWS_REGION: undefined };
  const read = () => readSettings(OperationsSettings, wrong, 'infra/stacks/x.ts');
  for (const part of ['TABLE_NAME', 'RECOVER_ARN', 'AWS_REGION', 'They are set in infra/stacks/x.ts.'])
    expect(read).toThrow(part);
});
