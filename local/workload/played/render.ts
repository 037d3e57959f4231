import type { PlayedFamily } from './played-service.ts';

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes metrics in the Prometheus text format 0.0.4. */
export function renderExposition(families: readonly PlayedFamily[]): string {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => `${sample.name}${renderLabels(sample.labels)} ${String(sample.value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
