import type { Behaviour } from '../behaviour.ts';
import type { ApiError, HttpRefusal } from '../errors.ts';
import type { SimulatorResponse } from './message.ts';

export type Format = 'json' | 'extjs';

/** What a handler answers when it is more than `data`: `total`, or data that is JSON text already. */
export class Answer {
  readonly data: unknown;
  readonly total: number | undefined;
  readonly text: string | undefined;

  constructor(data: unknown, extra: { readonly total?: number; readonly text?: string } = {}) {
    this.data = data;
    this.total = extra.total;
    this.text = extra.text;
  }
}

const jsonType = ['Content-Type', 'application/json;charset=UTF-8'] as const;

/** An answer of status 200. */
export function wrapResult(result: unknown, format: Format, now: number): SimulatorResponse {
  const answer = result instanceof Answer ? result : new Answer(result ?? null);
  const data = answer.text ?? JSON.stringify(answer.data ?? null);
  const total = answer.total === undefined ? '' : `,"total":${answer.total}`;
  const success = format === 'extjs' ? ',"success":1' : '';
  return compose({
    status: 200,
    reason: 'OK',
    body: `{"data":${data}${total}${success}}`,
    type: jsonType,
    now,
  });
}

/** A refusal by a handler or a check, as the version words it. */
export function wrapRefusal(
  error: ApiError,
  format: Format,
  version: Behaviour,
  now: number,
): SimulatorResponse {
  const [firstLine = ''] = error.message.split('\n');
  // The text of "not implemented" is the only one that carries no newline.
  const message = error.status === 501 || error.message.endsWith('\n') ? error.message : `${error.message}\n`;
  const errors = error.errors ? { errors: error.errors } : {};
  if (format === 'extjs') {
    const body = JSON.stringify({ data: null, ...errors, message, status: String(error.status), success: 0 });
    return compose({ status: 200, reason: 'OK', body, type: jsonType, now });
  }
  const body = JSON.stringify({ data: null, ...errors, ...(version.messageInBody ? { message } : {}) });
  return compose({ status: error.status, reason: firstLine, body, type: jsonType, now });
}

/** A refusal by the HTTP layer: plain text or nothing, and no content type. */
export function wrapHttpRefusal(error: HttpRefusal, version: Behaviour, now: number): SimulatorResponse {
  const body = version.messageInBody ? error.body : '';
  const [reason = ''] = error.message.split('\n');
  return compose({ status: error.status, reason, body, now });
}

interface Parts {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly type?: readonly [string, string];
  /** Epoch milliseconds. */
  readonly now: number;
}

function compose({ status, reason, body, type, now }: Parts): SimulatorResponse {
  const date = new Date(now).toUTCString();
  const headers: (readonly [string, string])[] = [
    ['Cache-Control', 'max-age=0'],
    ...(status >= 400 ? [['Connection', 'close'] as const] : []),
    ['Date', date],
    ['Pragma', 'no-cache'],
    ['Server', 'pve-api-daemon/3.0'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ...(type ? [type] : []),
    ['Expires', date],
  ];
  return { status, reason, headers, body };
}
