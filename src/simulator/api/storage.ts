import { createHash } from 'node:crypto';
import type { Storage } from '../engine/cluster.ts';
import type { Volume } from '../engine/volumes.ts';
import { describeVolume } from '../engine/volumes.ts';
import { refuse, refuseParameters, refuseRights } from '../errors.ts';
import { isActive, isUsable, measureSpace, requireActive } from '../storage/access.ts';
import { freeVolume } from '../storage/allocate.ts';
import { isBaseInUse } from '../storage/base.ts';
import { findKind } from '../storage/kinds.ts';
import { type ApiCall, forkWorker, type Handlers } from './call.ts';

const base = '/nodes/{node}/storage';

/** Storage definitions, and storages of a node with their contents. */
export const storageHandlers: Handlers = {
  'GET /storage': listDefinitions,
  'GET /storage/{storage}': ({ cluster, parameters }) =>
    describeDefinition(cluster.requireStorage(parameters.require('storage')), digestDefinitions(cluster)),
  [`GET ${base}`]: listOfNode,
  [`GET ${base}/{storage}/status`]: getState,
  [`GET ${base}/{storage}/content`]: listContent,
  [`DELETE ${base}/{storage}/content/{volume}`]: deleteVolume,
};

/** One that is switched off, or is for other nodes, has a status too. */
function getState(call: ApiCall): object {
  const storage = call.cluster.storages.get(call.parameters.require('storage'));
  if (!storage) throw refuseParameters({ storage: 'No such storage.' });
  const { storage: _id, used_fraction: _fraction, ...state } = describeState(call, storage);
  return state;
}

function listDefinitions({ cluster, identity, parameters }: ApiCall): object[] {
  const digest = digestDefinitions(cluster);
  const type = parameters.text('type');
  return [...cluster.storages.values()]
    .filter((storage) => type === undefined || storage.type === type)
    .filter(({ id }) => hasAny({ cluster, identity }, id, ['Datastore.Audit', 'Datastore.AllocateSpace']))
    .map((storage) => describeDefinition(storage, digest));
}

function digestDefinitions(cluster: ApiCall['cluster']): string {
  return createHash('sha1')
    .update(JSON.stringify([...cluster.storages.values()]))
    .digest('hex');
}

function describeDefinition(storage: Storage, digest: string): object {
  return {
    storage: storage.id,
    type: storage.type,
    content: storage.content.join(','),
    digest,
    ...(storage.path === undefined ? {} : { path: storage.path }),
    ...(storage.shared ? { shared: 1 } : {}),
    ...(storage.nodes ? { nodes: storage.nodes.join(',') } : {}),
    ...(storage.disabled ? { disable: 1 } : {}),
    ...storage.options,
  };
}

function hasAny(
  { cluster, identity }: Pick<ApiCall, 'cluster' | 'identity'>,
  id: string,
  privileges: readonly string[],
): boolean {
  return privileges.some((privilege) => cluster.permissions.has(identity, `/storage/${id}`, privilege));
}

function listOfNode(call: ApiCall): object[] {
  const { cluster, node, parameters } = call;
  const contents = parameters.list('content');
  const wanted = parameters.text('storage');
  const target = parameters.text('target');
  const isElsewhere = target !== undefined && target !== node && target !== 'localhost';
  const known = [...cluster.storages.values()].filter(
    (storage) => contents.length === 0 || (isUsable(storage, node) && hasContent(storage, contents)),
  );
  if (wanted !== undefined && !known.some(({ id }) => id === wanted))
    throw refuseParameters({ storage: 'No such storage.' });
  return known
    .filter((storage) => wanted === undefined || storage.id === wanted)
    .filter(({ id }) => hasAny(call, id, ['Datastore.Audit', 'Datastore.AllocateSpace']))
    .filter((storage) => !parameters.flag('enabled') || !storage.disabled)
    .filter((storage) => !isElsewhere || (storage.shared && isFor(storage, [node, target])))
    .map((storage) => ({ ...describeState(call, storage), ...describeFormats(call, storage) }));
}

function hasContent(storage: Storage, contents: readonly string[]): boolean {
  return contents.some((content) => storage.content.includes(content));
}

/** Whether the storage's definition names all these nodes, or none at all. */
function isFor({ nodes }: Storage, wanted: readonly string[]): boolean {
  return nodes === undefined || wanted.every((node) => nodes.includes(node));
}

function describeState({ cluster, node }: ApiCall, storage: Storage): Record<string, unknown> {
  const active = isActive(cluster, storage, node);
  const { total, used, available } = active
    ? measureSpace(cluster, storage, node)
    : { total: 0, used: 0, available: 0 };
  return {
    storage: storage.id,
    type: storage.type,
    content: storage.content.join(','),
    shared: storage.shared ? 1 : 0,
    enabled: isUsable(storage, node) ? 1 : 0,
    active: active ? 1 : 0,
    total,
    used,
    avail: available,
    ...(total > 0 ? { used_fraction: used / total } : {}),
  };
}

function describeFormats({ cluster, parameters }: ApiCall, storage: Storage): object {
  if (!parameters.flag('format')) return {};
  const { formats } = findKind(storage.type);
  const known = Object.fromEntries(formats.map((format) => [format, 1]));
  const format = [known, formats[0]];
  if (cluster.behaviour.major < 9) return { format };
  return { format, formats: { default: formats[0], supported: formats.toSorted() } };
}

function listContent(call: ApiCall): object[] {
  const { cluster, node, parameters } = call;
  const storage = requireActive(cluster, parameters.require('storage'), node);
  const [content, vmid] = [parameters.text('content'), parameters.integer('vmid')];
  return cluster.volumes
    .listOn(storage.id, node)
    .filter((volume) => content === undefined || volume.content === content)
    .filter((volume) => vmid === undefined || volume.vmid === vmid)
    .filter((volume) => maySee(call, storage, volume))
    .toSorted((left, right) => (describeVolume(left) < describeVolume(right) ? -1 : 1))
    .map((volume) => describeContent(storage, volume));
}

function maySee({ cluster, identity }: ApiCall, storage: Storage, volume: Volume): boolean {
  if (hasAny({ cluster, identity }, storage.id, ['Datastore.Allocate'])) return true;
  const isOfGuest = volume.content === 'images' || volume.content === 'rootdir';
  if (!isOfGuest)
    return hasAny({ cluster, identity }, storage.id, ['Datastore.AllocateSpace', 'Datastore.Audit']);
  if (!hasAny({ cluster, identity }, storage.id, ['Datastore.Audit'])) return false;
  return cluster.permissions.has(identity, `/vms/${volume.vmid ?? 0}`, 'VM.Config.Disk');
}

function describeContent(storage: Storage, volume: Volume): object {
  const { layout, links } = findKind(storage.type);
  const isFile = layout === 'file';
  const parent = isFile && volume.parent !== undefined ? `../${volume.parent}` : `${volume.parent}@__base__`;
  const shown = volume.parent === undefined ? (isFile ? { parent: null } : {}) : { parent };
  return {
    volid: describeVolume(volume),
    format: volume.format,
    size: volume.size,
    content: volume.content,
    ...(volume.vmid === undefined ? {} : { vmid: volume.vmid }),
    ...(isFile ? { used: volume.data } : {}),
    ...(links === 'plain' || links === 'none' ? {} : shown),
    ctime: volume.createdAt,
  };
}

async function deleteVolume(call: ApiCall): Promise<string> {
  const { cluster, identity, node, parameters } = call;
  const storage = requireActive(cluster, parameters.require('storage'), node);
  const name = parameters.require('volume').replace(new RegExp(`^${storage.id}:`), '');
  const volume = cluster.volumes.find(storage.id, name, node);
  if (!hasAny({ cluster, identity }, storage.id, ['Datastore.Allocate'])) {
    throw refuseRights(`/storage/${storage.id}, Datastore.Allocate`);
  }
  if (!volume) throw refuse(`volume '${storage.id}:${name}' does not exist`);
  return forkWorker(call, { type: 'imgdel', id: `${storage.id}@${node}` }, async (work) => {
    if (isBaseInUse({ cluster }, volume)) {
      throw refuse(`base volume '${describeVolume(volume)}' is still in use by linked clones`);
    }
    await freeVolume(work, volume);
    work.worker.log(`Removed volume '${describeVolume(volume)}'`);
  });
}
