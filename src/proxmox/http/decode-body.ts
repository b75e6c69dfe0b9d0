import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { answerLimits, refuseSize } from './answer-limits.ts';
import { TransportError } from './transport.ts';

const unzip = promisify(gunzip);

/** The text of a body. Throws a TransportError when it grows beyond all measure, or is not compressed as it says. */
export async function decodeBody(body: Uint8Array, encoding: string | undefined): Promise<string> {
  if (body.byteLength === 0 || encoding === undefined || encoding === 'identity')
    return Buffer.from(body).toString('utf8');
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw broken(`the answer is compressed by "${encoding}"`);
  try {
    return (await unzip(body, { maxOutputLength: answerLimits.bytes })).toString('utf8');
  } catch (error) {
    const isLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isLarge ? refuseSize() : broken('the answer cannot be decompressed');
  }
}

function broken(message: string): TransportError {
  return new TransportError({ phase: 'exchange', code: 'BROKEN', message: message.slice(0, 100) });
}
