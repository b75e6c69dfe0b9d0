import { createHash, randomBytes } from 'node:crypto';

/** What a token's text says: which one it is, and its secret. */
export interface TokenText {
  readonly id: number;
  /** 32 random bytes, hexadecimal. */
  readonly secret: string;
}

/** Makes a secret. */
export type MakeSecret = () => string;

/** By this machine's cryptographic randomness. */
export const makeRandomSecret: MakeSecret = () => randomBytes(32).toString('hex');

/** Writes a token as its owner keeps it: `thub_<id>_<secret>`. */
export function writeToken({ id, secret }: TokenText): string {
  return `thub_${id}_${secret}`;
}

/** Reads such a text; undefined when it is none. */
export function parseToken(text: string): TokenText | undefined {
  const [, id, secret] = /^thub_([1-9]\d{0,8})_([\da-f]{64})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: Number(id), secret };
}

/** What is kept of a secret. It is random and long: a slow hash would protect it no better. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
