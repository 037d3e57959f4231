import type { ExpositionFormat, FamilyType, Sample } from './exposition.ts';
import { parseExposition } from './exposition.ts';
import type { ScrapeFailure } from './failure.ts';

/** More samples than this in one scrape are refused, as Prometheus' sample_limit does: they would fill the function. */
export const MAX_SAMPLES = 50_000;

export type ScrapeRead =
  | {
      readonly ok: true;
      readonly samples: readonly Sample[];
      readonly types: ReadonlyMap<string, FamilyType>;
    }
  | { readonly ok: false; readonly reason: ScrapeFailure; readonly detail: string };

interface Page {
  readonly status: number;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Reads what a target answered: only a 200 with the text format or OpenMetrics, in valid UTF-8, is a scrape. A page for
 * people (by its type, or because it starts with `<`) is told apart, because that is a wrong URL or a login.
 */
export function readScrape({ status, contentType, body }: Page): ScrapeRead {
  if (status !== 200)
    return { ok: false, reason: 'http_status', detail: `answered HTTP ${String(status)}, not 200` };
  if (contentType.includes('html') || firstCharacter(body) === '<') {
    return {
      ok: false,
      reason: 'html',
      detail: `answered HTML (content type ${contentType || 'not given'})`,
    };
  }
  const text = decode(body);
  if (text === undefined)
    return { ok: false, reason: 'invalid_utf8', detail: 'answered bytes that are not UTF-8' };
  const { samples, types, problem } = parseExposition(text, MAX_SAMPLES, formatOf(contentType));
  if (problem === undefined) return { ok: true, samples, types };
  const reason = problem.kind === 'too_many' ? 'too_many_samples' : 'parse';
  return { ok: false, reason, detail: `line ${String(problem.line)}: ${problem.message}` };
}

function firstCharacter(body: Uint8Array): string | undefined {
  const code = body.find((byte) => byte > 0x20);
  return code === undefined ? undefined : String.fromCharCode(code);
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Told by the content type only: a comment `# EOF` may stand at the end of the text format too. */
function formatOf(contentType: string): ExpositionFormat {
  return contentType === 'application/openmetrics-text' ? 'openmetrics' : 'text';
}
