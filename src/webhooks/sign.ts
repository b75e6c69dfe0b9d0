import { createHmac } from 'node:crypto';

/** What is signed, and when. */
export interface Signing {
  readonly secret: string;
  /** The bytes of the body as they are sent, in UTF-8. */
  readonly body: string;
  /** Epoch milliseconds; the signature tells whole seconds. */
  readonly now: number;
}

/**
 * The value of `X-Template-Hub-Signature`: `t=<unix seconds>,v1=<HMAC-SHA-256 of "<t>.<body>" in hex>`. The time is
 * signed, too, so that a receiver can refuse what somebody recorded and sends again.
 */
export function sign({ secret, body, now }: Signing): string {
  const seconds = Math.floor(now / 1000);
  const hash = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hash}`;
}
