import { HubError, describeError } from '../errors/hub-error.ts';
import type { Fault } from './observe/observation.ts';

/** What was thrown, as a fault to be kept in an observation; an abort is thrown on. */
export function toFault(error: unknown, signal?: AbortSignal): Fault {
  signal?.throwIfAborted();
  return { code: error instanceof HubError ? error.code : 'UNEXPECTED', message: describeError(error) };
}
