import Database from 'better-sqlite3';
import { openStore } from '../../src/store/store.ts';

/** How large the inventory of the benchmark is. */
export const dataset = { rows: 50_000, clusters: 10, nodes: 20 } as const;

/** An original and its four replicas. */
const family = 5;

/** Writes a store with 50,000 templates: each fifth is an original, the four after it are its replicas. */
export async function writeDataset(file: string): Promise<void> {
  const store = await openStore({ url: `file:${file}` });
  for (let cluster = 1; cluster <= dataset.clusters; cluster += 1) {
    const data = { id: `cluster${cluster}`, name: `Cluster ${cluster}`, host: `10.0.0.${cluster}` };
    await store.prisma.cluster.create({ data });
  }
  await store.close();
  const database = new Database(file);
  const insert = database.prepare(
    `INSERT INTO templates (id, name, proxmox_vmid, cluster_ip, cluster_id, node, is_replica, source_vmid, source_node,
       is_class_template, disk_bytes, created_at, updated_at, last_verified_at)
     VALUES (@id, @name, @vmid, @ip, @cluster, @node, @replica, @source, @sourceNode, 0, @bytes, @at, @at, @at)`,
  );
  database.transaction(() => {
    for (let id = 1; id <= dataset.rows; id += 1) insert.run(describeRow(id));
  })();
  database.close();
}

function describeRow(id: number) {
  const cluster = 1 + (Math.floor((id - 1) / family) % dataset.clusters);
  const place = (id - 1) % family;
  const vmid = 100 + id;
  const replica = place > 0;
  const node = (offset: number) =>
    `pve${1 + ((Math.floor(id / family / dataset.clusters) + offset) % dataset.nodes)}`;
  return {
    id,
    vmid,
    name: `template-${vmid - place}${replica ? '-replica' : ''}`,
    ip: `10.0.0.${cluster}`,
    cluster: `cluster${cluster}`,
    node: node(place),
    replica: Number(replica),
    source: replica ? vmid - place : null,
    sourceNode: replica ? node(0) : null,
    bytes: 4_000_000_000,
    at: '2026-01-15T10:30:00.000+00:00',
  };
}
