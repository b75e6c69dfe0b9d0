/** A database that cannot be used for a while: a sentence in the log, and it goes on afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../src/log/logger.ts';
import { explainStoreFault } from '../../src/store/explain-fault.ts';
import { openStore, type Store } from '../../src/store/store.ts';

let folder: string;
let store: Store;
const url = 'file:./hub.db';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-fault-'));
  store = await openStore({ url, folder });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string) =>
  store.prisma.lease.create({ data: { name, owner: 'test', expiresAt: new Date(0) } });

async function fail(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}

/** The line that a server's log has of an error. */
function log(error: unknown): string {
  let text = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const explain = (fault: unknown) => explainStoreFault({ url, folder }, fault);
  createLogger({ level: 'info', format: 'json', output, explain }).error({ err: error }, 'Request failed');
  return text;
}

it('a full disk is told with the path and what to do, without a stack, and writes go on once there is room', async () => {
  await store.prisma.$queryRawUnsafe('PRAGMA max_page_count = 1');
  const error = await fail(async () => {
    for (let number = 0; number < 100; number += 1) await write(`${number}`.padEnd(4000, 'x'));
  });
  const line = log(error);
  expect(JSON.parse(line)).toMatchObject({
    err: {
      code: 'DATABASE_FULL',
      message: `The database ${join(folder, 'hub.db')} cannot be used: no space is left. Make room on its file system.`,
    },
  });
  expect(line).not.toMatch(/stack|node_modules|\\n/);
  await store.prisma.$queryRawUnsafe('PRAGMA max_page_count = 1000000');
  expect(await write('room')).toMatchObject({ name: 'room' });
});

it('a database that can only be read is told in the same way', async () => {
  await store.prisma.$queryRawUnsafe('PRAGMA query_only = 1');
  expect(log(await fail(() => write('x')))).toContain('it, or its folder, cannot be written');
  await store.prisma.$queryRawUnsafe('PRAGMA query_only = 0');
  expect(await write('x')).toMatchObject({ name: 'x' });
});

it('a fault of the program keeps its stack', async () => {
  await write('twice');
  const error = await fail(() => write('twice'));
  expect(explainStoreFault({ url, folder }, error)).toBeUndefined();
  expect(log(error)).toContain('"stack"');
  expect(log(new TypeError('no'))).toContain('"stack"');
});
