/** Somebody changes what a copy was planned from while it is under way, and changes it back later. */
import { afterEach, expect, test } from 'vitest';
import type { ControlStepInput } from '../../../src/simulator/control.ts';
import { createLaboratory, type Laboratory } from '../support/laboratory.ts';
import { buildWorld, user } from '../support/small-world.ts';

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

test.each(changes)('%s: the refusal is no reason once it is as it was', async (_what, action, begin, end) => {
  let isDue = true;
  const lab = await createLaboratory({
    world: buildWorld({ nodes: 2, local: 1, shared: 0 }),
    spoil: (next) => async (request) => {
      if (isDue && request.method === 'POST' && request.path.endsWith(`/${action}`)) {
        isDue = false;
        for (const step of begin) await lab.simulator.control(step);
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
});
