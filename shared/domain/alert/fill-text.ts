import { expandTemplate } from '../template/expand.ts';

/** A template's action that needs the value; such as `{{ $value | humanize }}`. */
const VALUE_ACTION = /\{\{[^{}]*(?:\$value\b|\.Value\b)[^{}]*\}\}/g;

/** Whether a text of a rule says something else for another value. */
export function needsValue(text: string): boolean {
  VALUE_ACTION.lastIndex = 0;
  return VALUE_ACTION.test(text);
}

/**
 * Fills in a template of a rule for people. What comes from a target is not trusted: control characters in labels
 * become spaces, so that no value can forge a line of a page or steer a terminal.
 *
 * @param value of the series that fires; where it is not known, a dash stands for what prints it
 */
export function fillText(
  text: string,
  labels: Readonly<Record<string, string>>,
  value: number | undefined,
): string {
  const safe = Object.fromEntries(Object.entries(labels).map(([name, one]) => [name, printable(one)]));
  if (value !== undefined) return expandTemplate(text, { labels: safe, value });
  const dashed = expandTemplate(text.replaceAll(VALUE_ACTION, '–'), { labels: safe, value: Number.NaN });
  // The action may have been half of a pair, such as `if` and `end`.
  return dashed.startsWith(BROKEN) ? expandTemplate(text, { labels: safe, value: Number.NaN }) : dashed;
}

/** As Prometheus begins what it makes of a template that cannot be filled in. */
const BROKEN = '<error expanding template';

/** Without control and formatting characters (Unicode categories Cc and Cf), line ends among them. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
