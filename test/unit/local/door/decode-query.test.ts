import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeQuery } from '../../../../local/door/decode-query.ts';

const decode = (form: string) => decodeQuery(new URLSearchParams(form));

test.each([
  { form: 'Action=Publish&Version=2010-03-31&Message=a+b%26', input: { Message: 'a b&' } },
  { form: 'Names.member.1=a&Names.member.2=b', input: { Names: ['a', 'b'] } },
  { form: 'Names.1=a&Names.2=b', input: { Names: ['a', 'b'] } },
  { form: 'N.member.10=j&N.member.2=b&N.member.1=a', input: { N: ['a', 'b', 'j'] } },
  { form: 'Names=', input: { Names: '' } },
  { form: 'Tags.member.1.Key=k&Tags.member.1.Value=v', input: { Tags: [{ Key: 'k', Value: 'v' }] } },
  { form: 'Attributes.entry.1.key=a&Attributes.entry.1.value=1', input: { Attributes: { a: '1' } } },
  {
    form: 'M.entry.1.Name=a&M.entry.1.Value.DataType=String&M.entry.1.Value.StringValue=x',
    input: { M: { a: { DataType: 'String', StringValue: 'x' } } },
  },
  { form: 'A.B.C=1&A.B.D=2', input: { A: { B: { C: '1', D: '2' } } } },
  // A structure whose member happens to be called so.
  { form: 'A.member=1', input: { A: { member: '1' } } },
])('$form gives $input', ({ form, input }) => {
  expect(decode(form).input).toEqual(input);
});

test('the action is apart from the input', () => {
  expect(decode('Action=Publish&Message=x')).toEqual({ action: 'Publish', input: { Message: 'x' } });
});

describe('a form that contradicts itself is refused', () => {
  test.each(['A=1&A.B=2', 'A.B=2&A=1', `${'a.'.repeat(40)}a=1`, 'A.entry.1=x'])('%s', (form) => {
    expect(() => decode(form)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });
});

test('a name like __proto__ is only a name', () => {
  const { input } = decode('__proto__.polluted=1&constructor=2');
  expect(Object.keys(input)).toEqual(['__proto__', 'constructor']);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

test('no form does anything but give an input or a SerializationException', () => {
  const names = fc.array(fc.constantFrom('A', 'member', 'entry', '1', '2', 'key', 'value', ''), {
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.string())), (pairs) => {
      const form = new URLSearchParams(
        pairs.map(([path, value]): [string, string] => [path.join('.'), value]),
      );
      try {
        decodeQuery(form);
      } catch (error) {
        expect(error).toMatchObject({ code: 'SerializationException' });
      }
    }),
  );
});
