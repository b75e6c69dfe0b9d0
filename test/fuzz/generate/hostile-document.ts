import type { Choice } from './choice.ts';
import { makeOddText } from './odd-text.ts';

/** Writes documents that are made to cost much: huge, deep, aliased, exploding. */
export function writeHostileDocument(choice: Choice): string {
  return choice.pick(writers)(choice);
}

type Writer = (choice: Choice) => string;

const writers: readonly Writer[] = [
  writeManyAliases,
  writeManyFields,
  writeDeepFields,
  writeDeepValue,
  writeDeepWhere,
  writeUnclosed,
  writeLongText,
  writeExplodingFragments,
  writeFragmentCycle,
  writeManyVariables,
  writeManyOperations,
  writeManyDirectives,
  writeOddNames,
  writeOverlappingFields,
  writeLargePages,
];

function repeat(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(' ');
}

function writeManyAliases(choice: Choice): string {
  return `{ ${repeat(choice.between(2, 3000), (index) => `a${index}: stats { totalTemplates }`)} }`;
}

function writeManyFields(choice: Choice): string {
  return `{ stats { ${repeat(choice.between(50, 4000), () => 'totalTemplates')} } }`;
}

function writeDeepFields(choice: Choice): string {
  const depth = choice.between(3, 3000);
  return `{ templates { nodes { ${'replicas { '.repeat(depth)}id${' }'.repeat(depth)} } } }`;
}

function writeDeepValue(choice: Choice): string {
  const depth = choice.between(100, 20_000);
  const [open, close] = choice.pick([
    ['[', ']'],
    ['{a:', '}'],
  ] as const);
  return `{ templates(where: ${open.repeat(depth)}1${close.repeat(depth)}) { totalCount } }`;
}

function writeDeepWhere(choice: Choice): string {
  const depth = choice.between(2, 200);
  const word = choice.pick(['NOT', 'AND', 'OR', 'source']);
  return `{ templates(where: ${`{${word}: `.repeat(depth)}{vmid: {eq: 111}}${'}'.repeat(depth)}) { totalCount } }`;
}

function writeUnclosed(choice: Choice): string {
  return choice
    .pick(['{', '{a', '[', '(', '"', '"""', '...', '@a', '$', '#'])
    .repeat(choice.between(1, 40_000));
}

function writeLongText(choice: Choice): string {
  const text = choice.pick(['x', 'ü', '\\n', '\\u0041', '\u{1f40d}']).repeat(choice.between(100, 40_000));
  return `{ templatesByName(name: "${text}") { id } }`;
}

function writeExplodingFragments(choice: Choice): string {
  const count = choice.between(3, 60);
  const fragments = repeat(
    count,
    (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
  );
  return `{ ...F0 } ${fragments} fragment F${count} on Query { stats { totalTemplates } }`;
}

function writeFragmentCycle(choice: Choice): string {
  const count = choice.between(1, 40);
  return `{ ...F0 } ${repeat(count, (index) => `fragment F${index} on Query { ...F${(index + 1) % count} }`)}`;
}

function writeManyVariables(choice: Choice): string {
  const count = choice.between(50, 2000);
  return `query Q(${repeat(count, (index) => `$v${index}: Int = ${index}`)}) { stats { totalTemplates } }`;
}

function writeManyOperations(choice: Choice): string {
  return repeat(choice.between(2, 400), (index) => `query Q${index} { stats { totalTemplates } }`);
}

function writeManyDirectives(choice: Choice): string {
  const directive = choice.pick(['@skip(if: false)', '@include(if: true)', '@nonsense', '@defer', '@stream']);
  return `{ stats ${repeat(choice.between(1, 900), () => directive)} { totalTemplates } }`;
}

function writeOddNames(choice: Choice): string {
  return `{ ${makeOddText(choice)} stats { ${makeOddText(choice)} totalTemplates } } ${makeOddText(choice)}`;
}

/** Each pair of fields has to be compared: the classic quadratic case of validation. */
function writeOverlappingFields(choice: Choice): string {
  const one = '... on Query { stats { ... on Stats { totalTemplates } } }';
  return `{ ${repeat(choice.between(5, 300), () => one)} }`;
}

function writeLargePages(choice: Choice): string {
  const first = choice.pick([100, 1000, -1, 0, 2_147_483_647]);
  return `{ templates(first: ${first}) { nodes { replicas { replicas { source { replicas { name } } } } } } }`;
}
