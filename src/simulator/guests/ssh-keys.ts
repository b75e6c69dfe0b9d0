import { refuse } from '../errors.ts';

/** Refuses public keys that ssh-keygen could not read. The text is URL-encoded, a key a line. */
export function checkSshKeys(text: string | undefined): void {
  if (text === undefined) return;
  const lines = decodeURIComponent(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (!lines.every(isPublicKey)) throw refuse('SSH public key validation error');
}

/** `ssh-ed25519 <base64> comment`: the blob repeats the type and is a whole number of length-prefixed parts. */
function isPublicKey(line: string): boolean {
  const [type = '', blob = ''] = line.split(/\s+/);
  const parts = readParts(Buffer.from(blob, 'base64'));
  if (parts?.[0]?.toString('latin1') !== type || parts.length < 2) return false;
  return type !== 'ssh-ed25519' || parts[1]?.length === 32;
}

function readParts(blob: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return undefined;
    parts.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}
