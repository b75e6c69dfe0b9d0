/** A process of its own that counts a lease's fence up: reads it, then writes one more. Arguments: URL, rounds. */
import { openStore } from '../../../src/store/store.ts';

const [url = '', rounds = '0'] = process.argv.slice(2);
const store = await openStore({ url });
for (let round = 0; round < Number(rounds); round += 1) {
  await store.transaction(async (database) => {
    const { fence } = await database.lease.findUniqueOrThrow({ where: { name: 'counter' } });
    await database.lease.update({ where: { name: 'counter' }, data: { fence: fence + 1 } });
  });
}
await store.close();
