import { cloneGuest } from '../../../src/proxmox/endpoints/guest-tasks.ts';
import { findGuest } from '../../../src/replication/step/look.ts';
import type { Laboratory, LabServer } from './laboratory.ts';
import { clusterId } from './small-world.ts';

/** Somebody makes the linked clone 300 of a template. */
export async function cloneLinked(
  laboratory: Laboratory,
  { clients }: LabServer,
  vmid: number,
): Promise<void> {
  const client = clients.get(clusterId);
  if (client === undefined) throw new Error('no client');
  const source = await laboratory.drive(findGuest(client, vmid));
  if (source === undefined) throw new Error(`no guest ${vmid}`);
  await laboratory.drive(cloneGuest(client, source, { newid: 300, full: false }));
  await laboratory.simulator.control({ do: 'wait-all-tasks' });
}
