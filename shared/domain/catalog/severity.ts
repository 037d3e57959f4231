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

/** Reads `critical` or `P0` (any letter case); undefined for anything else. */
export function parseSeverity(text: string): Severity | undefined {
  const wanted = text.trim().toLowerCase();
  return SEVERITIES.find(({ severity, level }) => wanted === severity || wanted === level.toLowerCase())
    ?.severity;
}
