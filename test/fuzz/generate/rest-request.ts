import type { Choice } from './choice.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import { makeOddText } from './odd-text.ts';

const names = [
  'cluster_ip',
  'cluster_id',
  'node',
  'vmid',
  'is_replica',
  'is_class_template',
  'class_id',
] as const;
const values = [
  '10.220.15.249',
  'cluster1',
  'cluster2',
  'pve1',
  '111',
  '112',
  ' +7 ',
  '-1',
  '0',
  '1e3',
  '0x10',
  '99999999999999999999999',
  'true',
  'FALSE',
  '1',
  '',
  ' ',
  'null',
] as const;
const methods = [
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
] as const;
const templates = [
  'ubuntu-22.04-template',
  'Windows 11 Pro',
  'Debian/12 base',
  'Ünïcöde テンプレート ✓ 🐍',
] as const;

/** Makes a request to the REST routes and the other paths. */
export function makeRestRequest(choice: Choice): FuzzRequest {
  const headers = choice.chance(0.1) ? makeOddHeaders(choice) : {};
  const path = `${makePath(choice)}${makeQuery(choice)}`;
  return { kind: 'REST', method: choice.pick(methods), path, headers };
}

function makePath(choice: Choice): string {
  const ways = [
    () => '/api/templates',
    () => '/api/templates',
    () => '/api/templates/nodes',
    () => '/api/templates/stats',
    () => `/api/templates/by-name/${encodeURIComponent(choice.pick(templates))}`,
    () => `/api/templates/by-name/${encode(makeOddText(choice), choice)}`,
    () => `/api/templates/by-name/${'x'.repeat(choice.between(1, 4000))}`,
    () =>
      `/${choice.pick(['openapi.json', 'health', 'health/live', 'metrics', 'api', 'api/', 'constructor', '__proto__'])}`,
    () => `/${encode(makeOddText(choice), choice)}`,
    () => '/api/templates/../../etc/passwd',
  ];
  return choice.pick(ways)();
}

function makeQuery(choice: Choice): string {
  const count = choice.chance(0.02) ? choice.between(50, 500) : choice.between(0, 4);
  const pairs = Array.from({ length: count }, () => {
    const name = choice.chance(0.9) ? choice.pick(names) : encode(makeOddText(choice), choice);
    const value = choice.chance(0.8)
      ? encodeURIComponent(choice.pick(values))
      : encode(makeOddText(choice), choice);
    return choice.chance(0.95) ? `${name}=${value}` : name;
  });
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Percent-encodes a text, mostly as UTF-8, sometimes as bytes that are none. */
function encode(text: string, choice: Choice): string {
  if (choice.chance(0.8)) return encodeURIComponent(text.toWellFormed());
  return text.replaceAll(/[^\w.~-]/g, () =>
    choice.pick(['%', '%f', '%ff', '%c3%28', '%00', '%ed%a0%80', '+']),
  );
}

function makeOddHeaders(choice: Choice): Record<string, string> {
  return choice.pick<Record<string, string>>([
    { accept: 'text/html;q=nonsense, */*;q=0' },
    { 'if-none-match': '*' },
    { 'if-none-match': `W/"${'x'.repeat(1000)}", "", ,` },
    { authorization: 'Basic =====' },
    { range: 'bytes=0-1' },
    { 'accept-encoding': 'gzip;q=0, *' },
    { expect: 'nothing' },
    { 'content-type': 'application/json' },
    { host: '127.0.0.1:99999' },
    { host: 'evil.example' },
  ]);
}
