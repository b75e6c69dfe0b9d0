import type { SimulatorResponse } from './message.ts';

/** The bytes of an answer. Whether the connection stays is said in every one. */
export function renderResponse(
  { status, reason, headers, body, encoded }: SimulatorResponse,
  { protocol, isKept }: { readonly protocol: string; readonly isKept: boolean },
): Buffer {
  const others = headers
    .filter(([name]) => name !== 'Connection')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const connection = `Connection: ${isKept ? 'Keep-Alive' : 'close'}\r\n`;
  const lines = [...others, connection].toSorted(byPlace).join('');
  const head = `${protocol} ${status} ${sanitise(reason)}\r\n${lines}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), encoded ?? Buffer.from(body)]);
}

/** Headers in the order in which the real server writes them: general ones, those of an answer, those of its body. */
const places = [
  'Cache-Control',
  'Connection',
  'Date',
  'Pragma',
  'Location',
  'Server',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'Expires',
];

function byPlace(left: string, right: string): number {
  return placeOf(left) - placeOf(right);
}

function placeOf(line: string): number {
  const place = places.indexOf(line.slice(0, line.indexOf(':')));
  return place < 0 ? places.length : place;
}

/** A reason phrase must be one line of Latin-1. */
function sanitise(reason: string): string {
  return reason.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
