import { toRowKind } from '../../inventory/lineage/row-kind.ts';
import type { Marker } from '../../inventory/lineage/marker.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { Stock } from '../../replication/order.ts';
import { lookAt, type PresentGuest } from '../../replication/step/look.ts';
import type { Database } from '../../store/database.ts';
import { findSuspects, readNamedVmids } from './find-suspects.ts';
import { judgeFound, type FoundGuest, type FoundVerdict } from './judge-found.ts';
import { bookLeaving, releaseLoose } from './loose-guests.ts';

/** A guest with our marker. */
interface MarkedGuest extends PresentGuest {
  marker: Marker;
}

/**
 * After a scan: guests that carry our marker and that no row names are taken into the books, each with a change that says
 * so. What the database only knows by its marker is told, and let go of when it is gone.
 */
export async function takeStock(stock: Stock, now: Date): Promise<void> {
  const { store, observation } = stock;
  await checkUnknown(stock);
  for (const { vmid } of await findSuspects(store.prisma, observation)) {
    const guest = await look(stock, vmid);
    if (guest === undefined) continue;
    await store.transaction(async (database) => {
      const named = await readNamedVmids(database, observation.clusterId);
      if (!named.has(vmid)) await book(database, guest, { clusterId: observation.clusterId, now });
    });
  }
}

/** A guest that cannot be read now is looked at after another scan. */
async function look({ client, signal }: Stock, vmid: number): Promise<MarkedGuest | undefined> {
  try {
    const sight = await lookAt(client, vmid, signal);
    if (sight.state !== 'present' || sight.marker === undefined) return undefined;
    return { ...sight, marker: sight.marker };
  } catch (error) {
    if (isProxmoxError(error)) return undefined;
    throw error;
  }
}

/** Those that nobody knew: what is gone, lost our marker, or was booked by somebody meanwhile is no finding any more. */
async function checkUnknown({ store, client, signal, observation }: Stock): Promise<void> {
  const { clusterId } = observation;
  const rows = await store.prisma.looseGuest.findMany({ where: { clusterId, state: 'UNKNOWN' } });
  for (const row of rows) {
    const listed = observation.guests.some(({ vmid }) => vmid === row.vmid);
    const booked = await store.prisma.classMachine.count({ where: { clusterId, vmid: row.vmid } });
    if (booked > 0) await releaseLoose(store.prisma, row);
    else if (!listed) await releaseIfGone({ store, client, signal, observation }, row.vmid);
  }
}

async function releaseIfGone({ store, client, signal, observation }: Stock, vmid: number): Promise<void> {
  try {
    const { state } = await lookAt(client, vmid, signal);
    if (state === 'absent') await releaseLoose(store.prisma, { clusterId: observation.clusterId, vmid });
  } catch (error) {
    if (!isProxmoxError(error)) throw error;
  }
}

interface Booking {
  clusterId: string;
  now: Date;
}

async function book(database: Database, guest: MarkedGuest, { clusterId, now }: Booking): Promise<void> {
  const { address, config, marker } = guest;
  const { vmid, node } = address;
  const facts = await readFacts(database, guest, clusterId);
  const verdict = judgeFound(facts);
  const name = config.name ?? String(vmid);
  if (verdict === 'ADOPT') await adopt(database, { guest, facts, clusterId });
  else await bookLoose(database, { guest, facts, verdict, clusterId, now });
  const owner = marker.classId === undefined ? '' : ` of class ${marker.classId}`;
  const detail = `${words[verdict]}; its marker says: ${marker.kind}${owner}`;
  await database.templateChange.create({
    data: { at: now, kind: 'FOUND', clusterId, vmid, name, node, detail },
  });
}

const words = {
  ADOPT: 'booked again as the machine that its class lacked',
  LEAVE: 'booked as leaving: nothing has a use for it',
  TELL: 'not known to this database, and left alone',
} as const;

async function readFacts(
  database: Database,
  { marker }: MarkedGuest,
  clusterId: string,
): Promise<FoundGuest> {
  const step = await database.replicationStep.findUnique({ where: { token: marker.token } });
  if (step === null || step.clusterId !== clusterId || step.classId === null) return { marker };
  const found = await database.class.findUnique({ where: { id: step.classId } });
  const { classId, name } = step;
  const slot = await database.classMachine.findFirst({
    where: { classId, name, OR: [{ madeHere: true }, { vmid: null }] },
    orderBy: { id: 'asc' },
  });
  return { marker, step, found: found ?? undefined, slot: slot ?? undefined };
}

interface FoundBooking {
  guest: MarkedGuest;
  facts: FoundGuest;
  clusterId: string;
}

async function adopt(database: Database, { guest, facts, clusterId }: FoundBooking): Promise<void> {
  const { vmid, node } = guest.address;
  const { classId, name, kind } = facts.step ?? {};
  const baseVmid = kind === 'CLASS_STUDENT' ? guest.marker.source : null;
  await database.classMachine.updateMany({
    where: { classId: classId ?? 0, name, OR: [{ vmid: null }, { state: 'MISSING' }] },
    data: { clusterId, vmid, node, state: 'PRESENT', madeHere: true, baseVmid },
  });
}

async function bookLoose(
  database: Database,
  { guest, facts, verdict, clusterId, now }: FoundBooking & { verdict: FoundVerdict; now: Date },
): Promise<void> {
  const { address, config, marker } = guest;
  const { vmid, node, kind } = address;
  const role = roles[marker.kind];
  const common = { clusterId, vmid, node, name: config.name ?? String(vmid), kind: toRowKind(kind) };
  if (verdict === 'LEAVE' && role !== 'REPLICA' && facts.found !== undefined) {
    const halfMade = facts.step?.phase !== 'DONE';
    const base = { number: null, baseVmid: role === 'STUDENT' ? marker.source : null };
    await bookLeaving(database, { ...common, role, classId: facts.found.id, ...base, halfMade }, now);
    return;
  }
  const reason = `Guest ${vmid} on ${node} carries a marker of Template Hub, and this database knows nothing of it. If no other Template Hub works on this cluster, attach it to a class or remove it by hand.`;
  const data = { ...common, role, state: 'UNKNOWN', reasonCode: 'UNKNOWN_GUEST', reason } as const;
  await database.looseGuest.create({ data: { ...data, since: now, lookedAt: now } });
}

const roles = { replica: 'REPLICA', 'class-base': 'BASE', teacher: 'TEACHER', student: 'STUDENT' } as const;
