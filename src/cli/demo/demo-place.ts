import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { privateFile, privateFolder } from '../../secrets/file-privacy.ts';
import { findWorld, readWorld } from '../../simulator/read-world.ts';
import type { World } from '../../simulator/world.ts';

/** The folder a demo lives in: the store, and beside it the simulated clusters as they were left. */
export interface DemoPlace {
  readonly folder: string;
  readonly databaseFile: string;
  readonly logFile: string;
  readWorld(): Promise<World>;
  saveWorld(world: World): void;
  /** Deletes the store, not the clusters. */
  forgetDatabase(): void;
  /** Deletes the folder where it was made for this demo only. */
  leave(): void;
}

/** Opens the given folder, `data/demo`, or with `temporary` a new one that is deleted in the end. */
export function openDemoPlace(options: { folder: string; given?: string; temporary: boolean }): DemoPlace {
  const isTemporary = options.temporary && options.given === undefined;
  const folder = isTemporary
    ? mkdtempSync(join(tmpdir(), 'template-hub-demo-'))
    : resolve(options.folder, options.given ?? join('data', 'demo'));
  mkdirSync(folder, { recursive: true, mode: privateFolder });
  const worldFile = join(folder, 'simulated-clusters.json');
  const databaseFile = join(folder, 'template-hub.db');
  return {
    folder,
    databaseFile,
    logFile: join(folder, 'demo.log'),
    readWorld: () => readWorld(existsSync(worldFile) ? worldFile : findWorld('demo')),
    saveWorld: (world) => {
      writeFileSync(`${worldFile}.new`, JSON.stringify(world), { mode: privateFile });
      renameSync(`${worldFile}.new`, worldFile);
    },
    forgetDatabase: () => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(databaseFile + suffix, { force: true });
    },
    leave: () => {
      if (isTemporary) rmSync(folder, { recursive: true, force: true });
    },
  };
}
