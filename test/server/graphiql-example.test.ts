import { afterEach, expect, test } from 'vitest';
import { startHub, type StartedHub } from './start-hub.ts';

let hub: StartedHub;
afterEach(() => hub.close());

/** The question about the nearest template, as GraphiQL opens with it. */
async function readExample(): Promise<string> {
  const page = await (await fetch(`${hub.url}/graphiql`)).text();
  const found = /nearestTemplate\(vmid: \d+, node: \\*"\w+\\*"\)/.exec(page);
  return found?.[0].replaceAll('\\', '') ?? 'the page has none';
}

test("GraphiQL's example of the nearest template is about a template and another node that are there", async () => {
  hub = await startHub({ settings: { graphiql: true } });
  const nodes = ['pve1', 'pve2'].map((name) => ({ name, clusterId: 'cluster1' }));
  await hub.store.prisma.node.createMany({ data: nodes });
  const example = await readExample();
  expect(example).toBe('nearestTemplate(vmid: 111, node: "pve2")');
  expect(await hub.query(`{ ${example} { vmid node } }`)).toEqual({
    data: { nearestTemplate: { vmid: 201, node: 'pve2' } },
  });
});

test("GraphiQL's example can be asked where there is nothing yet", async () => {
  hub = await startHub({ empty: true, settings: { graphiql: true } });
  const example = await readExample();
  expect(await hub.query(`{ ${example} { vmid node } }`)).toEqual({ data: { nearestTemplate: null } });
});
