import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, readPattern, withinSegments } from '../../../../local/iam/match-text.ts';

const BUCKET = 'arn:aws:s3:::amzn-s3-demo-bucket';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
test.each([
  ['/1/test/object.jpg', true],
  ['/1/2/test/object.jpg', true],
  ['/1/2/test/3/object.jpg', true],
  ['/1///test///object.jpg', true],
  ['/1/test/.jpg', true],
  ['//test/object.jpg', true],
  ['/1/test/', true],
  ['/1-test/object.jpg', false],
  ['/test/object.jpg', false],
  ['/1/2/test.jpg', false],
])('of the bucket, /*/test/* covers %s: %s', (object, isCovered) => {
  const pattern = withinSegments(readPattern([`${BUCKET}/*/test/*`]));
  expect(matches(pattern, `${BUCKET}${object}`)).toBe(isCovered);
});

test.each([
  ['arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:1:topic', true],
  // A star at the end of a segment reaches further; one inside, or a question mark, does not.
  ['arn:aws:lambda:eu-west-1:1:function:*', 'arn:aws:lambda:eu-west-1:1:function:f:live', true],
  ['arn:aws:lambda:eu-*1:1:function:f', 'arn:aws:lambda:eu-west-1:1:x:1:function:f', false],
  ['arn:aws:lambda:eu-west-1:1?function:f', 'arn:aws:lambda:eu-west-1:1:function:f', false],
  ['arn:aws:lambda:eu-west-1:1:function:f?', 'arn:aws:lambda:eu-west-1:1:function:f', false],
  ['*', '*', true],
  ['arn:aws:sns:eu-west-1:1:a', '*', false],
  ['', '', true],
  ['', 'x', false],
])('as a resource %s covers %s: %s', (pattern, arn, isCovered) => {
  expect(matches(withinSegments(readPattern([pattern])), arn)).toBe(isCovered);
});

test('what comes from a variable is no wildcard', () => {
  const pattern = readPattern(['user/', '*', '/*']);
  expect(matches(pattern, 'user/*/x')).toBe(true);
  expect(matches(pattern, 'user/ana/x')).toBe(false);
});

test('it agrees with a regular expression on any pattern', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (pattern, found) => {
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
      expect(matches(readPattern([pattern]), found)).toBe(new RegExp(`^${source}$`).test(found));
    }),
  );
});

test('a hostile pattern takes no longer than its length times the text', () => {
  expect(matches(readPattern([`${'*a'.repeat(200)}b`]), 'a'.repeat(2_000))).toBe(false);
});
