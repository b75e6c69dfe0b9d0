import { createHash } from 'node:crypto';
import { HubError } from '../errors/hub-error.ts';
import type { Database } from './database.ts';

/** Characters of the longest key. */
const longestKey = 200;

/** How long a key is remembered, milliseconds: nobody repeats a request later. */
const rememberedMs = 30 * 24 * 60 * 60 * 1000;

/** A key that is not taken. */
export class IdempotencyKeyError extends HubError {
  constructor() {
    super('INVALID_INPUT', `An idempotency key must have 1 to ${longestKey} characters.`);
  }
}

/** What is asked for, and what it was asked under. */
export interface KeyedRequest {
  readonly key: string;
  readonly mutation: string;
  readonly input: unknown;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a key gave before: its result, or that it was used for something else. */
export type KnownResult = { readonly result: string } | { readonly conflict: true };

/** @throws {IdempotencyKeyError} */
export function checkKey(key: string): void {
  if (key.length === 0 || key.length > longestKey) throw new IdempotencyKeyError();
}

/** What the key gave before; undefined when it is new. */
export async function findResult(
  database: Pick<Database, 'idempotentResult'>,
  { key, input }: KeyedRequest,
): Promise<KnownResult | undefined> {
  const first = await database.idempotentResult.findUnique({ where: { key } });
  if (first === null) return undefined;
  return first.inputHash === hash(input) ? { result: first.result } : { conflict: true };
}

/** Remembers what a key gave, and forgets what was remembered long enough. */
export async function rememberResult(
  database: Pick<Database, 'idempotentResult'>,
  { key, mutation, input, now }: KeyedRequest,
  result: string,
): Promise<void> {
  await database.idempotentResult.deleteMany({ where: { createdAt: { lt: new Date(now - rememberedMs) } } });
  const data = { key, mutation, inputHash: hash(input), result, createdAt: new Date(now) };
  await database.idempotentResult.create({ data });
}

function hash(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
