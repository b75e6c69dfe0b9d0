/** The help of every command there is, in this process. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { takeSurroundings } from '../../src/cli/surroundings.ts';
import { runHubHere } from './support.ts';

/** The words of a command and of all below it. */
function listWords(command: Command, before: readonly string[] = []): string[][] {
  return [[...before], ...command.commands.flatMap((one) => listWords(one, [...before, one.name()]))];
}

const all = listWords(createProgram(takeSurroundings()));

describe('help', () => {
  it('is there for as many commands as there are', () => {
    expect(all.length).toBeGreaterThan(40);
  });

  it.each(all.map((words) => [words.join(' '), words] as const))(
    'of "hub %s" fits 80 columns',
    async (name, words) => {
      const { code, stdout, stderr } = await runHubHere([...words, '--help'], { folder: '/' });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: hub${name === '' ? '' : ` ${name}`}\\b`));
      expect(stdout.split('\n').filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
    },
  );
});
