import type { Parameters, ParameterValue } from './call.ts';

/**
 * Parameters as a form, in the order given. Booleans become 1 and 0: not every version takes `true`. Undefined and
 * null are left out.
 */
export function encodeForm(parameters: Parameters = {}): string {
  return Object.entries(parameters)
    .flatMap(([key, value]) => {
      const written = writeValue(value);
      return written === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(written)}`];
    })
    .join('&');
}

function writeValue(value: ParameterValue): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return value.join(',');
  return String(value);
}
