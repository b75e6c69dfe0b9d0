import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  isRequiredInputField,
  type GraphQLInputType,
} from 'graphql';
import type { Choice } from './choice.ts';
import { makeOddText } from './odd-text.ts';

/** A value of an argument: plain JSON. */
export type InputValue = null | boolean | number | string | InputValue[] | { [name: string]: InputValue };

const texts = ['cluster1', 'cluster2', '10.220.15.249', 'pve1', 'pve3', 'ubuntu-22.04-template', ''] as const;
const kinds = ['Template', 'Cluster', 'ReplicationRun', 'Class', 'Node', 'Nonsense'] as const;
const edges = [0, -1, 1, 100, 101, 2_147_483_647, -2_147_483_648, 2_147_483_648, 1e21, 0.5, -0] as const;

/** Names that objects of JavaScript give a meaning to. */
const trickyNames = ['toString', 'valueOf', 'toJSON', 'then', 'length', 'constructor', '__proto__'] as const;

/** Makes a value that mostly fits a type; `wrongness` is the probability, at each level, that it does not. */
export function makeInputValue(type: GraphQLInputType, choice: Choice, wrongness = 0.02): InputValue {
  if (choice.chance(wrongness)) return makeWrongValue(choice);
  if (type instanceof GraphQLNonNull) return makeInputValue(type.ofType, choice, wrongness);
  if (choice.chance(0.05)) return null;
  if (type instanceof GraphQLList)
    return Array.from({ length: choice.between(0, 3) }, () => makeInputValue(type.ofType, choice, wrongness));
  if (type instanceof GraphQLEnumType) return choice.pick(type.getValues()).name;
  if (type instanceof GraphQLInputObjectType) return makeObject(type, choice, wrongness);
  return makeScalar(type.name, choice);
}

function makeObject(type: GraphQLInputObjectType, choice: Choice, wrongness: number): InputValue {
  const fields = Object.values(type.getFields());
  const given = fields.filter((field) => isRequiredInputField(field) || choice.chance(2 / fields.length));
  return Object.fromEntries(given.map(({ name, type }) => [name, makeInputValue(type, choice, wrongness)]));
}

function makeScalar(name: string, choice: Choice): InputValue {
  switch (name) {
    case 'Int':
      return choice.chance(0.1) ? choice.pick(edges) : choice.between(1, 220);
    case 'Float':
    case 'BigInt':
      return choice.chance(0.3) ? choice.pick(edges) : choice.below(2 ** 40);
    case 'Boolean':
      return choice.chance(0.5);
    case 'DateTime':
      return new Date(choice.below(4e12)).toISOString();
    case 'ID':
      return Buffer.from(`${choice.pick(kinds)}:${choice.between(0, 40)}`).toString('base64');
    default:
      return choice.chance(0.2) ? makeOddText(choice) : choice.pick(texts);
  }
}

/** A value of any type at all. */
export function makeWrongValue(choice: Choice): InputValue {
  const ways: (() => InputValue)[] = [
    () => null,
    () => choice.chance(0.5),
    () => choice.pick(edges),
    () => makeOddText(choice),
    () => 'x'.repeat(choice.between(1, 3000)),
    () => [],
    () => Array.from({ length: choice.between(1, 50) }, () => choice.below(300)),
    () => ({ [makeOddText(choice)]: makeWrongValue(choice) }),
    () => ({ [choice.pick(trickyNames)]: makeWrongValue(choice) }),
    () => ({ AND: [{ OR: [{ NOT: { AND: [] } }] }] }),
  ];
  return choice.pick(ways)();
}
