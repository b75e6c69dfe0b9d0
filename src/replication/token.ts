import type { Random } from '../time/clock.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const length = 20;

/** A new token, unique for all practical purposes (103 bits): it goes into markers and names leases' owners. */
export function createToken(random: Random): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? 'a').join('');
}
