import type { Webhook } from '../../prisma/generated/sqlite/client.ts';
import type { Database } from '../store/database.ts';
import { wantsChange, wantsEvent } from './kinds.ts';

/** Something that is waiting to be looked at: its number, and whether the webhook wants it. */
interface Waiting {
  readonly id: number;
  readonly wanted: boolean;
}

/** A table that webhooks are told of, row after row by `id`. */
export interface Queue {
  /** The column of a webhook that holds the last row it was queued. */
  readonly cursor: 'cursor' | 'eventCursor';
  /** The next rows after its cursor. */
  readNext(database: Database, webhook: Webhook): Promise<readonly Waiting[]>;
  /** What a delivery holds of a row. */
  name(id: number): { readonly changeId: number; readonly eventId: number };
}

/** Rows that one transaction looks at. */
const batchSize = 500;

const select = { id: true, clusterId: true } as const;
const order = { orderBy: { id: 'asc' }, take: batchSize } as const;

/** Changes to templates. */
const changes: Queue = {
  cursor: 'cursor',
  readNext: async (database, webhook) => {
    const where = { id: { gt: webhook.cursor } };
    const rows = await database.templateChange.findMany({
      where,
      ...order,
      select: { ...select, kind: true },
    });
    return rows.map((row) => ({ id: row.id, wanted: wantsChange(webhook, row) }));
  },
  name: (changeId) => ({ changeId, eventId: 0 }),
};

/** Events of clusters and runs. */
const events: Queue = {
  cursor: 'eventCursor',
  readNext: async (database, webhook) => {
    const where = { id: { gt: webhook.eventCursor } };
    const rows = await database.hubEvent.findMany({ where, ...order, select: { ...select, kind: true } });
    return rows.map((row) => ({ id: row.id, wanted: wantsEvent(webhook, row) }));
  },
  name: (eventId) => ({ changeId: 0, eventId }),
};

/** What a run made is told before that the run is over. */
export const queues: readonly Queue[] = [changes, events];
