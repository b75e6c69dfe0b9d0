/** What a route answers. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Content type of plain JSON answers. */
export const jsonType = 'application/json; charset=utf-8';

/** Headers of every answer: nothing of this server is to be taken for another type, or read into another site's page. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** A JSON answer. It ends with a newline, as the predecessor's did. */
export function replyJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return replyJsonText(status, JSON.stringify(value), headers);
}

/** The same of what is JSON already. */
export function replyJsonText(
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { 'content-type': jsonType, ...headers }, body: `${json}\n` };
}

/** An error outside GraphQL: `{"error": "…"}`. */
export function replyError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return replyJson(status, { error: message }, headers);
}
