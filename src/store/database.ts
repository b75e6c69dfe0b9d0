import type { PrismaClient } from '../../prisma/generated/sqlite/client.ts';

/** A Prisma client or the client of an interactive transaction: what single queries need. */
export type Database = Pick<
  PrismaClient,
  | 'cluster'
  | 'node'
  | 'storage'
  | 'template'
  | 'templateChange'
  | 'replicationRun'
  | 'replicationStep'
  | 'replicationPolicy'
  | 'lease'
  | 'idempotentResult'
  | 'class'
  | 'classMachine'
  | 'hubEvent'
  | 'looseGuest'
  | 'webhook'
  | 'webhookDelivery'
  | 'apiToken'
  | 'auditEvent'
  | '$queryRawUnsafe'
  | '$executeRawUnsafe'
>;
