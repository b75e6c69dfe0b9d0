/** What to do about a connection that failed with a code of the system, with the command that does it. */
export function adviceFor(code: string, clusterId: string): string | undefined {
  if (code === 'FINGERPRINT_MISMATCH')
    return `Compare with "pvenode cert info" on the node; if it was renewed: hub cluster pin ${clusterId} --replace`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Use a host name or address that the certificate names, or pin its fingerprint: hub cluster pin ${clusterId}`;
  if (/CERT|ISSUER|LEAF_SIGNATURE/.test(code))
    return `Pin its fingerprint: hub cluster pin ${clusterId}, or give the cluster's CA (/etc/pve/pve-root-ca.pem) as ca_file`;
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code))
    return `Correct the host of cluster ${clusterId} in the clusters file, then: hub cluster probe ${clusterId}`;
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code))
    return `Is a node of cluster ${clusterId} on there, and the port right? hub cluster probe ${clusterId}`;
  return undefined;
}

/** What to do about a credential that was refused. */
export function adviseCredentials(clusterId: string): string {
  return `Correct user, password or token of cluster ${clusterId}, then: hub doctor --cluster ${clusterId}`;
}
