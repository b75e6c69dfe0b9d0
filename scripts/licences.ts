/** Lists the licences of the packages that are shipped: `npm run -s licences`. */
import { join } from 'node:path';
import { readShipped } from './shipped.ts';

const shipped = readShipped(join(import.meta.dirname, '..'));
const lines = [...shipped].map(([folder, { version, license }]) => {
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { license: license ?? 'UNKNOWN', text: `${name} ${version}` };
});
const licences = [...new Set(lines.map(({ license }) => license))].sort();
for (const licence of licences) {
  const texts = new Set(lines.filter((line) => line.license === licence).map(({ text }) => text));
  process.stdout.write(`${licence} (${texts.size})\n`);
  for (const text of texts) process.stdout.write(`  ${text}\n`);
}
