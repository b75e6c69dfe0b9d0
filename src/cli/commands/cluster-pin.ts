import { resolve } from 'node:path';
import type { Command } from 'commander';
import { chooseClustersFile } from '../../config/environment.ts';
import type { ClusterConfig } from '../../config/config.ts';
import { parseFingerprint } from '../../names/fingerprint.ts';
import { fetchServerCertificate } from '../../proxmox/http/certificate.ts';
import { CommandFailed } from '../cli-error.ts';
import {
  addStoreOptions,
  chooseClusters,
  loadSettings,
  overrideEnvironment,
  type SettingOptions,
} from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import { writeFingerprint } from '../write-fingerprint.ts';
import type { Surroundings } from '../surroundings.ts';

interface PinOptions extends SettingOptions {
  readonly expect?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

const explanation = `
From then on only this very certificate is accepted. Compare the fingerprint
with "pvenode cert info" on a node, or give it with --expect.
`;

/** `hub cluster pin`: writes the fingerprint of a cluster's certificate into the clusters file. */
export function registerPin(group: Command, surroundings: Surroundings): void {
  const command = group
    .command('pin')
    .description("write the fingerprint of a cluster's certificate into the clusters file")
    .argument('<cluster>', 'id of a configured cluster')
    .option('--expect <sha256>', 'only if the certificate has this fingerprint')
    .option('--replace', 'even if another fingerprint is pinned')
    .option('--json', 'print JSON')
    .addHelpText('after', explanation);
  addStoreOptions(command).action((id: string, options: PinOptions) => pin(id, options, surroundings));
}

async function pin(id: string, options: PinOptions, surroundings: Surroundings): Promise<void> {
  const [cluster] = chooseClusters(loadSettings(surroundings, options), id);
  if (!cluster) return;
  const shown = await fetchFingerprints(cluster, surroundings.signal);
  refuseUnexpected(shown, { cluster, options });
  const chosen = chooseClustersFile(overrideEnvironment(surroundings.environment, options));
  const file = resolve(surroundings.folder, chosen.file);
  const isWritten = writeFingerprint(file, id, shown);
  const { stdout } = surroundings;
  if (options.json) {
    const [fingerprint, ...others] = shown;
    const all = others.length > 0 ? shown : fingerprint;
    return writeJson(stdout, { clusterId: id, fingerprint: all, file: isWritten ? file : null });
  }
  const from = 'The cluster comes from the environment: set PVE_FINGERPRINT to';
  writeLine(stdout, isWritten ? `${file}: ${id} is pinned to` : from);
  for (const fingerprint of shown) writeLine(stdout, fingerprint);
}

/** Of each node that the configuration names; they may share a certificate. */
async function fetchFingerprints(
  { host, port, alternatives = [] }: ClusterConfig,
  signal: AbortSignal,
): Promise<string[]> {
  const places = [{ host, port }, ...alternatives];
  const certificates = await Promise.all(places.map((place) => fetchServerCertificate({ ...place, signal })));
  return [...new Set(certificates.map(({ sha256 }) => sha256))];
}

function refuseUnexpected(
  shown: readonly string[],
  { cluster, options }: { cluster: ClusterConfig; options: PinOptions },
): void {
  const told = shown.join(', ');
  if (options.expect !== undefined && !isAmong(shown, options.expect.split(/[,;]/)))
    throw new CommandFailed(
      'FINGERPRINT_MISMATCH',
      `the certificate has another fingerprint than expected: ${told}`,
    );
  const { id, tls } = cluster;
  if (options.replace || tls.mode !== 'fingerprint' || isAmong(shown, [tls.sha256].flat())) return;
  const message = `another fingerprint is pinned than the certificate has: ${told}. If it was renewed: hub cluster pin ${id} --replace`;
  throw new CommandFailed('FINGERPRINT_MISMATCH', message);
}

function isAmong(shown: readonly string[], expected: readonly string[]): boolean {
  const known = expected.map(parseFingerprint);
  return shown.every((fingerprint) => known.includes(fingerprint));
}
