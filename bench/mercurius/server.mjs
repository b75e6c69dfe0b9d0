// mercurius with graphql-jit and loaders over the same database: the yardstick for nested queries.
import Database from 'better-sqlite3';
import fastify from 'fastify';
import mercurius from 'mercurius';

const database = new Database(process.argv[2], { readonly: true });
const columns = 'id AS databaseId, name, proxmox_vmid AS vmid, node, cluster_ip AS clusterIp';
const originals = database.prepare(
  `SELECT ${columns} FROM templates WHERE is_replica = 0 AND id > ? ORDER BY id LIMIT ?`,
);

const schema = `
  type Template { databaseId: Int! name: String! vmid: Int! node: String replicas: [Template!]! }
  type Query { originals(after: Int!, first: Int!): [Template!]! }
`;
const app = fastify();
app.register(mercurius, {
  schema,
  jit: 1,
  resolvers: { Query: { originals: (_root, { after, first }) => originals.all(after, first) } },
  loaders: {
    Template: {
      async replicas(queries) {
        const marks = queries.map(() => '?').join(',');
        const rows = database
          .prepare(
            `SELECT ${columns}, source_vmid AS sourceVmid FROM templates WHERE is_replica = 1 AND source_vmid IN (${marks}) ORDER BY id`,
          )
          .all(...queries.map(({ obj }) => obj.vmid));
        const bySource = Map.groupBy(rows, (row) => `${row.clusterIp}/${row.sourceVmid}`);
        return queries.map(({ obj }) => bySource.get(`${obj.clusterIp}/${obj.vmid}`) ?? []);
      },
    },
  },
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system, rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: app.server.address().port });
