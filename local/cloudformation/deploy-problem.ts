import * as z from 'zod';

/** Where a problem of a deployment is, for messages: `stack "alerting", resource "Topic" (AWS::SNS::Topic)`. */
export interface Place {
  readonly stack: string;
  readonly logicalId?: string;
  readonly type?: string;
}

/** One sentence about one problem, with its place in front. */
export function describeProblem({ stack, logicalId, type }: Place, what: string): string {
  const resource = logicalId === undefined ? '' : `, resource "${logicalId}"`;
  return `stack "${stack}"${resource}${type === undefined ? '' : ` (${type})`}: ${what}`;
}

/** A deployment that cannot be done. The message lists every problem that was found, one a line. */
export class DeployError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      `The app cannot be deployed to the embedded cloud, ${count}:\n${problems.map((one) => `- ${one}`).join('\n')}`,
    );
    this.name = 'DeployError';
    this.problems = problems;
  }
}

/** What an error says to a person; a schema's findings one a line. */
export function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return `its properties are wrong:\n${z.prettifyError(error)}`;
  return error instanceof Error ? error.message : String(error);
}
