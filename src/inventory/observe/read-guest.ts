import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getGuestConfig, type GuestConfig } from '../../proxmox/endpoints/guest-config.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import { readHostNeeds } from '../../proxmox/guests/host-needs.ts';
import { fingerprintGeneration, isCopied } from '../lineage/generation.ts';
import { parseMarker } from '../lineage/marker.ts';
import type { TemplateDetails } from './observation.ts';
import { fingerprintRow, type CachedGuest, type ListedGuest } from './template-cache.ts';

const mebibyte = 2 ** 20;

/** Reads one guest's configuration. Throws what the client throws. */
export async function readGuest(
  client: ProxmoxClient,
  row: ListedGuest,
  signal?: AbortSignal,
): Promise<CachedGuest> {
  const config = await getGuestConfig(client, row, { signal });
  const readAt = client.clock.now();
  return {
    fingerprint: fingerprintRow(row),
    readAt,
    name: config.name ?? `VM ${row.vmid}`,
    tags: config.tags,
    details: config.template ? describeTemplate(config, { ...row, readAt }) : undefined,
  };
}

/** What matters of a template's configuration. */
export function describeTemplate(
  config: GuestConfig,
  { kind, vmid, readAt }: { kind: GuestKind; vmid: number; readAt: number },
): TemplateDetails {
  const copied = config.disks.filter(isCopied);
  return {
    digest: config.digest,
    generation: fingerprintGeneration(kind, config),
    description: config.description ?? '',
    marker: parseMarker(config.description, vmid),
    disks: config.disks,
    diskBytes: copied.reduce((sum, disk) => sum + (disk.size ?? 0), 0),
    linkedClones: copied.length > 0 && copied.every((disk) => disk.base),
    protection: config.protection,
    onboot: config.options['onboot'] === '1',
    needs: readHostNeeds(kind, config.options),
    cores: config.cores,
    memoryBytes: toBytes(config.memory),
    osType: config.ostype,
    lock: config.lock,
    readAt,
  };
}

function toBytes(mebibytes: number | undefined): number | undefined {
  return mebibytes === undefined ? undefined : mebibytes * mebibyte;
}
