import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import type { Cluster } from '../engine/cluster.ts';

/** A cluster's own authority. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
}

/** A node's certificate, signed by its cluster's authority. */
export interface NodeCertificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256, colon hex. */
  readonly fingerprint: string;
}

const day = 86_400_000;

/** Makes the authority of a cluster: every cluster has its own. */
export async function makeAuthority(cluster: Cluster): Promise<Authority> {
  const now = Date.now();
  const made = await generate(
    [
      { name: 'commonName', value: 'Proxmox Virtual Environment' },
      { shortName: 'OU', value: cluster.randomUuid() },
      { name: 'organizationName', value: 'PVE Cluster Manager CA' },
    ],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - day),
      notAfterDate: new Date(now + 3650 * day),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
      ],
    },
  );
  return { certificate: made.cert, key: made.private };
}

/** Makes a node's certificate, good for its names and addresses. */
export async function makeNodeCertificate(
  authority: Authority,
  node: { readonly name: string; readonly addresses: readonly string[] },
): Promise<NodeCertificate> {
  const now = Date.now();
  const names = ['localhost', node.name, `${node.name}.localdomain`];
  const addresses = [...new Set(['127.0.0.1', '::1', ...node.addresses])];
  const made = await generate([{ name: 'commonName', value: `${node.name}.localdomain` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + 730 * day),
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  const fingerprint = new X509Certificate(made.cert).fingerprint256;
  return { certificate: made.cert, key: made.private, fingerprint };
}
