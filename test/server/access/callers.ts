import { createTokenService } from '../../../src/access/token-service.ts';
import type { Role } from '../../../src/access/caller.ts';
import type { Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/time/clock.ts';

/** Whoever asks, and what they may. */
export interface TestCaller {
  readonly name: string;
  readonly token: string | undefined;
  /** Undefined of who is not let in. */
  readonly role?: Role;
  readonly clusters?: readonly string[];
}

export const apiToken = 'the-administrator-of-the-environment';

/** Makes tokens of all kinds. The more powerful come first: their answers are known when the others ask. */
export async function makeCallers(store: Store): Promise<TestCaller[]> {
  const tokens = createTokenService({ store, clock: systemClock });
  const later = new Date(Date.now() + 3_600_000);
  const make = async (name: string, role: Role, clusters?: readonly string[]): Promise<TestCaller> => {
    const clusterIds = clusters && [...clusters];
    const { text: token } = await tokens.create({ name, role, clusterIds, expiresAt: later });
    return { name, token, role, clusters };
  };
  const revoked = await tokens.create({ name: 'revoked', role: 'ADMIN', expiresAt: later });
  await tokens.revoke(revoked.row.id);
  const expired = await tokens.create({ name: 'expired', role: 'ADMIN', expiresAt: later });
  await store.prisma.apiToken.update({ where: { id: expired.row.id }, data: { expiresAt: new Date(0) } });
  const rotated = await tokens.create({ name: 'rotated', role: 'ADMIN', expiresAt: later });
  await tokens.rotate(rotated.row.id);
  return [
    { name: 'who has API_TOKEN', token: apiToken, role: 'ADMIN' },
    await make('an admin', 'ADMIN'),
    await make('an operator', 'OPERATOR'),
    await make('a viewer', 'VIEWER'),
    await make('an admin of cluster2', 'ADMIN', ['cluster2']),
    await make('an operator of cluster2', 'OPERATOR', ['cluster2']),
    await make('a viewer of cluster2', 'VIEWER', ['cluster2']),
    { name: 'nobody with a token', token: undefined },
    { name: 'a wrong API_TOKEN', token: 'the-administrator-of-the-environmenT' },
    { name: 'a token with another secret', token: `thub_1_${'0'.repeat(64)}` },
    { name: 'a revoked token', token: revoked.text },
    { name: 'an expired token', token: expired.text },
    { name: 'a token that was rotated since', token: rotated.text },
  ];
}
