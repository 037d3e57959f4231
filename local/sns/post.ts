import { AwsError } from '../kernel/service.ts';

/** One request to an HTTP/S endpoint, as it is kept until it is through. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** SNS developer guide, "Make sure your endpoint is ready to process Amazon SNS messages". */
const TIMEOUT_MS = 15_000;

/**
 * Sends one request. A redirect is not followed: it would lead to an address that nobody wrote down.
 *
 * @throws AwsError with the endpoint's status if it is not 2xx, or Error if there was no answer in time
 */
export async function sendPost({ url, headers, body }: Post, timeoutMs = TIMEOUT_MS): Promise<void> {
  const target = new URL(url);
  const { username, password } = target;
  // fetch refuses an address with a password; SNS takes it as basic authentication.
  target.username = '';
  target.password = '';
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    username === '' ? {} : { authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
  const answer = await fetch(target, {
    method: 'POST',
    headers: { ...headers, ...authorization },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  throw new AwsError('EndpointAnswered', `${target.origin} answered ${answer.status}.`, answer.status);
}

/** True for an address that cannot leave this machine. A name under `.localhost` could be resolved elsewhere. */
export function isLoopbackUrl(url: string): boolean {
  const hostname = URL.parse(url)?.hostname ?? '';
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
