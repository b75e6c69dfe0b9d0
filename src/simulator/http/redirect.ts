import type { Behaviour } from '../behaviour.ts';
import { HttpRefusal } from '../errors.ts';
import { checkMethod } from './decode.ts';
import { wrapHttpRefusal } from './envelope.ts';
import type { SimulatorResponse } from './message.ts';
import type { RequestHead } from './request-head.ts';

/** What plain HTTP gets on the port of HTTPS: the way there. Undefined when the request does not say to which host. */
export function redirectToHttps(
  { method, target, headers }: RequestHead,
  behaviour: Behaviour,
  now: number,
): SimulatorResponse | undefined {
  try {
    checkMethod(method);
  } catch (error) {
    if (error instanceof HttpRefusal) return wrapHttpRefusal(error, behaviour, now);
    throw error;
  }
  const host = headers['host'];
  if (host === undefined || host === '') return undefined;
  const [status, text] =
    method === 'GET' ? ([301, 'Moved Permanently'] as const) : ([308, 'Permanent Redirect'] as const);
  const response = wrapHttpRefusal(new HttpRefusal(status, text, text), behaviour, now);
  const location = `https://${host.replace(/^https?:\/\//, '')}${target}`;
  return { ...response, headers: [...response.headers, ['Location', location]] };
}
