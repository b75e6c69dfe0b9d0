import type { ZodType } from 'zod';
import { HubError } from '../../errors/hub-error.ts';
import type { HttpMethod } from './transport.ts';
import type { ProxmoxErrorCode } from '../failures/failure-codes.ts';

/** A parameter as Proxmox takes it: booleans become 1 or 0, lists are joined by commas, undefined is not sent. */
export type ParameterValue = string | number | boolean | readonly string[] | undefined;

export type Parameters = Readonly<Record<string, ParameterValue>>;

/** Options of every endpoint. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds to wait for the answer, in place of the client's own limit. */
  timeoutMs?: number;
}

/** One request to the API and the shape of its answer. */
export interface Call<Result> extends CallOptions {
  method: HttpMethod;
  /** Below `/api2/json`, with a slash first; parts made by `pathOf`. */
  path: string;
  parameters?: Parameters;
  /** Checks and cleans the `data` of the answer. */
  answer: ZodType<Result>;
  /** Failures of this very call that are worth another try, besides those of the connection. */
  retryOn?: readonly ProxmoxErrorCode[];
}

/**
 * Joins path parts, each percent-encoded: `pathOf('nodes', 'pve1', 'qemu')` is `/nodes/pve1/qemu`.
 * Throws a HubError with code BAD_PATH for an empty part, `.` or `..`: they would name something else.
 */
export function pathOf(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${encodePart(String(part))}`).join('');
}

function encodePart(part: string): string {
  if (/^\.{0,2}$/.test(part))
    throw new HubError('BAD_PATH', `"${part}" cannot be part of a path of the Proxmox API.`);
  return encodeURIComponent(part);
}
