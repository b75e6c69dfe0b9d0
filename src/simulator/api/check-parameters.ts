import { refuseParameters } from '../errors.ts';
import { checkFormat } from './formats.ts';
import { Parameters, type RawParameters, type RawValue } from './parameters.ts';
import type { Endpoint, Parameter, Property } from './schema.ts';

type Rule = Omit<Property, 'versions'> & { readonly propertyString?: Parameter['propertyString'] };

/** How many of a numbered option there are: `scsi[n]` is scsi0 to scsi30. */
const counts: Readonly<Record<string, number>> = {
  ide: 4,
  sata: 6,
  scsi: 31,
  virtio: 16,
  net: 32,
  unused: 256,
  mp: 256,
  dev: 256,
  hostpci: 16,
  usb: 14,
  numa: 8,
  parallel: 3,
  serial: 4,
  ipconfig: 32,
  virtiofs: 10,
};

const unknown = 'property is not defined in schema and the schema does not allow additional properties';
const missing = 'property is missing and it is not optional';

/** Checks what was sent against the endpoint's schema: parameters to work with, or the refusal with every complaint. */
export function checkParameters(endpoint: Endpoint, sent: RawParameters): Parameters {
  const errors: Record<string, string> = {};
  const values = new Map<string, string>();
  for (const [name, value] of sent) {
    const rule = findRule(endpoint.parameters, name);
    const complaint = rule ? checkValue(name, rule, value) : unknown;
    if (complaint !== undefined) errors[name] = complaint;
    else values.set(name, formatValue(value));
  }
  for (const [name, parameter] of Object.entries(endpoint.parameters)) {
    if (!sent.has(name) && !parameter.optional && !name.endsWith('[n]')) errors[name] = missing;
    const { requires } = parameter;
    if (requires && sent.has(name) && !sent.has(requires)) {
      errors[requires] = `missing property - '${name}' requires this property`;
    }
  }
  if (Object.keys(errors).length > 0) throw refuseParameters(errors);
  return new Parameters(values);
}

/** The rule of a parameter by its name, numbered ones included. */
export function findRule(parameters: Endpoint['parameters'], name: string): Parameter | undefined {
  if (Object.hasOwn(parameters, name) && !name.endsWith('[n]')) return parameters[name];
  const match = /^([a-z]+)(\d+)$/.exec(name);
  if (!match?.[1] || Number(match[2]) >= (counts[match[1]] ?? 0)) return undefined;
  return parameters[`${match[1]}[n]`];
}

function checkValue(name: string, rule: Rule, value: RawValue): string | undefined {
  const text = formatValue(value);
  if (Array.isArray(value) && !rule.format?.endsWith('-list')) {
    return `type check ('${rule.type ?? 'string'}') failed - got '${value.join(',')}'`;
  }
  return (
    checkType(rule.type ?? 'string', text, value) ??
    checkShape(name, rule, text) ??
    checkLength(rule, text) ??
    checkRange(rule, text) ??
    checkEnum(rule, text)
  );
}

function checkType(type: string, text: string, value: RawValue): string | undefined {
  const patterns: Readonly<Record<string, RegExp>> = {
    integer: /^[+-]?\d+$/,
    number: /^[+-]?\d+(?:\.\d+)?$/,
    boolean: /^[01]$/,
  };
  const isFine = typeof value === 'boolean' ? type !== 'integer' : (patterns[type]?.test(text) ?? true);
  return isFine ? undefined : `type check ('${type}') failed - got '${text}'`;
}

function checkShape(name: string, rule: Rule, text: string): string | undefined {
  if (rule.propertyString) return checkPropertyString(name, rule.propertyString, text);
  const complaint = rule.format
    ? checkFormat(rule.format, text)?.replace('ipconfig0.', `${name}.`)
    : undefined;
  if (complaint !== undefined) return `invalid format - ${complaint}`;
  if (!rule.pattern) return undefined;
  const pattern = new RegExp(`^(?:${rule.pattern.replaceAll('(?^:', '(?:')})$`);
  return pattern.test(text) ? undefined : 'value does not match the regex pattern';
}

function checkLength({ minLength, maxLength }: Rule, text: string): string | undefined {
  if (maxLength && text.length > maxLength) return `value may only be ${maxLength} characters long`;
  return minLength && text.length < minLength
    ? `value must be at least ${minLength} characters long`
    : undefined;
}

function checkRange({ type, minimum, maximum }: Rule, text: string): string | undefined {
  if (type !== 'integer' && type !== 'number') return undefined;
  if (maximum !== undefined && maximum !== null && Number(text) > maximum) {
    return `value must have a maximum value of ${maximum}`;
  }
  if (minimum === undefined || minimum === null || Number(text) >= minimum) return undefined;
  return `value must have a minimum value of ${minimum}`;
}

function checkEnum(rule: Rule, text: string): string | undefined {
  if (!rule.enum || rule.enum.includes(text)) return undefined;
  return `value '${text}' does not have a value in the enumeration '${rule.enum.join(', ')}'`;
}

/** `local:1,format=qcow2`: the first part may stand for the default key. */
function checkPropertyString(
  name: string,
  properties: Readonly<Record<string, Property>>,
  text: string,
): string | undefined {
  const complaints: string[] = [];
  const seen = new Set<string>();
  const defaultKey = Object.keys(properties).find((key) => properties[key]?.defaultKey);
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const at = part.indexOf('=');
    const key = at < 0 ? defaultKey : part.slice(0, at).trim();
    if (key === undefined)
      return `invalid format - value without key, but schema does not define a default key\n`;
    if (seen.has(key)) return `invalid format - duplicate key in comma-separated list property: ${key}\n`;
    seen.add(key);
    const property = resolveAlias(properties, key);
    const complaint = property ? checkPart(`${name}.${key}`, property, part.slice(at + 1)) : unknown;
    if (complaint !== undefined) complaints.push(`${name}.${key}: ${complaint}\n`);
  }
  for (const [key, property] of Object.entries(properties)) {
    const isGiven = seen.has(key) || Object.entries(properties).some(([, other]) => other.alias === key);
    if (!property.optional && !property.alias && !isGiven) complaints.push(`${name}.${key}: ${missing}\n`);
  }
  return complaints.length > 0 ? `invalid format - format error\n${complaints.join('')}\n` : undefined;
}

function resolveAlias(properties: Readonly<Record<string, Property>>, key: string): Property | undefined {
  const property = properties[key];
  return property?.alias ? (properties[property.alias] ?? {}) : property;
}

/** Inside a property string booleans may be words. */
function checkPart(name: string, rule: Rule, text: string): string | undefined {
  const value = rule.type === 'boolean' && /^(?:1|0|on|off|yes|no|true|false)$/i.test(text) ? '1' : text;
  return checkValue(name, rule, value);
}

function formatValue(value: RawValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.join(',') : String(value);
}
