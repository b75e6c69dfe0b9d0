import { gzipSync } from 'node:zlib';

import type { Behaviour } from '../behaviour.ts';
import type { ApiError, HttpRefusal } from '../errors.ts';
import { Download } from './download.ts';
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
  if (result instanceof Download) return wrapDownload(result, now);
  const answer = result instanceof Answer ? result : new Answer(result ?? null);
  const data = answer.text ?? JSON.stringify(answer.data ?? null);
  const total = answer.total === undefined ? '' : `,"total":${answer.total}`;
  const success = format === 'extjs' ? ',"success":1' : '';
  return compose({
    status: 200,
    reason: 'OK',
    body: `{"data":${data}${total}${success}}`,
    extra: [jsonType],
    now,
  });
}

/** Logs of more than this many bytes are sent compressed, whether the client asked for that or not. */
const compressedFrom = 1024;

function wrapDownload({ text, type, fileName }: Download, now: number): SimulatorResponse {
  const encoded = Buffer.byteLength(text) > compressedFrom ? gzipSync(text) : undefined;
  const disposition = ['Content-Disposition', `attachment; filename="${fileName}"`] as const;
  const encoding = encoded === undefined ? [] : [['Content-Encoding', 'gzip'] as const];
  return compose({
    status: 200,
    reason: 'OK',
    body: text,
    encoded,
    extra: [['Content-Type', type], disposition, ...encoding],
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
    return compose({ status: 200, reason: 'OK', body, extra: [jsonType], now });
  }
  const body = JSON.stringify({ data: null, ...errors, ...(version.messageInBody ? { message } : {}) });
  return compose({ status: error.status, reason: firstLine, body, extra: [jsonType], now });
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
  /** The body as it is sent, where that is not its text. */
  readonly encoded?: Uint8Array | undefined;
  /** Headers that tell about the body. */
  readonly extra?: readonly (readonly [string, string])[];
  /** Epoch milliseconds. */
  readonly now: number;
}

function compose({ status, reason, body, encoded, extra = [], now }: Parts): SimulatorResponse {
  const date = new Date(now).toUTCString();
  const length = encoded?.byteLength ?? Buffer.byteLength(body);
  const headers: (readonly [string, string])[] = [
    ['Cache-Control', 'max-age=0'],
    ...(status >= 400 ? [['Connection', 'close'] as const] : []),
    ['Date', date],
    ['Pragma', 'no-cache'],
    ['Server', 'pve-api-daemon/3.0'],
    // Nothing has no length.
    ...(length > 0 ? [['Content-Length', String(length)] as const] : []),
    ...extra,
    ['Expires', date],
  ];
  return { status, reason, headers, body, ...(encoded ? { encoded } : {}) };
}
