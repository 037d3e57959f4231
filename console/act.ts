import * as z from 'zod';
import { acknowledge, NotInCatalog, resolveByHand, silence } from '../shared/application/operate.ts';
import type { Operator, Said } from '../shared/application/operate.ts';
import type { AnswerView } from './view/page-view.ts';

const Name = z.string().min(1).max(200);
const Reason = z.string().trim().min(1, 'a reason is needed').max(500);
/** SNS and the table would take more; a person's silence of over a month is a mistake. */
const MOST_SILENCE_S = 31 * 24 * 3600;

const Acknowledge = z.strictObject({ incident: Name, by: Name });
const Resolve = z.strictObject({ incident: Name, by: Name, reason: Reason });
const Silence = z.strictObject({
  system: Name,
  match: z.record(Name, z.string().max(1_100)).refine((match) => Object.keys(match).length > 0, {
    message: 'at least one label is needed',
  }),
  forS: z.int().min(60).max(MOST_SILENCE_S),
  by: Name,
  reason: Reason,
});

/** How an action ended, as HTTP says it. */
export interface Acted {
  readonly status: 200 | 400 | 404 | 409;
  readonly answer: AnswerView;
}

type Action = (operator: Operator, body: unknown) => Promise<Said>;

const ACTIONS: Readonly<Record<string, Action>> = {
  acknowledge: (operator, body) => {
    const { incident, by } = Acknowledge.parse(body);
    return acknowledge(operator, incident, known(operator, by));
  },
  resolve: (operator, body) => {
    const { incident, by, reason } = Resolve.parse(body);
    return resolveByHand(operator, incident, known(operator, by), reason);
  },
  silence: (operator, body) => {
    const { system, match, forS, by, reason } = Silence.parse(body);
    return silence(operator, system, match, { forS, by: known(operator, by), reason });
  },
};

/**
 * Does what a person asks for by the page: the same functions as the command line.
 *
 * @param name `acknowledge`, `resolve` or `silence`
 * @param body parsed JSON; anything
 * @returns undefined if there is no such action; 400 with what is wrong, 404 for names that the catalog does
 * not have, 409 if it could not be done
 * @throws when the store cannot be reached
 */
export async function act(operator: Operator, name: string, body: unknown): Promise<Acted | undefined> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) return undefined;
  try {
    const answer = await action(operator, body);
    return { status: answer.done ? 200 : 409, answer };
  } catch (error) {
    if (error instanceof NotInCatalog) return refused(404, error.message);
    if (error instanceof z.ZodError)
      return refused(
        400,
        error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      );
    throw error;
  }
}

function refused(status: 400 | 404, message: string): Acted {
  return { status, answer: { done: false, message } };
}

/** Who speaks by the page is one of the catalog's people. */
function known({ catalog }: Operator, by: string): string {
  if (Object.hasOwn(catalog.organization.people, by)) return by;
  throw new NotInCatalog(
    `the catalog has nobody called "${by}"; it has ${Object.keys(catalog.organization.people).join(', ')}`,
  );
}
