import { unknownFacts, type GuestNeeds } from '../../inventory/cluster-facts.ts';
import { listNeededRights } from '../../inventory/needed-rights.ts';
import type { ProxmoxClient } from '../../proxmox/client.ts';
import type { GuestResource } from '../../proxmox/endpoints/cluster-resources.ts';
import { getGuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import { readHostNeeds } from '../../proxmox/host-needs.ts';
import { isProxmoxError } from '../../proxmox/proxmox-error.ts';
import { findHostObstacle } from '../../replication/plan/host-obstacles.ts';
import type { Check } from './check.ts';
import type { Requirement } from './rights.ts';

/** A template and what its configuration wants of a node. */
export interface ExaminedTemplate {
  readonly vmid: number;
  readonly node: string;
  readonly guest: GuestNeeds;
}

/** Reads the configurations of the templates; those that cannot be read are left out. */
export async function readTemplates(
  client: ProxmoxClient,
  guests: readonly GuestResource[],
): Promise<ExaminedTemplate[]> {
  const templates = guests.filter(({ template }) => template === true);
  const read = await Promise.all(templates.map((row) => readTemplate(client, row)));
  return read.flatMap((one) => one ?? []);
}

async function readTemplate(
  client: ProxmoxClient,
  row: GuestResource,
): Promise<ExaminedTemplate | undefined> {
  try {
    const { disks, options } = await getGuestConfig(client, row);
    return { vmid: row.vmid, node: row.node, guest: { disks, needs: readHostNeeds(row.kind, options) } };
  } catch (error) {
    if (isProxmoxError(error)) return undefined;
    throw error;
  }
}

/** Rights that only these templates need: all others are copied without them. */
export function listTemplateRequirements(
  templates: readonly ExaminedTemplate[],
  isRoot: boolean,
): Requirement[] {
  if (isRoot) return [];
  const needed = templates.flatMap(({ vmid, guest }) =>
    listNeededRights(guest).map((right) => ({ ...right, vmid })),
  );
  const byPath = Map.groupBy(needed, ({ path }) => path);
  return [...byPath].map(([path, rights]) => ({
    path,
    privileges: [...new Set(rights.map(({ privilege }) => privilege))],
    below: false,
    purpose: `copying ${rights.map(({ vmid, key }) => `template ${vmid} with its ${key}`).join(', ')}`,
    optional: true,
  }));
}

/** Templates that stay where they are because of what they have of their host. */
export function judgeTemplates(templates: readonly ExaminedTemplate[], isRoot: boolean): Check[] {
  const facts = { ...unknownFacts, isRoot };
  return templates.flatMap(({ vmid, node, guest }): Check[] => {
    const reason = findHostObstacle({ vmid, guest, node, target: '', migrates: true, facts });
    return reason ? [{ level: 'warn', subject: 'templates', message: reason.message }] : [];
  });
}
