import type { Severity } from './compiled.ts';

/** Worst first, each with its other name (A2). */
const SEVERITIES: readonly { readonly severity: Severity; readonly level: string }[] = [
  { severity: 'critical', level: 'P0' },
  { severity: 'high', level: 'P1' },
  { severity: 'warning', level: 'P2' },
  { severity: 'info', level: 'P3' },
];

/** Every spelling that an owner may use; letter case does not matter. */
export const SEVERITY_NAMES: readonly string[] = [
  ...SEVERITIES.map(({ severity }) => severity),
  ...SEVERITIES.map(({ level }) => level),
];

/**
 * What else rules say in their label `severity`, to the letter, with what it means. The empty name is for rules without
 * the label: Prometheus makes no difference between a label that is missing and one that is empty. Undefined is what
 * was meant to be one and is broken.
 */
export type OwnSeverities = ReadonlyMap<string, Severity | undefined>;

/** Reads `critical` or `P0` (any letter case), or what the owner says beside them; undefined for anything else. */
export function parseSeverity(text: string, own?: OwnSeverities): Severity | undefined {
  const wanted = text.trim().toLowerCase();
  const ours = SEVERITIES.find(
    ({ severity, level }) => wanted === severity || wanted === level.toLowerCase(),
  );
  return ours?.severity ?? own?.get(text);
}
