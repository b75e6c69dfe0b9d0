import { TransportError } from './transport.ts';

/** What an answer may hold at most. Real ones are far below; a hostile or broken server must not fill our memory. */
export const answerLimits = {
  /** On the way, and again after decompression: a hundred thousand rows fit in. */
  bytes: 48 * 1024 ** 2,
  rows: 100_000,
  /** Objects, lists and their members. */
  values: 4_000_000,
  /** Of a failed answer; the rest is not looked at. */
  failureCharacters: 65_536,
  /** Of the server's words in an error. */
  messageCharacters: 2000,
} as const;

/** The answer is larger than any of Proxmox is. */
export function refuseSize(): TransportError {
  const megabytes = answerLimits.bytes / 1024 ** 2;
  return new TransportError({
    phase: 'exchange',
    code: 'ANSWER_TOO_LARGE',
    message: `the answer is larger than ${megabytes} MiB and was not read to its end; is host and port that of a Proxmox VE node?`,
  });
}

/** Why a good answer is too much to be read, by its text: JSON of few bytes may become very many values. Pure. */
export function findExcess(body: string): string | undefined {
  if (body.length < answerLimits.values) return undefined;
  let values = 0;
  for (let index = 0; index < body.length; index += 1) {
    const character = body.charCodeAt(index);
    if (character === comma || character === brace || character === bracket) values += 1;
  }
  if (values <= answerLimits.values) return undefined;
  return `the answer holds more than ${answerLimits.values.toLocaleString('en')} values and is not read`;
}

/** Why the data of an answer is too much. Pure. */
export function findExcessRows(data: unknown): string | undefined {
  if (!Array.isArray(data) || data.length <= answerLimits.rows) return undefined;
  const [rows, most] = [data.length, answerLimits.rows].map((count) => count.toLocaleString('en'));
  return `the list has ${rows} rows; Template Hub reads at most ${most}, and takes none of them`;
}

/** At most so many characters, marked where something is left out. */
export function cut(text: string, characters: number = answerLimits.messageCharacters): string {
  return text.length <= characters ? text : `${text.slice(0, characters)}…`;
}

const comma = 44;
const bracket = 91;
const brace = 123;
