/** The example dashboard and alert rules ask for what /metrics really tells. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { classify, createCallMetrics } from '../../../src/call-metrics.ts';
import { classifyRoute } from '../../../src/server/metrics/route-class.ts';
import { startHub, type StartedHub } from '../start-hub.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'examples', 'monitoring');
const dashboardSchema = z.looseObject({
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
  ),
});
const alertsSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
});

function readDashboard(): [string, string][] {
  const { panels } = dashboardSchema.parse(JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8')));
  return panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr]));
}

function readAlerts(): [string, string][] {
  const { groups } = alertsSchema.parse(parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')));
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }): [string, string] => [alert, expr]));
}

let hub: StartedHub;
let told: string;

beforeAll(async () => {
  const registry = new Registry();
  hub = await startHub({ registry });
  const { prisma } = hub.store;
  const now = Date.now();
  const scanned = { lastScanStartedAt: new Date(now - 5000), lastScanAt: new Date(now - 2000) };
  await prisma.cluster.updateMany({ data: { ...scanned, status: 'ONLINE' } });
  await prisma.cluster.update({ where: { id: 'cluster2' }, data: { status: 'UNREACHABLE' } });
  await prisma.cluster.create({
    data: { id: 'cluster3', name: 'Third', host: '10.0.0.3', status: 'DEGRADED' },
  });
  await makePlacements(hub.store);
  const { id: runId } = await prisma.replicationRun.create({
    data: { clusterId: 'cluster1', trigger: 'BOOT', status: 'FINISHED', outcome: 'FAILED', bytesDone: 7n },
  });
  await prisma.replicationStep.create({
    data: {
      runId,
      clusterId: 'cluster1',
      sourceVmid: 1,
      targetNode: 'a',
      way: 'LOCAL',
      name: 'a',
      token: 't',
    },
  });
  const observe = createCallMetrics(registry);
  for (const code of ['OK', 'UNAUTHENTICATED', 'TLS_UNTRUSTED'] as const)
    observe({ clusterId: 'cluster1', method: 'GET', path: '/version', code, seconds: 0.1 });
  await fetch(`${hub.url}/api/templates`);
  told = await (await fetch(`${hub.url}/metrics`)).text();
});

afterAll(() => hub.close());

/** An original, an outdated replica since an hour, and a node where making one failed. */
async function makePlacements({ prisma }: StartedHub['store']): Promise<void> {
  const place = { clusterId: 'cluster3', clusterIp: '10.0.0.3', name: 'debian' };
  for (const name of ['n1', 'n2', 'n3'])
    await prisma.node.create({ data: { clusterId: 'cluster3', name, state: 'ONLINE' } });
  await prisma.template.create({ data: { ...place, vmid: 900, node: 'n1' } });
  const replica = { vmid: 901, node: 'n2', isReplica: true, sourceVmid: 900, state: 'OUTDATED' as const };
  const { id: templateId } = await prisma.template.create({ data: { ...place, ...replica } });
  const at = new Date(Date.now() - 3_600_000);
  await prisma.templateChange.create({
    data: { at, kind: 'OUTDATED', templateId, clusterId: 'cluster3', vmid: 901, name: 'debian' },
  });
  const { id: runId } = await prisma.replicationRun.create({
    data: { clusterId: 'cluster3', trigger: 'BOOT', status: 'FINISHED', outcome: 'PARTIAL' },
  });
  const step = { way: 'LOCAL', name: 'debian', token: 'f', phase: 'FAILED' as const };
  await prisma.replicationStep.create({
    data: { ...step, runId, clusterId: 'cluster3', sourceVmid: 900, targetNode: 'n3' },
  });
}

/** Label names that a metric is told with. */
function findLabels(metric: string): Set<string> {
  const lines = told
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  expect(lines, `${metric} is not told by /metrics`).not.toEqual([]);
  return new Set(lines.flatMap((line) => [...line.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label)));
}

describe.each([
  ['dashboard', readDashboard()],
  ['alert rules', readAlerts()],
])('%s', (_name, expressions) => {
  it.each(expressions)('%s: %s', (_title, expression) => {
    const metrics = [...expression.matchAll(/\b(?:template_hub|nodejs|process)_[a-z0-9_]+/g)].map(
      ([name]) => name,
    );
    expect(metrics).not.toEqual([]);
    const labels = new Set(metrics.flatMap((metric) => [...findLabels(metric)]));
    const selected = [...expression.matchAll(/([a-z_]+)(?:=|!=|=~)"/g)].map(([, label]) => label);
    const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(/, */),
    );
    for (const label of [...selected, ...grouped]) expect(labels).toContain(label);
    for (const [, label, value] of expression.matchAll(/([a-z_]+)="([^"]*)"/g))
      expect(told).toContain(`${label}="${value}"`);
  });
});

it.each([
  ['template_hub_store_up', 1],
  ['template_hub_cluster_up{cluster="cluster1"}', 1],
  ['template_hub_cluster_up{cluster="cluster2"}', 0],
  ['template_hub_cluster_status{cluster="cluster1",status="ONLINE"}', 1],
  ['template_hub_cluster_status{cluster="cluster2",status="UNREACHABLE"}', 1],
  ['template_hub_scan_duration_seconds{cluster="cluster1"}', 3],
  ['template_hub_runs{cluster="cluster1",kind="REPLICATION",state="FAILED"}', 1],
  ['template_hub_steps{cluster="cluster1",phase="PLANNED"}', 1],
  ['template_hub_copied_bytes{cluster="cluster1"}', 7],
  ['template_hub_webhook_deliveries{state="waiting"}', 0],
  ['template_hub_leases', 0],
  ['template_hub_placements{cluster="cluster3",state="PRESENT"}', 1],
  ['template_hub_placements{cluster="cluster3",state="OUTDATED"}', 1],
  ['template_hub_placements{cluster="cluster3",state="FAILED"}', 1],
  ['template_hub_replica_lag_seconds{cluster="cluster1"}', 0],
])('%s is %i', (series, value) => {
  expect(told.split('\n')).toContain(`${series} ${value}`);
});

it('tells how long the oldest replica has been outdated', () => {
  expect(told).toMatch(/^template_hub_replica_lag_seconds\{cluster="cluster3"\} 36\d\d(\.\d+)?$/m);
});

it.each([
  [undefined, 'none'],
  ['/graphql', 'graphql'],
  ['/api/templates/:id', 'rest'],
  ['/livez', 'probe'],
  ['/health/live', 'probe'],
  ['/healthy', 'page'],
  ['/metrics', 'metrics'],
  ['/graphiql', 'page'],
])('the route %s is of the class %s', (route, expected) => {
  expect(classifyRoute(route)).toBe(expected);
});

it('tells the build, the event loop and the templates', () => {
  expect(told).toMatch(/template_hub_build_info\{version="[\d.]+",node="v\d/);
  expect(told).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(told).toMatch(/template_hub_templates\{cluster="cluster1",state="PRESENT",replica="\w+"\} \d/);
});

it.each([
  ['POST', '/access/ticket', 'login'],
  ['GET', '/nodes/pve1/tasks/UPID%3Apve1/status', 'task'],
  ['DELETE', '/nodes/pve1/tasks/UPID%3Apve1', 'stop-task'],
  ['GET', '/cluster/resources', 'cluster'],
  ['GET', '/nodes/pve1/qemu/9000/config', 'guest'],
  ['POST', '/nodes/pve1/qemu/9000/clone', 'change'],
  ['GET', '/nodes/pve1/storage', 'node'],
])('%s %s is of the class %s: paths are no labels', (method, path, expected) => {
  expect(classify(method, path)).toBe(expected);
});
