/** How the server's certificate is judged before anything is sent to it. */
export type TlsTrust =
  /** The certificate must be signed by this authority (PEM text, or a file that holds it) and name the host. */
  | { mode: 'ca'; ca: string }
  | { mode: 'ca'; caFile: string }
  /** The certificate's SHA-256 fingerprint must be this one, or one of these, in any notation. */
  | { mode: 'fingerprint'; sha256: string | readonly string[] }
  /** The authorities that Node trusts. */
  | { mode: 'system' }
  /** Nothing is checked. Everybody on the way can read the password. */
  | { mode: 'insecure' };

/** What identifies us: a token where there is one, otherwise user and password. */
export interface ProxmoxCredentials {
  /** `name@realm`, for instance `root@pam`. */
  user?: string;
  password?: string;
  /** `user@realm!tokenid=secret`, the text that Proxmox shows once when a token is made. */
  token?: string;
}

/** Where one cluster is and how we get in. Any node of the cluster will do as host. */
export interface ProxmoxConnection extends ProxmoxCredentials {
  clusterId: string;
  host: string;
  /** 8006 unless told otherwise. */
  port?: number;
  /** Further nodes of the cluster, asked in turn while the one before does not answer. */
  alternatives?: readonly { readonly host: string; readonly port: number }[];
  tls: TlsTrust;
}

export const defaultPort = 8006;
