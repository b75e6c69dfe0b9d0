import { SecretKeyError } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';

/** What became of the secrets in the store. */
export interface SealedSecrets {
  /** How many were sealed now: they were in the clear, or sealed with a former key. */
  readonly sealed: number;
  /** Ids of the webhooks whose secret cannot be opened. */
  readonly unreadable: readonly number[];
}

/** Seals the secrets of webhooks that are in the clear or sealed with a former key. The clear text is wiped out. */
export async function sealSecrets(store: Store): Promise<SealedSecrets> {
  const { prisma, vault } = store;
  const unreadable: number[] = [];
  if (!vault.isClosed) return { sealed: 0, unreadable };
  const webhooks = await prisma.webhook.findMany({ select: { id: true, secret: true } });
  let sealed = 0;
  for (const { id, secret } of webhooks) {
    if (vault.isCurrent(secret)) continue;
    const clear = tryToOpen(() => vault.open(secret));
    if (clear === undefined) {
      unreadable.push(id);
      continue;
    }
    // Whoever gave it another secret meanwhile has sealed that.
    const changed = await prisma.webhook.updateMany({
      where: { id, secret },
      data: { secret: vault.seal(clear) },
    });
    sealed += changed.count;
  }
  if (sealed > 0) await store.wipe();
  return { sealed, unreadable };
}

/** The same, telling what is not as it should be. */
export async function sealAtStart(store: Store, logger: SealLogger): Promise<void> {
  const { sealed, unreadable } = await sealSecrets(store);
  if (sealed > 0) logger.info({ webhooks: sealed }, 'Secrets of webhooks are sealed now');
  if (unreadable.length > 0) logger.warn({ webhooks: unreadable }, unreadableWarning);
  if (!store.vault.isClosed && (await store.prisma.webhook.count()) > 0) logger.warn({}, clearWarning);
}

/** What is told at the start; a pino logger fits. */
interface SealLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const unreadableWarning =
  'Secrets of webhooks are sealed with another key: set SECRET_KEY_FORMER to it, or give the webhooks other secrets';
const clearWarning =
  'Secrets of webhooks are in the clear in PostgreSQL: set SECRET_KEY (openssl rand -hex 32), the same for each server';

function tryToOpen(open: () => string): string | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof SecretKeyError) return undefined;
    throw error;
  }
}
