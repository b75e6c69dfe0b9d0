import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Prisma, Webhook, WebhookDelivery } from '../../../prisma/generated/sqlite/client.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';
import {
  createWebhookSender,
  type WebhookSender,
  type WebhookSenderOptions,
} from '../../../src/webhooks/webhook-sender.ts';
import { createWebhookService, type WebhookService } from '../../../src/webhooks/webhook-service.ts';
import { sendToLoopback } from './send-to-loopback.ts';

export const secret = 'a secret of the tests that nobody else knows';

/** A store with webhooks, a driven clock, and senders. */
export interface Outbox {
  readonly store: Store;
  readonly clock: DrivenClock;
  readonly service: WebhookService;
  /** What was logged, as one text. */
  log(): string;
  /** Starts a sender; it is stopped at the end. */
  startSender(options?: Partial<WebhookSenderOptions>): WebhookSender;
  /** Writes changes as a scan does; answers their ids. */
  addChanges(...changes: Partial<Prisma.TemplateChangeCreateManyInput>[]): Promise<number[]>;
  createWebhook(url: string): Promise<Webhook>;
  deliveries(): Promise<WebhookDelivery[]>;
  /** Lets time pass until something is the case. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** Opens a store of a test's own, or another server's view of one. */
export async function openOutbox(url?: string): Promise<Outbox> {
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-webhooks-'));
  const store = await openStore({ url: url ?? `file:${join(folder, 'hub.db')}` });
  const clock = new DrivenClock();
  const service = createWebhookService({ store, clock, send: sendToLoopback });
  const senders: WebhookSender[] = [];
  const lines: string[] = [];
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return {
    store,
    clock,
    service,
    log: () => lines.join('\n'),
    startSender: (options = {}) => {
      const logger = { debug: write, warn: write };
      const sender = createWebhookSender({
        store,
        clock,
        random: () => 0.5,
        logger,
        send: sendToLoopback,
        ...options,
      });
      senders.push(sender);
      sender.start();
      return sender;
    },
    addChanges: (...changes) => addChanges(store, clock, changes),
    createWebhook: (address) => service.create({ url: address, secret }),
    deliveries: () => store.prisma.webhookDelivery.findMany({ orderBy: { id: 'asc' } }),
    until: (isSo) => passTime(clock, isSo),
    close: async () => {
      await Promise.all(senders.map((sender) => sender.stop()));
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function addChanges(
  { prisma }: Store,
  clock: DrivenClock,
  changes: readonly Partial<Prisma.TemplateChangeCreateManyInput>[],
): Promise<number[]> {
  const at = new Date(clock.now());
  const ids: number[] = [];
  for (const change of changes) {
    const whole = {
      at,
      kind: 'APPEARED' as const,
      clusterId: 'lab',
      vmid: 100,
      name: 'debian',
      node: 'pve1',
    };
    const { id } = await prisma.templateChange.create({ data: { ...whole, ...change } });
    ids.push(id);
  }
  return ids;
}

/** A moment of the network for each quarter of a second of the clock. */
async function passTime(clock: DrivenClock, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 100_000; round += 1) {
    if (await isSo()) return;
    await clock.advance(250);
    await delay(1);
  }
  throw new Error('it never came about');
}
