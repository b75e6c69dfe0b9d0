import type { SchemaVersion } from '../behaviour.ts';
import { type Endpoint, loadEndpoints } from './schema.ts';

/** An endpoint with the values of its path's parameters. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly path: ReadonlyMap<string, string>;
}

/** Finds endpoints by method and path segments. */
export class Router {
  readonly #byMethod = new Map<
    string,
    { readonly endpoint: Endpoint; readonly parts: readonly string[] }[]
  >();

  constructor(version: SchemaVersion) {
    for (const endpoint of loadEndpoints(version)) {
      const parts = endpoint.path.split('/').filter((part) => part !== '');
      const list = this.#byMethod.get(endpoint.method) ?? [];
      // Fixed segments win over parameters.
      list.push({ endpoint, parts });
      list.sort((left, right) => countParameters(left.parts) - countParameters(right.parts));
      this.#byMethod.set(endpoint.method, list);
    }
  }

  find(method: string, segments: readonly string[]): Route | undefined {
    for (const { endpoint, parts } of this.#byMethod.get(method) ?? []) {
      const path = matchParts(parts, segments);
      if (path) return { endpoint, path };
    }
    return undefined;
  }
}

function countParameters(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith('{')).length;
}

function matchParts(parts: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  if (parts.length !== segments.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) values.set(part.slice(1, -1), segment);
    else if (part !== segment) return undefined;
  }
  return values;
}
