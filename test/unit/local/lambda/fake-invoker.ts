import type { Outcome } from '../../../../local/lambda/execution-environment.ts';
import type { FunctionConfig } from '../../../../local/lambda/function-config.ts';
import type { Invoker, RunRequest } from '../../../../local/lambda/invoker.ts';

/** Runs nothing: answers what the test says, in the order of the calls. */
export interface FakeInvoker extends Invoker {
  readonly requests: RunRequest[];
  room: number;
  answer: (request: RunRequest) => Promise<Outcome> | Outcome;
}

export const SUCCESS: Outcome = { ok: true, payload: '"fine"', durationMs: 1 };
export const FAILURE: Outcome = {
  ok: false,
  error: { errorType: 'Error', errorMessage: 'it broke' },
  durationMs: 1,
};

export function createFakeInvoker(): FakeInvoker {
  const fake: FakeInvoker = {
    requests: [],
    room: Infinity,
    answer: () => SUCCESS,
    hasRoom: () => fake.room > 0,
    run: (request) => {
      if (fake.room <= 0) return 'throttled';
      fake.requests.push(request);
      fake.room -= 1;
      return Promise.resolve(fake.answer(request)).finally(() => {
        fake.room += 1;
      });
    },
  };
  return fake;
}

export function aFunction(over: Partial<FunctionConfig> = {}): FunctionConfig {
  return {
    name: 'worker',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:worker',
    version: '$LATEST',
    codePath: '/code/worker',
    handler: 'handler.handler',
    runtime: 'nodejs24.x',
    timeoutS: 3,
    memoryMb: 128,
    environment: {},
    roleArn: 'arn:aws:iam::123456789012:role/worker',
    ...over,
  };
}
