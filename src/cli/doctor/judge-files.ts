import { describeOpenFile } from '../../secrets/file-privacy.ts';
import type { Check } from './check.ts';

/** Warns of files with secrets that every user of this machine can read. */
export function judgeFiles(openFiles: readonly string[]): Check[] {
  return openFiles.map((file) => ({
    level: 'warn',
    subject: 'files',
    message: describeOpenFile(file),
    commands: [`chmod 600 ${file}`],
  }));
}
