import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { WebhookSend } from './send.ts';

/** What the service's functions need. */
export interface WebhookTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly send: WebhookSend;
}

/** What the sender tells; a pino logger fits. */
export interface WebhookLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
