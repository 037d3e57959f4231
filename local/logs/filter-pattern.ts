import { AwsError } from '../kernel/service.ts';

/**
 * Reads a filter pattern of plain terms (CloudWatch Logs user guide, "Filter pattern syntax"): all terms must
 * be in the message; of those with `?` one is enough; none of those with `-`. Quotes hold a phrase together.
 *
 * @throws AwsError `InvalidParameterException` for patterns on JSON, fields or regular expressions
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  if (/^\s*[{[]|%/.test(pattern)) {
    throw new AwsError(
      'InvalidParameterException',
      `The filter pattern ${JSON.stringify(pattern)} is not plain terms; the embedded cloud reads only those.`,
    );
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, plain = '']) => ({ sign, text: quoted?.replaceAll(/\\(.)/g, '$1') ?? plain }),
  );
  const withSign = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ text }) => text);
  const [all, any, none] = [withSign(''), withSign('?'), withSign('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}
