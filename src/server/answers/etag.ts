import { hash } from 'node:crypto';

/** A strong ETag of a body: equal bodies have equal ones. */
export function makeEtag(body: Buffer | string): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
}
