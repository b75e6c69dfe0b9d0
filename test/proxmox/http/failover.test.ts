import { expect, test } from 'vitest';
import { createFailover, type Road } from '../../../src/proxmox/http/failover.ts';
import { TransportError, type TransportPhase } from '../../../src/proxmox/http/transport.ts';

/** Roads to three nodes; those in `dead` fail in this phase. */
function openRoads(dead: Map<string, TransportPhase>) {
  const asked: string[] = [];
  const open = (place: string): Road => ({
    place,
    transport: async () => {
      asked.push(place);
      const phase = dead.get(place);
      if (phase) throw new TransportError({ phase, code: 'ECONNREFUSED', message: 'refused' });
      return { status: 200, reason: 'OK', body: place };
    },
  });
  return { asked, transport: createFailover([open('pve1'), open('pve2'), open('pve3')]) };
}

const request = { method: 'GET', path: '/api2/json/version', headers: {} } as const;

test('the first node is asked while it answers', async () => {
  const { asked, transport } = openRoads(new Map());
  await transport(request);
  await transport(request);
  expect(asked).toEqual(['pve1', 'pve1']);
});

test('the next node is asked while one cannot be reached, and kept while it answers', async () => {
  const dead = new Map<string, TransportPhase>([['pve1', 'connect']]);
  const { asked, transport } = openRoads(dead);
  expect((await transport(request)).body).toBe('pve2');
  await transport(request);
  expect(asked).toEqual(['pve1', 'pve2', 'pve2']);
  dead.set('pve2', 'connect').set('pve3', 'connect').delete('pve1');
  expect((await transport(request)).body).toBe('pve1');
});

test('a request that may have arrived is given to nobody else', async () => {
  const { asked, transport } = openRoads(new Map([['pve1', 'exchange']]));
  await expect(transport(request)).rejects.toMatchObject({ phase: 'exchange' });
  expect(asked).toEqual(['pve1']);
});

test('when no node can be reached, each is named', async () => {
  const { transport } = openRoads(
    new Map([
      ['pve1', 'connect'],
      ['pve2', 'connect'],
      ['pve3', 'connect'],
    ]),
  );
  await expect(transport(request)).rejects.toMatchObject({
    phase: 'connect',
    code: 'ECONNREFUSED',
    message: 'pve1: refused; pve2: refused; pve3: refused',
  });
});
