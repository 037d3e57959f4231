import { AwsError, type Route } from '../kernel/service.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the first route for a method and a path as it came over the wire. Segments are compared before they
 * are decoded, so an ARN with `%2F` stays one segment. A slash at the end does not matter.
 *
 * @throws AwsError `SerializationException` for a segment whose percent encoding is broken
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const found = split(path);
  for (const route of routes) {
    if (route.method !== method) continue;
    const expected = split(route.path);
    if (expected.length !== found.length) continue;
    if (!expected.every((segment, at) => segment.startsWith(':') || segment === found[at])) continue;
    const named = expected.flatMap((segment, at) =>
      segment.startsWith(':') ? [[segment.slice(1), decode(found[at] ?? '')] as const] : [],
    );
    return { route, params: Object.fromEntries(named) };
  }
  return undefined;
}

function split(path: string): string[] {
  return path.replace(/\/+$/, '').split('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError(
      'SerializationException',
      `The path segment "${segment}" is not valid percent encoding.`,
    );
  }
}
