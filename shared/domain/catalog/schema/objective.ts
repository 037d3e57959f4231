import * as z from 'zod';
import { addSentence, duration, ServiceName, Text } from './text.ts';

const DAY_S = 86_400;

/** `99.9%` as 0.999. */
const Target = z
  .string()
  .regex(/^\d{1,3}(\.\d+)?%$/, 'a share such as 99.9%')
  .transform((text, context) => {
    const share = Number(text.slice(0, -1)) / 100;
    if (share > 0 && share < 1) return share;
    context.addIssue({ code: 'custom', message: 'more than 0% and less than 100%', input: text });
    return z.NEVER;
  });

/** One objective: a value that is to hold for a share of the time. */
export const ObjectiveEntry = z
  .strictObject({
    description: Text.optional().describe('What is promised, for people.'),
    service: ServiceName.optional().describe('The service that it is about.'),
    value: Text.describe('PromQL of what is measured. Of several series each must hold.'),
    atMost: z.number().optional().describe('It holds while the value is this or less.'),
    atLeast: z.number().optional().describe('It holds while the value is this or more.'),
    target: Target.describe('For which share of the time it must hold, such as 99.9%.'),
    window: duration({ minS: 3600, maxS: 90 * DAY_S })
      .prefault('30d')
      .describe('The time that is looked at.'),
  })
  .superRefine(({ atMost, atLeast }, context) => {
    if ((atMost === undefined) === (atLeast === undefined))
      addSentence(
        context,
        `found ${atMost === undefined ? 'neither "atMost" nor "atLeast"' : 'both "atMost" and "atLeast"'}, expected one of them`,
      );
  });
