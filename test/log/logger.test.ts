import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createLogger } from '../../src/log/logger.ts';

function capture(isTTY = false) {
  const chunks: string[] = [];
  const output = Object.assign(new PassThrough(), { isTTY });
  output.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { output, read: () => chunks.join('') };
}

it('writes one JSON line an event', () => {
  const { output, read } = capture();
  const logger = createLogger({ level: 'info', format: 'auto', output });
  logger.info({ clusterId: 'lab' }, 'Template replication startup');
  logger.debug('not shown');
  const lines = read().trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    clusterId: 'lab',
    msg: 'Template replication startup',
  });
});

it('replaces secrets by ***', () => {
  const { output, read } = capture();
  const logger = createLogger({ level: 'info', format: 'json', output });
  logger.info(
    { password: 'hunter2', request: { headers: { authorization: 'hunter3' } }, key: new Secret('hunter4') },
    'x',
  );
  expect(read()).not.toContain('hunter');
  expect(JSON.parse(read())).toMatchObject({ password: '***', key: '***' });
});

it('is pretty on a terminal', async () => {
  const { output, read } = capture(true);
  createLogger({ level: 'info', format: 'auto', output }).info('Template replication startup');
  await new Promise((resolve) => setImmediate(resolve));
  expect(read()).toContain('Template replication startup');
  expect(() => JSON.parse(read())).toThrow(SyntaxError);
});

it.each(['json', 'pretty'] as const)(
  'as %s shows texts of clusters without control characters',
  async (format) => {
    const { output, read } = capture();
    const logger = createLogger({ level: 'info', format, output });
    logger.info(
      { name: '\u001B[31mevil\u001B[0m', err: new Error('no\u0007\nsecond line') },
      'a\u001B[2J of\nb',
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(read()).toContain('evil');
    expect(read().replaceAll('\n', '')).not.toMatch(/\p{Cc}|\\u00[01]/u);
  },
);

it('goes on when a line cannot be written', () => {
  const { output } = capture();
  const logger = createLogger({ level: 'info', format: 'json', output });
  output.destroy(new Error('the reader is gone'));
  expect(() => logger.info('x')).not.toThrow();
});
