/** The yardstick: node:http, prepared statements of better-sqlite3, JSON.stringify, and nothing else. */
import { createServer, type ServerResponse } from 'node:http';
import Database from 'better-sqlite3';
import { announce } from './report-usage.ts';

const database = new Database(process.argv[2] ?? '', { readonly: true });
const columns = `id, name, proxmox_vmid AS vmid, cluster_ip AS clusterIp, cluster_id AS clusterId, node,
  is_replica AS isReplica, source_vmid AS sourceVmid, source_node AS sourceNode, last_verified_at AS lastVerifiedAt`;
const list = database.prepare(`SELECT ${columns} FROM templates WHERE id > ? ORDER BY id LIMIT 50`);
const one = database.prepare(`SELECT ${columns} FROM templates WHERE id = ?`);
const distribution = database.prepare(
  `SELECT node, proxmox_vmid AS vmid, name, is_replica AS isReplica, last_verified_at AS lastVerifiedAt FROM templates
   WHERE (proxmox_vmid = ? AND is_replica = 0) OR (source_vmid = ? AND is_replica = 1) ORDER BY id`,
);
const stats = database.prepare(
  `SELECT count(*) AS total, sum(is_class_template) AS classes, sum(is_replica AND NOT is_class_template) AS replicas
   FROM templates`,
);
const byNode = database.prepare('SELECT node, count(*) AS count FROM templates GROUP BY node');
const restList = database.prepare(
  `SELECT id, name, proxmox_vmid, cluster_ip, node, is_replica, source_vmid, source_node, is_class_template, class_id,
   last_verified_at FROM templates WHERE cluster_ip = ? AND node = ? ORDER BY id`,
);

const routes: Record<string, (query: URLSearchParams) => unknown> = {
  '/list': (query) => ({ data: list.all(query.get('after')) }),
  '/one': (query) => ({ data: one.get(query.get('id')) }),
  '/distribution': (query) => ({ data: distribution.all(query.get('vmid'), query.get('vmid')) }),
  '/stats': () => ({ data: { ...toObject(stats.get()), nodes: byNode.all() } }),
  '/rest': (query) => restList.all(query.get('cluster_ip'), query.get('node')),
};

function toObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

const server = createServer((request, response) => {
  const [path = '', search = ''] = (request.url ?? '').split('?');
  if (request.method === 'GET') return answer(response, path, new URLSearchParams(search));
  let sent = '';
  request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
  request.on('end', () => answer(response, path, new URLSearchParams(Object(JSON.parse(sent)))));
});

function answer(response: ServerResponse, path: string, query: URLSearchParams): void {
  const body = JSON.stringify(routes[path]?.(query) ?? null);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

server.listen(0, '127.0.0.1', () => announce(server.address()));
