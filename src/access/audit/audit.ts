import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { Caller } from '../caller.ts';

/** Who asks, from which address; null for a command on the store. */
export interface Asker {
  readonly caller: Caller;
  readonly origin: string | null;
}

/** How something ended. */
export interface AuditEnd {
  readonly outcome: 'DONE' | 'REFUSED' | 'FAILED';
  /** Why it was not done, as a word for programs. */
  readonly code?: string;
  readonly runId?: number;
}

/** Something that is refused before it begins. */
export interface Refusal {
  /** Undefined where nobody knows who asks. */
  readonly caller?: Caller;
  readonly origin: string | null;
  readonly what: string;
  readonly code: string;
}

/** What the book tells; a pino logger fits. */
export interface AuditLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a book is made of. */
export interface AuditOptions {
  readonly store: Pick<Store, 'prisma'>;
  readonly clock: Clock;
  readonly logger: AuditLogger;
  /** How long rows are kept, milliseconds; 0 = for ever. */
  readonly keep: number;
}
