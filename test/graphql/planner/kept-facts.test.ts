import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../../server/start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({ settings: { cacheBytes: 0 } });
});
afterAll(() => hub.close());

const document = '{ stats { totalTemplates templatesByNode { node count } } }';

describe('counts are kept', () => {
  test('until a template is written', async () => {
    const before = await hub.query(document);
    expect(await hub.query(document)).toEqual(before);
    const { id } = await hub.store.prisma.template.create({
      data: { name: 'new', vmid: 9000, node: 'pve9' },
    });
    const after = await hub.query(document);
    expect(after).toMatchObject({
      data: { stats: { templatesByNode: expect.arrayContaining([{ node: 'pve9', count: 1 }]) } },
    });
    await hub.store.prisma.template.delete({ where: { id } });
    expect(await hub.query(document)).toEqual(before);
  });

  test('for each cluster, and for all', async () => {
    const ask = async (scope: string) => hub.query(`{ stats${scope} { totalTemplates } }`);
    const [all, first, second] = [
      await ask(''),
      await ask('(clusterId: "cluster1")'),
      await ask('(clusterId: "cluster2")'),
    ];
    expect(new Set([all, first, second].map((one) => JSON.stringify(one))).size).toBe(3);
    expect([await ask(''), await ask('(clusterId: "cluster1")')]).toEqual([all, first]);
  });
});
