import * as z from 'zod';
import type { Severity, TeamSubscription } from '../compiled.ts';
import { didYouMean } from '../nearest.ts';
import { parseSeverity, SEVERITY_NAMES } from '../severity.ts';
import { endpointShape, exactlyOneEndpoint, toEndpoint } from './endpoint.ts';
import { duration, Key, SystemName, Text } from './text.ts';

const DAY_S = 86_400;

const SeverityName = z
  .string()
  .transform((written, context): Severity => {
    const severity = parseSeverity(written);
    if (severity !== undefined) return severity;
    const message = `one of: ${SEVERITY_NAMES.join(', ')}${didYouMean(written, SEVERITY_NAMES)}`;
    context.addIssue({ code: 'custom', message, input: written });
    return z.NEVER;
  })
  .meta({ enum: [...SEVERITY_NAMES] });

const OwnSeverityName = z
  .string()
  .refine(
    (name) => parseSeverity(name) === undefined,
    'another name than those of the severities themselves',
  );

const NoticeKindName = z.enum([
  'opened',
  'escalated',
  'reminder',
  'unknown',
  'recovery',
  'resolved',
  'storm',
  'alarm',
]);

const Contact = z.strictObject(endpointShape).transform(toEndpoint).meta(exactlyOneEndpoint);

const PersonEntry = z.strictObject({
  name: Text.describe('The name that pages and reports show.'),
  contacts: z
    .array(Contact)
    .default([])
    .describe('Where a page reaches this person. All are tried at once; one is enough.'),
});

const Filter = z.strictObject({
  severity: z.array(SeverityName).min(1).optional().describe('Only these severities.'),
  kind: z.array(NoticeKindName).min(1).optional().describe('Only these kinds of message.'),
  system: z.array(SystemName).min(1).optional().describe('Only these systems.'),
});

const Subscription = z
  .strictObject({
    ...endpointShape,
    filter: Filter.prefault({}).describe('What is let through; an absent key lets everything through.'),
  })
  .transform(({ filter, ...keys }, context): TeamSubscription => {
    const { severity, kind, system } = filter;
    return {
      endpoint: toEndpoint(keys, context),
      filter: { ...(severity && { severity }), ...(kind && { kind }), ...(system && { system }) },
    };
  })
  .meta(exactlyOneEndpoint);

const TeamEntry = z.strictObject({
  members: z.array(Key).default([]).describe('People, by key.'),
  subscriptions: z
    .array(Subscription)
    .default([])
    .describe('Addresses of the team as a whole that are told about its systems, such as a chat webhook.'),
});

const Level = z.strictObject({
  notify: z.array(Key).min(1).describe('People or teams, by key. A team means all its members.'),
  after: duration({ minS: 0, maxS: DAY_S })
    .optional()
    .describe('Wait after the level before. The first level is paged at once and takes none.'),
});

const Escalation = z.strictObject({
  pages: z
    .array(SeverityName)
    .prefault(['critical', 'high'])
    .describe('Severities that page people; the others only go to the subscriptions of teams.'),
  levels: z.array(Level).min(1).describe('Whom to page, in order, until somebody acknowledges.'),
  repeat: z
    .strictObject({
      times: z
        .int()
        .min(0)
        .max(100)
        .default(3)
        .describe('How often all levels run again after the last one.'),
      every: duration({ minS: 1, maxS: DAY_S })
        .prefault('10m')
        .describe('Wait between the last page and the next round.'),
    })
    .prefault({})
    .describe('What happens when nobody acknowledged.'),
  acknowledgement: z
    .strictObject({
      expiresAfter: duration({ minS: 1, maxS: 30 * DAY_S })
        .prefault('1h')
        .describe('An acknowledged incident that is still open after this escalates again.'),
    })
    .prefault({})
    .describe('How long an acknowledgement holds.'),
});

/** `organization.yaml`: who can be reached, and in which order. */
export const OrganizationFile = z.strictObject({
  people: z.record(Key, PersonEntry).describe('Everybody who can be paged, by key.'),
  teams: z.record(Key, TeamEntry).describe('Teams, by key. People and teams share one set of keys.'),
  escalation: Escalation.describe('The one policy by which incidents page people.'),
  severities: z
    .record(OwnSeverityName, SeverityName)
    .default({})
    .describe(
      'What other values of the label `severity` mean, such as `page: critical`; `"": warning` is for rules without one.',
    ),
});

/** What `organization.yaml` says, addresses and durations read. */
export type OrganizationFile = z.output<typeof OrganizationFile>;
