import { XMLParser } from 'fast-xml-parser';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeXml, encodeXmlError } from '../../../../local/door/encode-xml.ts';

const encode = (output: object) =>
  encodeXml({ operation: 'Op', namespace: 'http://n/', output, requestId: 'r' }).replace(
    /^<OpResponse xmlns="http:\/\/n\/"><OpResult>(.*)<\/OpResult><ResponseMetadata><RequestId>r<\/RequestId><\/ResponseMetadata><\/OpResponse>$/s,
    '$1',
  );

test.each([
  { output: {}, xml: '' },
  { output: { A: 'x', B: 1, C: true, D: undefined, E: null }, xml: '<A>x</A><B>1</B><C>true</C>' },
  { output: { List: ['a', { B: 1 }] }, xml: '<List><member>a</member><member><B>1</B></member></List>' },
  { output: { Empty: [] }, xml: '<Empty></Empty>' },
  { output: { At: new Date(0) }, xml: '<At>1970-01-01T00:00:00.000Z</At>' },
  { output: { Bytes: Buffer.from('ä') }, xml: '<Bytes>w6Q=</Bytes>' },
  {
    output: { Attributes: { K: 'v' } },
    xml: '<Attributes><entry><key>K</key><value>v</value></entry></Attributes>',
  },
  { output: { M: new Map([['K', 'v']]) }, xml: '<M><entry><key>K</key><value>v</value></entry></M>' },
])('$output is written as $xml', ({ output, xml }) => {
  expect(encode(output)).toBe(xml);
});

test('flattened, a list is its items, and a map is its pairs', () => {
  const flatNames = { Queues: 'Queue', Attributes: 'Attribute' };
  const output = { Queues: ['a', { Attributes: { k: { B: 1 } } }], Rest: ['x'] };
  expect(encodeXml({ operation: 'Op', namespace: 'n', output, flatNames, requestId: 'r' })).toContain(
    '<OpResult><Queue>a</Queue><Queue><Attribute><Name>k</Name><Value><B>1</B></Value></Attribute></Queue>' +
      '<Rest><member>x</member></Rest></OpResult>',
  );
});

test('any text comes back from an XML parser, but for what XML cannot carry', () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '<', '>', '&', '"', "'", '\n', 'ä', '💥', ']]>') }),
      (text) => {
        const parsed = parser.parse(`<r>${encode({ A: `x${text}x` })}</r>`) as { r: { A: string } };
        expect(parsed.r.A).toBe(`x${text}x`);
      },
    ),
  );
  expect(encode({ A: 'a\u0000b\uD800c\r' })).toBe('<A>a\uFFFDb\uFFFDc&#xD;</A>');
});

test('an error says whose fault it is', () => {
  const failure = { code: 'NotFound', message: 'a < b', namespace: 'http://n/', requestId: 'r' };
  expect(encodeXmlError({ ...failure, status: 404 })).toBe(
    '<ErrorResponse xmlns="http://n/"><Error><Type>Sender</Type><Code>NotFound</Code><Message>a &lt; b</Message></Error>' +
      '<RequestId>r</RequestId></ErrorResponse>',
  );
  expect(encodeXmlError({ ...failure, status: 500 })).toContain('<Type>Receiver</Type>');
});
