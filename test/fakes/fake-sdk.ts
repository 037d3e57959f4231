import type { SNSClient } from '@aws-sdk/client-sns';

export interface SdkCall {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Takes every call of a real SDK client before it is sent, and answers in memory. Returns the calls, as they come. */
export function answerCalls(client: object, answer: (call: SdkCall) => object): SdkCall[] {
  const calls: SdkCall[] = [];
  // All clients have the same stack of middleware; their types differ in what goes through it.
  (client as SNSClient).middlewareStack.add(
    (_next, context) => (args) => {
      const call = {
        command: String(context['commandName']),
        input: args.input as unknown as Record<string, unknown>,
      };
      calls.push(call);
      const output = { $metadata: {}, ...answer(call) };
      return Promise.resolve({ response: {}, output });
    },
    { step: 'initialize' },
  );
  return calls;
}

/** What every client asks for before it can be made. */
export const SDK_OPTIONS = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
