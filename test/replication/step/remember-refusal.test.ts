/** Somebody changes what a copy was planned from while it is under way, and changes it back later. */
import { afterEach, expect, test } from 'vitest';
import type { ControlStepInput } from '../../../src/simulator/control.ts';
import { createLaboratory, type Laboratory } from '../support/laboratory.ts';
import { buildWorld, user } from '../support/small-world.ts';

const world = buildWorld({ nodes: 2, local: 1, shared: 0 });
const storages = world.clusters.flatMap((one) => one.storages ?? []);

let laboratory: Laboratory | undefined;

afterEach(() => laboratory?.close());

const whole = { path: '/', type: 'user' as const, id: user, role: 'Administrator' };
const less = { ...whole, role: 'PVEAdmin' };

const changes: readonly (readonly [string, string, ControlStepInput[], ControlStepInput[]])[] = [
  [
    'a device of the host',
    'clone',
    [{ do: 'set-guest', vmid: 9000, config: { usb0: 'host=046d:c52b' } }],
    [{ do: 'set-guest', vmid: 9000, config: { usb0: null } }],
  ],
  [
    'a right',
    'migrate',
    [
      {
        do: 'set-role',
        role: { id: 'Auditor', privileges: ['VM.Audit', 'VM.Allocate', 'Sys.Audit', 'Datastore.Audit'] },
      },
      { do: 'set-acl', acl: { ...less, role: 'Auditor' } },
      { do: 'remove-acl', acl: whole },
    ],
    [
      { do: 'set-acl', acl: whole },
      { do: 'remove-acl', acl: { ...less, role: 'Auditor' } },
    ],
  ],
];

const contentOff: (typeof changes)[number] = [
  'a storage without images, and Proxmox does not answer for a while',
  'migrate',
  storages.map((storage) => ({ do: 'set-storage', storage: { ...storage, content: ['iso'] } })),
  storages.map((storage) => ({ do: 'set-storage', storage })),
];

test.each([...changes, contentOff])(
  '%s: the refusal is no reason once it is as it was',
  async (_what, action, begin, end) => {
    let isDue = true;
    let silence = 0;
    const lab = await createLaboratory({
      world,
      spoil: (next) => async (request) => {
        if (isDue && request.method === 'POST' && request.path.endsWith(`/${action}`)) {
          isDue = false;
          silence = 12;
          for (const step of begin) await lab.simulator.control(step);
        }
        // Only what was refused is heard, then nothing for several tries of the client.
        if (request.method === 'GET' && silence > 0) {
          silence -= 1;
          return { status: 595, reason: 'No route to host', body: '' };
        }
        return next(request);
      },
    });
    laboratory = lab;
    const server = lab.boot();
    await lab.settle(server);
    const first = await lab.store.prisma.replicationRun.findFirstOrThrow({ orderBy: { id: 'asc' } });
    expect(first).toMatchObject({ outcome: 'FAILED', stepsFailed: 1 });
    for (const step of end) await lab.simulator.control(step);
    // Until a changed configuration that no list tells of is read again.
    await lab.drive(lab.clock.sleep(11 * 60_000));
    const [run] = (await lab.drive(server.replicator.request({ trigger: 'COMMAND' }))) ?? [];
    expect(await lab.drive(server.replicator.finished(run?.id ?? 0))).toMatchObject({
      outcome: 'SUCCEEDED',
      stepsDone: 1,
    });
  },
);
