import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPatientClient } from '../../../src/classes/work/patient-client.ts';
import { createProxmoxClient } from '../../../src/proxmox/client.ts';
import { drive } from '../../../src/simulator/drive.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';

/** A cluster that answers with `status` so many times, and then as it should. */
function open(failures: number, status = 500) {
  const clock = new DrivenClock();
  let asked = 0;
  const client = createProxmoxClient({
    connection: { clusterId: 'lab', host: 'pve1', token: 'u@pve!hub=s', tls: { mode: 'system' } },
    clock,
    random: () => 0.5,
    transport: async () => {
      asked += 1;
      if (asked > failures) return { status: 200, reason: 'OK', body: '{"data":7}' };
      return {
        status,
        reason: 'malformed JSON string at /usr/share/perl5/PVE/RPCEnvironment.pm line 9.',
        body: '',
      };
    },
  });
  const patient = createPatientClient(client);
  const call = (method: 'GET' | 'POST') =>
    patient.call({ method, path: '/cluster/nextid', answer: z.number() });
  return { ask: (method: 'GET' | 'POST' = 'GET') => drive(clock, call(method)), asked: () => asked };
}

describe('createPatientClient', () => {
  it('asks again when an answer failed in passing', async () => {
    const { ask, asked } = open(3);
    expect(await ask()).toBe(7);
    expect(asked()).toBe(4);
  });

  it('gives up in the end', async () => {
    await expect(open(99).ask()).rejects.toMatchObject({ code: 'SERVER_ERROR' });
  });

  it('does not ask twice for a change, nor where the answer would be the same', async () => {
    const change = open(1);
    await expect(change.ask('POST')).rejects.toMatchObject({ code: 'SERVER_ERROR' });
    expect(change.asked()).toBe(1);
    const forbidden = open(1, 403);
    await expect(forbidden.ask()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(forbidden.asked()).toBe(1);
  });
});
