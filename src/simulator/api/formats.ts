import { isUser, parseTokenId } from '../../names/account.ts';
import { splitList } from '../engine/text-list.ts';

/** Checks of named formats: undefined when the value is fine, else the complaint as Proxmox words it. */

type FormatCheck = (value: string) => string | undefined;

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';

function matching(pattern: Pick<RegExp, 'test'>, complain: (value: string) => string): FormatCheck {
  return (value) => (pattern.test(value) ? undefined : complain(value));
}

const checks: Readonly<Record<string, FormatCheck>> = {
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, () => 'value does not look like a valid VM ID\n'),
  'pve-node': matching(new RegExp(`^${label}$`), () => 'value does not look like a valid node name\n'),
  'pve-storage-id': matching(
    /^[A-Za-z][A-Za-z0-9\-_.]*[A-Za-z0-9]$/,
    (value) => `storage ID '${value}' contains illegal characters\n`,
  ),
  'dns-name': matching(
    new RegExp(`^(?:${label}\\.)*${label}$`),
    () => 'value does not look like a valid DNS name\n',
  ),
  'pve-poolid': matching(
    /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/,
    (value) => `value '${value}' does not look like a valid pool name\n`,
  ),
  'pve-configid': matching(/^[a-z][a-z0-9_-]+$/i, (value) => `invalid configuration ID '${value}'\n`),
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, () => 'invalid characters in tag\n'),
  'pve-userid': matching(
    { test: isUser },
    (value) => `value '${value}' does not look like a valid user name\n`,
  ),
  'pve-tokenid': matching(
    { test: (value) => parseTokenId(value) !== undefined },
    (value) => `value '${value}' does not look like a valid token ID\n`,
  ),
  'pve-roleid': matching(/^[A-Za-z0-9.\-_]+$/, (value) => `value '${value}' contains invalid characters\n`),
  'pve-groupid': matching(/^[A-Za-z0-9.\-_]+$/, (value) => `value '${value}' contains invalid characters\n`),
  'pve-priv': matching(/^[A-Za-z0-9.]+$/, (value) => `value '${value}' contains invalid characters\n`),
  'pve-realm': matching(
    /^[A-Za-z][A-Za-z0-9.\-_]+$/,
    (value) => `value does not look like a valid realm: ${value}\n`,
  ),
  'pve-storage-content': matching(
    /^(images|rootdir|vztmpl|iso|backup|snippets|import|none)$/,
    (value) => `invalid content type '${value}'\n`,
  ),
  'pve-volume-id': matching(
    /^[A-Za-z][A-Za-z0-9\-_.]*[A-Za-z0-9]:\S+$/,
    (value) => `unable to parse volume ID '${value}'\n`,
  ),
  'storage-pair': matching(
    /^[A-Za-z0-9][A-Za-z0-9\-_.]*(?::[A-Za-z][A-Za-z0-9\-_.]*)?$/,
    (value) => `'${value}' is no valid storage pair\n`,
  ),
  urlencoded: checkUrlEncoded,
  'pve-qm-ipconfig': checkIpConfig,
};

/** Checks a value against a format of the schema; unknown formats accept everything. */
export function checkFormat(format: string, value: string): string | undefined {
  const direct = checks[format];
  if (direct) return direct(value);
  const ofItems = format.endsWith('-list') ? checks[format.slice(0, -'-list'.length)] : undefined;
  if (!ofItems) return undefined;
  return splitList(value)
    .map((item) => ofItems(item))
    .find((complaint) => complaint !== undefined);
}

function checkUrlEncoded(value: string): string | undefined {
  return /^(?:[-%a-zA-Z0-9_.!~*'()])*$/.test(value) ? undefined : `invalid urlencoded string: ${value}\n`;
}

function checkIpConfig(value: string): string | undefined {
  for (const part of value.split(',')) {
    const [key, text = ''] = part.split('=');
    const complaint = key === 'ip' ? checkCidr(text) : key === 'gw' ? checkAddress(text) : undefined;
    if (complaint) return `format error\nipconfig0.${key}: invalid format - ${complaint}\n\n`;
  }
  return undefined;
}

function checkCidr(text: string): string | undefined {
  const [address = '', bits = ''] = text.split('/');
  const isFine = text === 'dhcp' || (isIpv4(address) && /^\d+$/.test(bits) && Number(bits) <= 32);
  return isFine ? undefined : 'value does not look like a valid ipv4 network configuration';
}

function checkAddress(text: string): string | undefined {
  return isIpv4(text) ? undefined : 'value does not look like a valid ipv4 address';
}

function isIpv4(text: string): boolean {
  return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}
