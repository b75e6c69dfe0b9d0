import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('npm prints errors only: npm ci has no wall of warnings', () => {
  const cwd = join(import.meta.dirname, '..', '..');
  const { npm_config_loglevel: _given, ...env } = process.env;
  const { stdout } = spawnSync('npm', ['config', 'get', 'loglevel'], { cwd, env, encoding: 'utf8' });
  expect(stdout.trim()).toBe('error');
});
