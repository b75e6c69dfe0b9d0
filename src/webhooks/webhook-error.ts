import { HubError } from '../errors/hub-error.ts';

/** Why a request about a webhook is refused. Nothing was changed. */
export type WebhookErrorCode =
  | 'CLUSTER_NOT_FOUND'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INVALID_INPUT'
  | 'WEBHOOK_NOT_FOUND';

/** A request about a webhook that cannot be served as it was asked. No message holds a secret. */
export class WebhookError extends HubError {
  declare readonly code: WebhookErrorCode;
  /** The part of the input it is about, for example `['url']`. */
  readonly field: readonly string[];

  constructor(code: WebhookErrorCode, message: string, field: readonly string[] = []) {
    super(code, message);
    this.field = field;
  }
}

/** The error about a webhook that is not there. */
export function createNotFound(id: number): WebhookError {
  return new WebhookError('WEBHOOK_NOT_FOUND', `There is no webhook ${id}; see "webhooks".`, ['id']);
}
