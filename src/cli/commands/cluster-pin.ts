import { resolve } from 'node:path';
import type { Command } from 'commander';
import { chooseClustersFile } from '../../config/environment.ts';
import { fetchServerCertificate } from '../../proxmox/certificate.ts';
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
From then on only this very certificate is accepted. Compare the fingerprint with
"pvenode cert info" on a node, or give it with --expect.
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
  const { host, port, tls } = cluster;
  const { sha256 } = await fetchServerCertificate({ host, port, signal: surroundings.signal });
  const pinned = tls.mode === 'fingerprint' ? tls.sha256 : undefined;
  refuseUnexpected(sha256, { expected: options.expect, pinned: options.replace ? undefined : pinned });
  const chosen = chooseClustersFile(overrideEnvironment(surroundings.environment, options));
  const file = resolve(surroundings.folder, chosen.file);
  const isWritten = writeFingerprint(file, id, sha256);
  if (options.json)
    return writeJson(surroundings.stdout, {
      clusterId: id,
      fingerprint: sha256,
      file: isWritten ? file : null,
    });
  const { stdout } = surroundings;
  writeLine(
    stdout,
    isWritten
      ? `${file}: ${id} is pinned to`
      : 'The cluster comes from the environment: set PVE_FINGERPRINT to',
  );
  writeLine(stdout, sha256);
}

function refuseUnexpected(shown: string, { expected, pinned }: { expected?: string; pinned?: string }): void {
  if (expected !== undefined && plain(expected) !== plain(shown)) {
    throw new CommandFailed(
      'FINGERPRINT_MISMATCH',
      `the certificate has another fingerprint than expected: ${shown}`,
    );
  }
  if (pinned !== undefined && plain(pinned) !== plain(shown)) {
    const message = `another fingerprint is pinned than the certificate has: ${shown}. If it was renewed, repeat with --replace`;
    throw new CommandFailed('FINGERPRINT_MISMATCH', message);
  }
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
