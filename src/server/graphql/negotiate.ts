/** What a client of GraphQL over HTTP can be answered with. */
export type MediaType =
  | 'application/json'
  | 'application/graphql-response+json'
  | 'text/event-stream'
  | 'text/html';

/** Makes the choice between media types; the same wish is thought about once. */
export function createNegotiation<Offered extends MediaType>(
  offered: readonly Offered[],
): (accept: string | undefined) => Offered | undefined {
  const known = new Map<string, Offered | undefined>();
  return (accept = '') => {
    if (known.has(accept)) return known.get(accept);
    const type = negotiate(accept, offered);
    if (known.size < maxKnown) known.set(accept, type);
    return type;
  };
}

/** Wishes that are remembered; clients have few. */
const maxKnown = 100;

/**
 * Picks the media type that a client likes best; of equally liked ones the first offered goes first. undefined when it
 * takes none.
 */
function negotiate<Offered extends MediaType>(
  accept: string,
  offered: readonly Offered[],
): Offered | undefined {
  const ranges = (accept.trim() === '' ? '*/*' : accept).split(',').map(readRange);
  let best: { type: Offered; weight: number; exact: number } | undefined;
  for (const type of offered) {
    const match = ranges
      .filter(({ range }) => range === type || range === '*/*' || range === `${type.split('/')[0]}/*`)
      .sort((left, right) => right.exact - left.exact)[0];
    if (!match || match.weight <= 0) continue;
    const better =
      !best || match.weight > best.weight || (match.weight === best.weight && match.exact > best.exact);
    if (better) best = { type, weight: match.weight, exact: match.exact };
  }
  return best?.type;
}

function readRange(text: string): { range: string; weight: number; exact: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  const exact = name === '*/*' ? 0 : name.endsWith('/*') ? 1 : 2;
  return { range: name, weight: Number.isFinite(weight) ? weight : 0, exact };
}
