import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import { refuse, type Route, type RouteResult } from './route.ts';
import { useSpace, type CopySource } from './source-disks.ts';
import { isTransferable, keepsFiles } from './storage-rules.ts';
import type { StorageMap } from './storage-map.ts';

export interface ConvertingRequest {
  source: CopySource;
  target: string;
  /** Where the disks are to lie in the end. */
  storage: ObservedStorage;
  storages: StorageMap;
}

/**
 * A full clone converts anything to anything on its own node, a migration nothing: so the copy is cloned to a storage
 * there whose volumes can be carried to the target's. Where the target's storage is shared, that storage is it.
 */
export function findConvertingRoute(request: ConvertingRequest): RouteResult {
  const { source, target, storage, storages } = request;
  const ways = storages.usable(source.node, source.kind).filter((one) => leadsTo(one, request));
  // A storage of the same name needs no mapping; otherwise the roomiest comes first.
  const via = ways.find(({ name }) => name === storage.name) ?? ways[0];
  if (!via) {
    const message = `Nothing on node ${source.node} converts the template's disks for storage ${storage.name} (${storage.type}) of node ${target}; give both nodes a storage of the same type`;
    return refuse('FORMAT_NOT_CONVERTIBLE', message);
  }
  const renamed = via.name !== storage.name;
  const route: Route = {
    way: 'CONVERTING_CLONE',
    clone: { storage: via.name, format: needsRaw(via, request) ? 'raw' : undefined },
    migrate: { target, targetStorage: renamed ? storage.name : undefined },
    targetStorage: storage.name,
    stays: useSpace(source.disks, { target, storage }),
    passes: via.shared ? [] : useSpace(source.disks, { target, storage: via }),
  };
  return { route };
}

function leadsTo(via: ObservedStorage, { storage, source }: ConvertingRequest): boolean {
  if (storage.shared) return via.shared && via.name === storage.name;
  if (via.shared) return false;
  const format = source.kind === 'lxc' && via.type === 'zfspool' ? 'subvol' : 'raw';
  return isTransferable({ from: via.type, format, to: storage.type });
}

/** Storages of files keep the source's format unless told otherwise, and then only files can take it. */
function needsRaw(via: ObservedStorage, { storage, source }: ConvertingRequest): boolean {
  const foreign = source.disks.some(({ format }) => format !== 'raw');
  return source.kind === 'qemu' && keepsFiles(via.type) && !keepsFiles(storage.type) && foreign;
}
