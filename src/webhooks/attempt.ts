import { describeError } from '../errors/hub-error.ts';
import type { Vault } from '../secrets/vault.ts';
import type { WebhookMessage } from './message.ts';
import type { WebhookSend } from './send.ts';
import { sign } from './sign.ts';

/** What came of one try. */
export interface Outcome {
  readonly delivered: boolean;
  /** The receiver's status; null when it gave no answer. */
  readonly status: number | null;
  /** Why it was not delivered, in words; null when it was. */
  readonly error: string | null;
}

/** One try of a message. */
export interface Attempt {
  /** Its secret as it is in the store. */
  readonly webhook: { readonly url: string; readonly secret: string };
  readonly vault: Pick<Vault, 'open'>;
  readonly message: WebhookMessage;
  readonly send: WebhookSend;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

/** The receiver's word for "never again". */
export const goneStatus = 410;

/** Signs and sends a message once. Rejects only with the signal's reason. */
export async function attemptDelivery(attempt: Attempt): Promise<Outcome> {
  const { webhook, vault, message, send, now, timeLimitMs, signal } = attempt;
  try {
    const headers = {
      'x-template-hub-delivery': message.id,
      'x-template-hub-event': message.event,
      'x-template-hub-signature': sign({ secret: vault.open(webhook.secret), body: message.body, now }),
    };
    const { status } = await send({ url: webhook.url, headers, body: message.body, timeLimitMs, signal });
    return judgeStatus(status);
  } catch (error) {
    signal.throwIfAborted();
    return { delivered: false, status: null, error: describeError(error).slice(0, 500) };
  }
}

function judgeStatus(status: number): Outcome {
  if (status >= 200 && status < 300) return { delivered: true, status, error: null };
  return { delivered: false, status, error: describeStatus(status) };
}

function describeStatus(status: number): string {
  if (status === goneStatus) return 'The receiver answered 410: it is gone, and the webhook was deactivated.';
  if (status >= 300 && status < 400) {
    return `The receiver answered ${status}: redirects are not followed, give the webhook the final URL.`;
  }
  return `The receiver answered ${status}.`;
}
