import type { ProxmoxClient } from '../../proxmox/client.ts';
import { getPermissions } from '../../proxmox/endpoints/access.ts';
import { listNodesInMaintenance } from '../../proxmox/endpoints/ha-status.ts';
import { listMappings } from '../../proxmox/endpoints/mappings.ts';
import { listBridges } from '../../proxmox/endpoints/networks.ts';
import { listStorageContent, listStorageDefinitions } from '../../proxmox/endpoints/storages.ts';
import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { ClusterFacts, GuestNeeds } from './cluster-facts.ts';
import { listQuestions, type Questions } from './questions.ts';
import type { ObservedStorage } from './observation.ts';

export interface FactsRequest {
  client: ProxmoxClient;
  /** Guests that something is to be made of. */
  guests: readonly GuestNeeds[];
  /** Nodes that it is to be made on, or to come from. */
  nodes: readonly string[];
  storages: readonly ObservedStorage[];
  signal?: AbortSignal;
}

/** Asks for what these guests need to know of these nodes, and no more. What is not answered stays unknown. */
export async function readClusterFacts(request: FactsRequest): Promise<ClusterFacts> {
  const { client } = request;
  const ask = createAsker(request);
  const questions = listQuestions(request);
  const [bridges, files, lostStorages, mappings, rights, permissions, maintenance] = await Promise.all([
    collect(questions.bridges, (node) => ask((options) => listBridges(client, node, options))),
    collect(questions.files, (key) => ask((options) => listFiles(client, key, options))),
    findLostStorages(request, questions),
    readMappings(request, questions),
    collect(questions.paths, (path) => ask((options) => readRights(client, path, options))),
    ask((options) => getPermissions(client, options)),
    ask((options) => listNodesInMaintenance(client, options)),
  ]);
  return {
    bridges: new Map([...bridges].filter(([, names]) => names.size > 0)),
    files,
    lostStorages,
    mappings,
    rights,
    permissions,
    isRoot: client.isRoot,
    maintenance: new Set(maintenance),
  };
}

type Options = { signal?: AbortSignal };
type Asker = <Answer>(call: (options: Options) => Promise<Answer>) => Promise<Answer | undefined>;

/** A question that is refused, or not answered, stays open. */
function createAsker({ signal }: Pick<FactsRequest, 'signal'>): Asker {
  return async (call) => {
    try {
      return await call({ signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (isProxmoxError(error)) return undefined;
      throw error;
    }
  };
}

async function collect(
  keys: readonly string[],
  ask: (key: string) => Promise<readonly string[] | undefined>,
): Promise<Map<string, ReadonlySet<string>>> {
  const answers = await Promise.all(keys.map(async (key) => [key, await ask(key)] as const));
  return new Map(answers.flatMap(([key, names]) => (names ? [[key, new Set(names)] as const] : [])));
}

async function listFiles(client: ProxmoxClient, key: string, options: Options): Promise<string[]> {
  const [node = '', storage = ''] = key.split('/');
  const volumes = await listStorageContent(client, { node, storage }, { content: 'snippets', ...options });
  return volumes.map(({ volume }) => volume);
}

async function readRights(client: ProxmoxClient, path: string, options: Options): Promise<string[]> {
  const held = await getPermissions(client, { path, ...options });
  return Object.keys(held[path] ?? {});
}

/** A storage is gone when it is in no list, although we may see it. */
async function findLostStorages(
  request: FactsRequest,
  { storages }: Questions,
): Promise<ReadonlySet<string>> {
  if (storages.length === 0) return new Set();
  const { client } = request;
  const ask = createAsker(request);
  const defined = await ask((options) => listStorageDefinitions(client, options));
  const known = new Set(defined?.map(({ storage }) => storage));
  const suspects = defined === undefined ? [] : storages.filter((name) => !known.has(name));
  const rights = await collect(suspects, (name) =>
    ask((options) => readRights(client, `/storage/${name}`, options)),
  );
  return new Set(suspects.filter((name) => rights.get(name)?.has('Datastore.Audit')));
}

async function readMappings(
  request: FactsRequest,
  { mappings }: Questions,
): Promise<Map<string, ReadonlySet<string>>> {
  const ask = createAsker(request);
  const types = [...new Set(mappings.map((name) => name.split('/')[0] ?? ''))];
  const lists = await Promise.all(
    types.map(async (type) => {
      const found = await ask((options) => listMappings(request.client, type, options));
      return found?.map(({ id, nodes }) => [`${type}/${id}`, new Set(nodes)] as const) ?? [];
    }),
  );
  return new Map(lists.flat());
}
