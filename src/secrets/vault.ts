import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { HubError } from '../errors/hub-error.ts';

/** Encrypts the secrets of the store: AES-256-GCM, each with a random nonce. */
export interface Vault {
  /** False where there is no key and none can be made: then secrets stay in the clear. */
  readonly isClosed: boolean;
  /** With the current key. */
  seal(secret: string): string;
  /** What was sealed with the current or a former key; what never was comes back as it is. @throws {SecretKeyError} */
  open(sealed: string): string;
  /** Whether it is sealed with the current key. */
  isCurrent(sealed: string): boolean;
  /** Makes another key the current one; absent where keys are given from outside. */
  readonly rotate?: () => void;
}

/** The key that something was sealed with is not there. */
export class SecretKeyError extends HubError {}

/** Where keys come from. */
export interface KeySource {
  /** Texts that keys are made of, the current one first; with `make` there is one in the end. */
  read(need: { readonly make: boolean }): readonly string[];
  readonly rotate?: () => void;
}

const mark = 'sealed:v1:';
const cipher = 'aes-256-gcm';
/** Bytes. */
const nonceLength = 12;
const tagLength = 16;

/** Makes a vault; keys are asked for each time, as another process may have changed them. Without it nothing is sealed. */
export function createVault(source: KeySource | undefined): Vault {
  const list = (make: boolean) => (source?.read({ make }) ?? []).map(deriveKey);
  return {
    isClosed: source !== undefined,
    rotate: source?.rotate,
    seal: (secret) => {
      const [key] = list(true);
      return key ? seal(secret, key) : secret;
    },
    open: (sealed) => open(sealed, list(false)),
    isCurrent: (sealed) => {
      const [key] = list(false);
      return key !== undefined && sealed.startsWith(`${mark}${key.name}:`);
    },
  };
}

interface Key {
  /** Says which key it is, and nothing about it. */
  readonly name: string;
  readonly bytes: Buffer;
}

function deriveKey(text: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', text, '', 'template-hub secrets of the store', 32));
  return { name: createHash('sha256').update(bytes).digest('hex').slice(0, 12), bytes };
}

function seal(secret: string, { name, bytes }: Key): string {
  const nonce = randomBytes(nonceLength);
  const sealing = createCipheriv(cipher, bytes, nonce).setAAD(Buffer.from(name));
  const hidden = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
  return `${mark}${name}:${Buffer.concat([nonce, sealing.getAuthTag(), hidden]).toString('base64url')}`;
}

function open(sealed: string, keys: readonly Key[]): string {
  if (!sealed.startsWith(mark)) return sealed;
  const [name = '', text = ''] = sealed.slice(mark.length).split(':');
  const key = keys.find((one) => one.name === name);
  const wrong =
    'A secret of the store is sealed with another key: set SECRET_KEY (or SECRET_KEY_FORMER) to it.';
  if (!key) throw new SecretKeyError('SECRET_KEY_MISSING', wrong);
  const bytes = Buffer.from(text, 'base64url');
  try {
    const opening = createDecipheriv(cipher, key.bytes, bytes.subarray(0, nonceLength))
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
    const secret = [opening.update(bytes.subarray(nonceLength + tagLength)), opening.final()];
    return Buffer.concat(secret).toString('utf8');
  } catch (error) {
    const message = 'A secret of the store was changed by somebody: give the webhook another one.';
    throw new SecretKeyError('SECRET_DAMAGED', message, { cause: error });
  }
}
