import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { importLegacy } from '../../src/import/import-legacy.ts';
import { openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';

/** Rows of the predecessor's database that are imported. */
export const importedRows = 5000;

/** A database as the predecessor leaves it behind. */
const sample = join(import.meta.dirname, '..', '..', 'test', 'data', 'lab_portal.db');
const family = 5;

/** Makes a store by importing a database of the predecessor with 5,000 templates. */
export async function importRows(folder: string, file: string): Promise<void> {
  const legacy = join(folder, 'lab_portal.db');
  copyFileSync(sample, legacy);
  const database = new Database(legacy);
  database.exec('DELETE FROM templates');
  const insert = database.prepare(
    `INSERT INTO templates (id, name, proxmox_vmid, cluster_ip, node, is_replica, source_vmid, source_node,
       is_class_template, last_verified_at)
     VALUES (@id, @name, @vmid, @ip, @node, @replica, @source, @sourceNode, 0, '2025-11-29 10:30:00.000000')`,
  );
  database.transaction(() => {
    for (let id = 1; id <= importedRows; id += 1) insert.run(describeRow(id));
  })();
  database.close();
  const clusters = [
    { id: 'cluster1', name: 'Main', host: '10.220.15.249', port: 8006 },
    { id: 'cluster2', name: 'Second', host: '10.220.12.6', port: 8006 },
  ];
  const store = await openStore({ url: `file:${file}` });
  await importLegacy({ file: legacy, store, clusters, clock: systemClock });
  await store.close();
}

function describeRow(id: number) {
  const place = (id - 1) % family;
  const vmid = 100 + id;
  const replica = place > 0;
  return {
    id,
    vmid,
    name: `template-${vmid - place}${replica ? `-replica-pve${place + 1}` : ''}`,
    ip: Math.floor((id - 1) / family) % 2 === 0 ? '10.220.15.249' : '10.220.12.6',
    node: `pve${place + 1}`,
    replica: Number(replica),
    source: replica ? vmid - place : null,
    sourceNode: replica ? 'pve1' : null,
  };
}

const vmidOf = (turn: number): number => 101 + family * ((turn * 791) % (importedRows / family));

/** Cold requests to the REST routes: each turn asks for something else. */
export const restRequests: Readonly<Record<string, (turn: number) => string>> = {
  'by-name': (turn) => `/api/templates/by-name/template-${vmidOf(turn)}?turn=${turn}`,
  nodes: (turn) => `/api/templates/nodes?vmid=${vmidOf(turn)}&turn=${turn}`,
  'list by vmid': (turn) => `/api/templates?vmid=${vmidOf(turn)}&turn=${turn}`,
};
