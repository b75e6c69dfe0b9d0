import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { integer, listOf, maybe, maybeFlag, names, number, text } from '../lenient.ts';

/** A storage as one node sees it at this moment. */
export interface NodeStorage {
  storage: string;
  /** `dir`, `lvmthin`, `nfs`, `rbd` … or a third party's. */
  type: string;
  content: string[];
  /** Allowed on this node. */
  enabled: boolean;
  /** Reachable now. */
  active: boolean;
  shared: boolean;
  /** Bytes; estimates on thin storages. */
  available?: number;
  used?: number;
  total?: number;
}

/** A storage as the cluster defines it. */
export interface StorageDefinition {
  storage: string;
  type: string;
  content: string[];
  shared: boolean;
  disabled: boolean;
  /** Nodes it is limited to; undefined means all. */
  nodes?: string[];
}

/** A volume on a storage. */
export interface StorageVolume {
  volume: string;
  content?: string;
  format?: string;
  /** Bytes. */
  size?: number;
  vmid?: number;
  /** What a linked clone stands on, in the storage type's own spelling. */
  parent?: string;
}

const nodeStorage = z
  .object({
    storage: text,
    type: text,
    content: names,
    enabled: maybeFlag,
    active: maybeFlag,
    shared: maybeFlag,
    avail: maybe(number),
    used: maybe(number),
    total: maybe(number),
  })
  .transform(({ avail, ...rest }): NodeStorage => ({ ...rest, available: avail }));

const definition = z
  .object({
    storage: text,
    type: text,
    content: names,
    shared: maybeFlag,
    disable: maybeFlag,
    nodes: names,
  })
  .transform(({ disable, nodes, ...rest }): StorageDefinition => ({
    ...rest,
    disabled: disable,
    nodes: nodes.length === 0 ? undefined : nodes,
  }));

const volume = z
  .object({
    volid: text,
    content: maybe(text),
    format: maybe(text),
    size: maybe(number),
    vmid: maybe(integer),
    parent: maybe(text),
  })
  .transform(({ volid, ...rest }): StorageVolume => ({ volume: volid, ...rest }));

/**
 * The storages of one node, live; a dead one can take 10 s. With `target`, only those shared with that node.
 */
export function listNodeStorages(
  client: ProxmoxClient,
  node: string,
  { content, target, enabled, ...options }: CallOptions & StorageFilter = {},
): Promise<NodeStorage[]> {
  const parameters = { content, target, enabled };
  const path = pathOf('nodes', node, 'storage');
  return client.call({ method: 'GET', path, parameters, answer: listOf(nodeStorage), ...options });
}

export interface StorageFilter {
  content?: string;
  target?: string;
  enabled?: boolean;
}

/** The volumes of a storage on one node. Images need Datastore.Audit and rights on their guests. */
export function listStorageContent(
  client: ProxmoxClient,
  { node, storage }: { node: string; storage: string },
  { content, vmid, ...options }: CallOptions & { content?: string; vmid?: number } = {},
): Promise<StorageVolume[]> {
  const path = pathOf('nodes', node, 'storage', storage, 'content');
  return client.call({
    method: 'GET',
    path,
    parameters: { content, vmid },
    answer: listOf(volume),
    ...options,
  });
}

/** The definitions of all storages the caller may see. */
export function listStorageDefinitions(
  client: ProxmoxClient,
  options?: CallOptions,
): Promise<StorageDefinition[]> {
  return client.call({ method: 'GET', path: '/storage', answer: listOf(definition), ...options });
}
