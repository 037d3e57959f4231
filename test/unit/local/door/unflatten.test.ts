import { expect, test } from 'vitest';
import { decodeQuery } from '../../../../local/door/decode-query.ts';
import { unflatten } from '../../../../local/door/unflatten.ts';

const NAMES = { Attributes: 'Attribute', AttributeNames: 'AttributeName', Entries: 'SendRequestEntry' };
const read = (form: string) => unflatten(decodeQuery(new URLSearchParams(form)).input, NAMES);

test.each([
  { form: 'AttributeName.1=All&AttributeName.2=Policy', input: { AttributeNames: ['All', 'Policy'] } },
  { form: 'Attribute.1.Name=Delay&Attribute.1.Value=5', input: { Attributes: { Delay: '5' } } },
  { form: 'Attribute.1.Name=Delay', input: { Attributes: { Delay: '' } } },
  {
    form: 'SendRequestEntry.1.Id=a&SendRequestEntry.1.Attribute.1.Name=k&SendRequestEntry.1.Attribute.1.Value.StringValue=v',
    input: { Entries: [{ Id: 'a', Attributes: { k: { StringValue: 'v' } } }] },
  },
  { form: 'QueueUrl=http://q', input: { QueueUrl: 'http://q' } },
  { form: 'Attribute.1.Name=__proto__&Attribute.1.Value=x', input: { Attributes: { ['__proto__']: 'x' } } },
])('$form is read as in every other protocol', ({ form, input }) => {
  expect(read(form)).toEqual(input);
});
