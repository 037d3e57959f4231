import { InvalidArgumentError } from 'commander';
import type { Severity } from '../shared/domain/catalog/compiled.ts';
import { parseSeverity, SEVERITY_NAMES, type OwnSeverities } from '../shared/domain/catalog/severity.ts';

/** What a command says of `--severity` that takes what rules say beside the names of severities. */
export const SEVERITY_OPTION = [
  '--severity <name=severity>',
  'what a value of the label severity means, such as page=critical; =warning for rules without one; any number of times',
  ownSeverity,
] as const;

function ownSeverity(text: string, before: OwnSeverities = new Map()): OwnSeverities {
  const at = text.lastIndexOf('=');
  const [name, severity] = [text.slice(0, at), readSeverity(text.slice(at + 1))];
  if (at < 0 || severity === undefined)
    throw new InvalidArgumentError(`Expected NAME=SEVERITY, with one of: ${SEVERITY_NAMES.join(', ')}.`);
  if (readSeverity(name) !== undefined)
    throw new InvalidArgumentError(`"${name}" is a severity already, and means what it says.`);
  return new Map([...before, [name, severity]]);
}

const readSeverity = (text: string): Severity | undefined => parseSeverity(text);
