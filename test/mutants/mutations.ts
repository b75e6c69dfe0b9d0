/** A node of a syntax tree (ESTree), with its place in the source. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A change of one place, without its file. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly what: string;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

const turned: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
};

/** What may be changed at a node; nothing for most kinds. */
export function mutate(node: Node, source: string): Change[] {
  return (
    mutations[node.type]?.(node, (part) => (isNode(part) ? source.slice(part.start, part.end) : '')) ?? []
  );
}

type Mutation = (node: Node, textOf: (part: unknown) => string) => Change[];

const mutations: Readonly<Record<string, Mutation>> = {
  BinaryExpression: turnOperator,
  LogicalExpression: (node, textOf) =>
    node['operator'] === '??'
      ? [replace(node, textOf(node['left']), 'the default dropped')]
      : turnOperator(node, textOf),
  UnaryExpression: (node, textOf) =>
    node['operator'] === '!' ? [replace(node, `(${textOf(node['argument'])})`, 'the negation dropped')] : [],
  IfStatement: negateTest,
  ConditionalExpression: negateTest,
  AssignmentPattern: (node, textOf) => [replace(node, textOf(node['left']), 'the default dropped')],
  Literal: (node) => {
    const { value } = node;
    if (typeof value !== 'boolean') return [];
    return [replace(node, String(!value), `${value} turned into ${!value}`)];
  },
  MemberExpression: ({ property }) => {
    if (!isNode(property)) return [];
    const other = { some: 'every', every: 'some' }[String(property['name'])];
    return other === undefined ? [] : [replace(property, other, `"${other}" instead`)];
  },
};

function turnOperator({ left, right, operator }: Node, textOf: (part: unknown) => string): Change[] {
  const other = turned[String(operator)];
  if (other === undefined || !isNode(left) || !isNode(right)) return [];
  const whole = { start: left.start, end: right.end };
  const replacement = `(${textOf(left)}) ${other} (${textOf(right)})`;
  return [{ ...whole, replacement: `(${replacement})`, what: `${String(operator)} turned into ${other}` }];
}

/** Comparisons are turned by themselves already. */
function negateTest({ test }: Node, textOf: (part: unknown) => string): Change[] {
  if (!isNode(test) || test.type === 'BinaryExpression' || test.type === 'UnaryExpression') return [];
  return [replace(test, `!(${textOf(test)})`, 'the condition negated')];
}

function replace({ start, end }: Pick<Node, 'start' | 'end'>, replacement: string, what: string): Change {
  return { start, end, replacement, what };
}
