import type { Command } from 'commander';
import type { ClusterConfig } from '../../config/config.ts';
import { withClient } from '../connect-cluster.ts';
import { suggest } from '../../names/did-you-mean.ts';
import { parseEndpoint, type Endpoint } from '../../names/endpoint.ts';
import { fetchServerCertificate, type ServerCertificate } from '../../proxmox/http/certificate.ts';
import { TransportError } from '../../proxmox/http/transport.ts';
import { listClusterResources, type ClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getVersion } from '../../proxmox/endpoints/version.ts';
import { addStoreOptions, loadSettings, type SettingOptions } from '../load-settings.ts';
import { writeBlocks, writeJson, writeLine, type Block } from '../output.ts';
import { makeTable } from '../output/table.ts';
import { formatBytes } from '../progress/format.ts';
import { CommandFailed, UsageError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { readPort } from '../request-options.ts';

interface ProbeOptions extends SettingOptions {
  readonly pvePort?: number;
  readonly json?: boolean;
}

/** What a look from inside shows. */
interface Inside extends Pick<ClusterResources, 'nodes' | 'storages'> {
  readonly version: string;
}

/** `hub cluster probe`: who answers at a host, before anything is trusted or sent. */
export function registerProbe(group: Command, surroundings: Surroundings): void {
  const command = group
    .command('probe')
    .description('show the certificate at a host, and of a configured one version, nodes and storages')
    .argument('<host>', 'name or address (with :port), or the id of a configured cluster')
    .option('--pve-port <number>', 'port of the API (default: 8006)', readPort)
    .option('--json', 'print JSON');
  addStoreOptions(command).action((host: string, options: ProbeOptions) =>
    probe(host, options, surroundings),
  );
}

async function probe(asked: string, options: ProbeOptions, surroundings: Surroundings): Promise<void> {
  const { clusters } = loadSettings(surroundings, options);
  const { cluster, place } = findPlace(asked, clusters, options.pvePort);
  const certificate = await fetchCertificate(place, clusters, surroundings.signal);
  const { stdout } = surroundings;
  if (!options.json) for (const line of describeCertificate(certificate, cluster)) writeLine(stdout, line);
  const inside = cluster ? await lookInside(cluster, surroundings) : undefined;
  const { pem: _pem, ...shown } = certificate;
  if (options.json) return writeJson(stdout, { certificate: shown, clusterId: cluster?.id, ...inside });
  writeBlocks(surroundings, inside ? describeInside(inside) : unknownHint);
}

/** A name that nobody knows is most often an id with a typing error. */
async function fetchCertificate(
  place: Endpoint,
  clusters: readonly ClusterConfig[],
  signal: AbortSignal,
): Promise<ServerCertificate> {
  try {
    return await fetchServerCertificate({ ...place, signal });
  } catch (error) {
    const { host } = place;
    if (!(error instanceof TransportError) || !/^(ENOTFOUND|EAI_AGAIN)$/.test(error.code)) throw error;
    if (clusters.some((cluster) => cluster.host === host)) throw error;
    const ids = clusters.map(({ id }) => id);
    const message = `${host} is no configured cluster (${ids.join(', ') || 'there is none'}), and no host of this name has an address${suggest(host, ids)}`;
    throw new CommandFailed('CLUSTER_NOT_FOUND', message);
  }
}

/** The configured cluster that an id or a place names, or the place alone. */
function findPlace(
  asked: string,
  clusters: readonly ClusterConfig[],
  port: number | undefined,
): { cluster?: ClusterConfig; place: Endpoint } {
  const named = clusters.find(({ id }) => id === asked);
  if (named) return { cluster: named, place: { host: named.host, port: port ?? named.port } };
  const endpoint = parseEndpoint(asked);
  if (!endpoint)
    throw new UsageError(
      `${asked} is neither the id of a configured cluster nor a host such as pve1 or [::1]:8006`,
    );
  const wanted = endpoint.port ?? port;
  const cluster = clusters.find((one) => one.host === endpoint.host && one.port === (wanted ?? one.port));
  return { cluster, place: { host: endpoint.host, port: wanted ?? cluster?.port } };
}

const unknownHint = [
  'Compare the fingerprint with "pvenode cert info" on a node. Version, nodes and',
  'storages are shown once the host is in the clusters file, with an account and',
  'this fingerprint.',
];

/** Credentials are sent only where the configuration trusts the certificate. */
function lookInside(cluster: ClusterConfig, surroundings: Surroundings): Promise<Inside> {
  return withClient(cluster, surroundings, async (client) => {
    const { version } = await getVersion(client);
    const { nodes, storages } = await listClusterResources(client);
    return { version, nodes, storages };
  });
}

function describeCertificate(certificate: ServerCertificate, cluster: ClusterConfig | undefined): string[] {
  const { subject, issuer, validFrom, validTo, sha256 } = certificate;
  return [
    `subject      ${subject}`,
    `issuer       ${issuer}`,
    `valid        ${validFrom} to ${validTo}`,
    `fingerprint  ${sha256}`,
    ...(cluster ? [`trust        ${cluster.tls.mode}`] : [`to pin       "fingerprint": "${sha256}"`]),
  ];
}

function describeInside({ version, nodes, storages }: Inside): Block[] {
  return [
    `version      Proxmox VE ${version}`,
    makeTable(
      ['node', 'status', 'cores', 'memory'],
      nodes.map((node) => [node.node, node.status, node.cores, size(node.memory)]),
    ),
    makeTable(
      ['storage', 'node', 'type', 'shared', 'content', 'used', 'size'],
      storages.map((one) => [
        one.storage,
        one.node,
        one.type,
        one.shared,
        one.content.join(' '),
        size(one.used),
        size(one.total),
      ]),
    ),
  ];
}

function size(bytes: number | undefined): string | undefined {
  return bytes === undefined ? undefined : formatBytes(bytes);
}
