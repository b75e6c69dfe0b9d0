import { HubError } from '../../errors/hub-error.ts';
import type { FailureClass, ProxmoxErrorCode, Retryable } from './failure-codes.ts';
import type { HttpMethod } from '../http/transport.ts';

export interface ProxmoxErrorOptions {
  failure: FailureClass;
  clusterId: string;
  method: HttpMethod;
  /** Without the query. */
  path: string;
  /** HTTP status; undefined when no answer came. */
  status?: number;
  /** The server's own words, or what the connection said. */
  serverMessage: string;
  /** Per parameter, why the server refused it. */
  parameterErrors?: Readonly<Record<string, string>>;
  /** A sentence that says what to do, where we know it. */
  advice?: string;
}

/**
 * A request to Proxmox that did not succeed. `code` is from the closed list of failures, `retryable` says what may be
 * done next. Neither the message nor any field holds a password, ticket or token.
 */
export class ProxmoxError extends HubError {
  declare readonly code: ProxmoxErrorCode;
  readonly retryable: Retryable;
  readonly clusterId: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly node: string | undefined;
  readonly status: number | undefined;
  readonly serverMessage: string;
  readonly parameterErrors: Readonly<Record<string, string>>;

  constructor(options: ProxmoxErrorOptions) {
    super(options.failure.code, describe(options));
    this.retryable = options.failure.retryable;
    this.clusterId = options.clusterId;
    this.method = options.method;
    this.path = options.path;
    this.node = nodeOf(options.path);
    this.status = options.status;
    this.serverMessage = options.serverMessage;
    this.parameterErrors = options.parameterErrors ?? {};
  }
}

/** Whether `error` is a ProxmoxError with one of these codes. */
export function isProxmoxError(error: unknown, ...codes: ProxmoxErrorCode[]): error is ProxmoxError {
  return error instanceof ProxmoxError && (codes.length === 0 || codes.includes(error.code));
}

function describe({ clusterId, method, path, status, serverMessage, advice }: ProxmoxErrorOptions): string {
  const answer = status === undefined ? serverMessage : `${status} ${serverMessage}`.trimEnd();
  const sentence = `Cluster ${clusterId}, ${method} ${readable(path)}: ${answer}`;
  return advice === undefined ? sentence : `${sentence.replace(/\.$/, '')}. ${advice}`;
}

/** Ids of tasks and names of users as Proxmox shows them, so that they can be searched for. */
function readable(path: string): string {
  return path.replaceAll('%3A', ':').replaceAll('%40', '@');
}

function nodeOf(path: string): string | undefined {
  const node = /^\/nodes\/([^/]+)/.exec(path)?.[1];
  return node === undefined ? undefined : decodeURIComponent(node);
}
