import { realmOf } from '../../names/account.ts';
import type { AccessBook } from '../access/access-book.ts';

/** The realms that come along, and those that users of the world are in: single sign-on of another provider. */
export function listRealms({ users }: AccessBook): string[] {
  return [...new Set(['pam', 'pve', ...[...users.keys()].map(realmOf)])];
}
