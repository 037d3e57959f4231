import * as z from 'zod';
import { DURATION_PATTERN, formatDurationS, parseDurationS } from '../duration.ts';
import { didYouMean } from '../nearest.ts';

/*
 * The words a catalog is made of. Every message completes the sentence "found x, expected …".
 */

/** Adds an issue that is a whole sentence, not the end of "found x, expected …". */
export function addSentence(context: z.RefinementCtx, message: string, path: string[] = []): void {
  context.addIssue({ code: 'custom', message, path, params: { isSentence: true } });
}

/** Text that is not empty. */
export const Text = z.string().regex(/\S/, 'text that is not empty');

/** The key of a person or team: it becomes part of a topic's name. */
export const Key = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a key of lower-case letters, digits, - and _, beginning with a letter');

/** A system's name: it begins the names of its alarms, topics and log. */
export const SystemName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'a name of lower-case letters, digits and -, beginning with a letter');

/** A service's key: the value of its label `job`. */
export const ServiceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'a name of letters, digits, "-", "_" and "."');

/** Reads a duration to seconds, fractions kept; adds an issue and gives undefined if it is none. */
function toSeconds(written: string | number, context: z.RefinementCtx): number | undefined {
  const text = String(written);
  const seconds = parseDurationS(text);
  if (seconds !== undefined) return seconds;
  const unit = /^\d+$/.test(text) ? ` (write the unit: "${text}s")` : '';
  context.addIssue({
    code: 'custom',
    message: `a duration such as 30s, 10m or 1h30m${unit}`,
    input: written,
  });
  return undefined;
}

/** A duration in a rule file, in seconds; its limits are told where the rule is compiled. */
export const RuleDuration = z
  .string()
  .transform((written, context) => toSeconds(written, context) ?? z.NEVER)
  .meta({ pattern: DURATION_PATTERN });

/**
 * A duration of whole seconds, written as Prometheus does. Both bounds are included.
 *
 * @param bounds in seconds
 */
export function duration(bounds: { minS: number; maxS: number }) {
  const range = `between ${formatDurationS(bounds.minS)} and ${formatDurationS(bounds.maxS)}`;
  const read = (written: string | number, context: z.RefinementCtx): number => {
    const seconds = toSeconds(written, context);
    if (seconds === undefined) return z.NEVER;
    if (seconds >= bounds.minS && seconds <= bounds.maxS && Number.isInteger(seconds)) return seconds;
    context.addIssue({ code: 'custom', message: `whole seconds ${range}`, input: written });
    return z.NEVER;
  };
  return z
    .union([z.string(), z.number()])
    .transform(read)
    .meta({ anyOf: [{ type: 'string', pattern: DURATION_PATTERN }, { const: 0 }] });
}

/** An http or https address. */
export const WebUrl = z
  .string()
  .refine((text) => ['http:', 'https:'].includes(protocolOf(text)), 'a URL such as http://host:9100/metrics')
  .meta({ format: 'uri' });

/** The protocol of a URL with its colon, or empty text if it is none. */
export function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

/** An IANA time zone; a bare offset would know no summer time. */
export const TimeZone = z.string().superRefine((zone, context) => {
  if (/^[A-Za-z]/.test(zone) && isTimeZone(zone)) return;
  const message = `an IANA time zone such as Asia/Tokyo${didYouMean(zone, ['UTC', ...Intl.supportedValuesOf('timeZone')])}`;
  context.addIssue({ code: 'custom', message, input: zone });
});

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
