import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../start-hub.ts';

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

test('an answer is never older than the last write', async () => {
  for (let round = 1; round <= 50; round += 1) {
    const name = `round ${round}`;
    await hub.store.prisma.template.update({ where: { id: 1 }, data: { name } });
    const [graphql, rest] = await Promise.all([
      hub.query('{ node(id: "VGVtcGxhdGU6MQ==") { ... on Template { name } } }'),
      fetch(`${hub.url}/api/templates?vmid=111&cluster_id=cluster1`).then((response) => response.json()),
    ]);
    expect(graphql).toEqual({ data: { node: { name } } });
    expect(rest).toMatchObject([{ id: 1, name }]);
  }
});

test('an answer that was being made during a write is not kept', async () => {
  const ask = () =>
    hub.query(
      '{ templates(first: 30) { nodes { name source { name } replicas { name source { name } } } } }',
    );
  const during = ask();
  await hub.store.prisma.template.update({ where: { id: 1 }, data: { name: 'written meanwhile' } });
  await during;
  expect(JSON.stringify(await ask())).toContain('written meanwhile');
});

test('who has an answer already is told so, until something is written', async () => {
  for (const path of [
    '/api/templates/stats',
    `/graphql?query=${encodeURIComponent('{ stats { totalTemplates } }')}`,
  ]) {
    const first = await fetch(hub.url + path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await fetch(hub.url + path, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    const created = await hub.store.prisma.template.create({ data: { name: 'new', vmid: 4000 } });
    const changed = await fetch(hub.url + path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    await hub.store.prisma.template.delete({ where: { id: created.id } });
  }
});

test('errors and mutations are not kept', async () => {
  const failing = '{ template(id: "nonsense") { name } }';
  const response = await fetch(`${hub.url}/graphql?query=${encodeURIComponent(failing)}`);
  expect(response.headers.get('etag')).toBeNull();
});
