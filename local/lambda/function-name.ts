import { AwsError } from '../kernel/service.ts';

export interface FunctionReference {
  readonly name: string;
  /** Version number, alias or `$LATEST`; undefined when unqualified. */
  readonly qualifier?: string | undefined;
}

const NAME =
  /^(?:arn:aws:lambda:[a-z0-9-]+:\d{12}:function:|\d{12}:function:|function:)?([\w-]{1,140})(?::([\w$-]+))?$/;

/**
 * Splits what callers put for a function: `name`, `name:qualifier`, partial or full ARN, with or
 * without qualifier. A qualifier given beside it must not contradict the one inside.
 *
 * @throws AwsError ValidationException when it is none of these
 */
export function parseFunctionName(text: string, beside?: string): FunctionReference {
  const match = NAME.exec(text);
  if (match?.[1] === undefined) {
    throw new AwsError('ValidationException', `"${text}" is no function name and no function ARN.`);
  }
  const inside = match[2];
  if (inside !== undefined && beside !== undefined && inside !== beside) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The derived qualifier from the function name (${inside}) does not match the specified qualifier (${beside}).`,
    );
  }
  return { name: match[1], qualifier: inside ?? beside };
}
