import { expect, test } from 'vitest';
import { matchRoute } from '../../../../local/door/match-route.ts';
import type { Route } from '../../../../local/kernel/service.ts';

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  operation: `${method} ${path}`,
  handle: () => ({ status: 200 }),
});
const routes = [
  route('GET', '/2015-03-31/functions/:name'),
  route('POST', '/2015-03-31/functions/:name/invocations'),
  route('GET', '/api/v1/query'),
  route('GET', '/api/v1/:other'),
];

test.each([
  {
    method: 'GET',
    path: '/2015-03-31/functions/f',
    operation: 'GET /2015-03-31/functions/:name',
    params: { name: 'f' },
  },
  { method: 'GET', path: '/api/v1/query', operation: 'GET /api/v1/query', params: {} },
  { method: 'GET', path: '/api/v1/query/', operation: 'GET /api/v1/query', params: {} },
  { method: 'GET', path: '/api/v1/series', operation: 'GET /api/v1/:other', params: { other: 'series' } },
  {
    method: 'POST',
    path: '/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%2Fy/invocations',
    operation: 'POST /2015-03-31/functions/:name/invocations',
    params: { name: 'arn:aws:lambda:x/y' },
  },
])('$method $path is $operation', ({ method, path, operation, params }) => {
  const match = matchRoute(routes, method, path);
  expect(match?.route.operation).toBe(operation);
  expect(match?.params).toEqual(params);
});

test.each([
  { method: 'POST', path: '/2015-03-31/functions/f' },
  { method: 'GET', path: '/2015-03-31/functions/a/b' },
  { method: 'GET', path: '/' },
])('$method $path is nothing', ({ method, path }) => {
  expect(matchRoute(routes, method, path)).toBeUndefined();
});

test('broken percent encoding is refused', () => {
  expect(() => matchRoute(routes, 'GET', '/2015-03-31/functions/%E4')).toThrow(
    'The path segment "%E4" is not valid percent encoding.',
  );
});
