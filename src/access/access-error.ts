import { HubError } from '../errors/hub-error.ts';

/** Why a request about tokens is refused. Nothing was changed. */
export type AccessErrorCode = 'CLUSTER_NOT_FOUND' | 'INVALID_INPUT' | 'TOKEN_NOT_FOUND' | 'TOKEN_REVOKED';

/** A request about tokens that cannot be served as it was asked. No message holds a secret. */
export class AccessError extends HubError {
  declare readonly code: AccessErrorCode;
  /** The part of the input it is about, for example `['name']`. */
  readonly field: readonly string[];

  constructor(code: AccessErrorCode, message: string, field: readonly string[] = []) {
    super(code, message);
    this.field = field;
  }
}

/** The error about a token that is not there. */
export function createTokenNotFound(id: number): AccessError {
  return new AccessError('TOKEN_NOT_FOUND', `There is no token ${id}; see "apiTokens".`, ['id']);
}
