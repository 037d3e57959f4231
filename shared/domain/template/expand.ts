import { executeTemplate } from './execute.ts';
import type { FunctionContext } from './functions.ts';
import { parseTemplate } from './parse.ts';
import { TemplateError } from './template-error.ts';

/** What a label's or annotation's template is filled in with. */
export interface AlertData extends Partial<FunctionContext> {
  /** The labels of the series that fires. */
  readonly labels: Readonly<Record<string, string>>;
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** The value of the series that fires. */
  readonly value: number;
}

/**
 * Fills in a template of a rule, in which `$labels`, `$externalLabels`, `$externalURL` and `$value` stand for the
 * alert's. A template that cannot be filled in becomes `<error expanding template: ...>`, as Prometheus does:
 * an alert is worth more than its text.
 */
export function expandTemplate(text: string, data: AlertData): string {
  if (!text.includes('{{')) return text;
  try {
    const labels = new Map(Object.entries(data.labels));
    const externalLabels = new Map(Object.entries(data.externalLabels ?? {}));
    const externalURL = data.externalUrl ?? '';
    return executeTemplate(
      parseTemplate(text),
      {
        fields: {
          Labels: labels,
          ExternalLabels: externalLabels,
          ExternalURL: externalURL,
          Value: data.value,
        },
      },
      { labels, externalLabels, externalURL, value: data.value },
      { query: data.query ?? (() => []), externalUrl: externalURL },
    );
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `<error expanding template: ${error.message}>`;
  }
}
