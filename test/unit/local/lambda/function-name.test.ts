import { expect, test } from 'vitest';
import { parseFunctionName } from '../../../../local/lambda/function-name.ts';

test.each([
  ['recover', undefined, { name: 'recover', qualifier: undefined }],
  ['recover:live', undefined, { name: 'recover', qualifier: 'live' }],
  ['recover', 'live', { name: 'recover', qualifier: 'live' }],
  ['123456789012:function:recover', undefined, { name: 'recover', qualifier: undefined }],
  ['arn:aws:lambda:us-east-1:123456789012:function:recover', undefined, { name: 'recover' }],
  ['arn:aws:lambda:us-east-1:123456789012:function:recover:$LATEST', undefined, { qualifier: '$LATEST' }],
  ['arn:aws:lambda:us-east-1:123456789012:function:recover:7', '7', { name: 'recover', qualifier: '7' }],
])('%s beside %s', (text, beside, expected) => {
  expect(parseFunctionName(text, beside)).toMatchObject(expected);
});

test('two qualifiers that differ are refused', () => {
  expect(() => parseFunctionName('recover:live', '7')).toThrow('does not match the specified qualifier (7)');
});

test.each(['', 'a b', 'arn:aws:sqs:us-east-1:123456789012:queue', 'a:b:c'])('"%s" is refused', (text) => {
  expect(() => parseFunctionName(text)).toThrow('is no function name');
});
