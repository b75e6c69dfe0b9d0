import type { RecordedRequest } from './line-forms.ts';

const TICKET = /(PVE:[^:\s]+@[^:\s]+:[0-9A-F]{8}::[A-Za-z0-9+/=]+)/i;
const TOKEN = /^PVEAPIToken[= ]([^!\s]+)!([^=\s]+)=([0-9a-f-]{36})$/i;

/** What a request presents, by its headers. */
export interface Credentials {
  readonly ticket?: string;
  readonly token?: { user: string; id: string; secret: string };
}

/** Reads the ticket or the token that a recorded request sent. */
export function readCredentials(request: RecordedRequest): Credentials {
  const authorization = readHeader(request, 'authorization') ?? '';
  const cookie = decodeLoosely(readHeader(request, 'cookie') ?? authorization);
  const [, user, id, secret] = TOKEN.exec(decodeLoosely(authorization)) ?? [];
  const ticket = TICKET.exec(cookie)?.[1];
  if (user === undefined || id === undefined || secret === undefined) return { ticket };
  return { ticket, token: { user, id, secret } };
}

/** Decodes percent signs where they are valid: a ticket may be sent raw, and holds none then. */
export function decodeLoosely(text: string): string {
  return text.replaceAll(/(?:%[0-9A-F]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch (error) {
      if (error instanceof URIError) return escaped;
      throw error;
    }
  });
}

/** A header of a recorded request, by its name in lower case. */
export function readHeader({ headers }: RecordedRequest, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
