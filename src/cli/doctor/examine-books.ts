import { z } from 'zod';
import { DatabaseError } from '../../store/database-error.ts';
import { withApi } from '../api/open-api.ts';
import type { SettingOptions } from '../load-settings.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Check } from './check.ts';
import { judgeLooseGuests, looseGuestSchema } from './judge-loose.ts';

const document = `{ clusters { clusterId looseGuests {
  vmid name node state classId number reasonCode reason
} } }`;
const schema = z.object({
  clusters: z.array(z.object({ clusterId: z.string(), looseGuests: z.array(looseGuestSchema) })),
});

/**
 * What the database knows of guests that hang, as checks of each cluster. Before the first scan there is no database, and
 * nothing that could hang.
 */
export async function examineBooks(
  options: SettingOptions,
  surroundings: Surroundings,
): Promise<(clusterId: string) => Check[]> {
  try {
    const { clusters } = await withApi(options, surroundings, (api) => api.ask(document, {}, schema));
    const guests = new Map(clusters.map(({ clusterId, looseGuests }) => [clusterId, looseGuests]));
    return (clusterId) => judgeLooseGuests(clusterId, guests.get(clusterId) ?? []);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const level = error.code === 'DATABASE_MISSING' ? 'ok' : 'fail';
    const [message = ''] = error.message.split('\n');
    return () => [{ level, subject: 'database', message }];
  }
}
