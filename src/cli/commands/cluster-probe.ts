import type { Command } from 'commander';
import type { ClusterConfig } from '../../config/config.ts';
import { withClient } from '../connect-cluster.ts';
import { fetchServerCertificate, type ServerCertificate } from '../../proxmox/certificate.ts';
import { listClusterResources, type ClusterResources } from '../../proxmox/endpoints/cluster-resources.ts';
import { getVersion } from '../../proxmox/endpoints/version.ts';
import { addStoreOptions, loadSettings, type SettingOptions } from '../load-settings.ts';
import { writeBlocks, writeJson, writeLine, type Block } from '../output.ts';
import { makeTable } from '../output/table.ts';
import { formatBytes } from '../progress/format.ts';
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
    .argument('<host>', 'name or address, or the id of a configured cluster')
    .option('--pve-port <number>', 'port of the API (default: 8006)', readPort)
    .option('--json', 'print JSON');
  addStoreOptions(command).action((host: string, options: ProbeOptions) =>
    probe(host, options, surroundings),
  );
}

async function probe(host: string, options: ProbeOptions, surroundings: Surroundings): Promise<void> {
  const { clusters } = loadSettings(surroundings, options);
  const cluster = clusters.find((candidate) => candidate.id === host || candidate.host === host);
  const port = options.pvePort ?? cluster?.port;
  const certificate = await fetchServerCertificate({
    host: cluster?.host ?? host,
    port,
    signal: surroundings.signal,
  });
  const { stdout } = surroundings;
  if (!options.json) for (const line of describeCertificate(certificate, cluster)) writeLine(stdout, line);
  const inside = cluster ? await lookInside(cluster, surroundings) : undefined;
  const { pem: _pem, ...shown } = certificate;
  if (options.json) return writeJson(stdout, { certificate: shown, clusterId: cluster?.id, ...inside });
  writeBlocks(surroundings, inside ? describeInside(inside) : unknownHint);
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
