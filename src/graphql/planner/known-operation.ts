import {
  getArgumentValues,
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type VariableValues,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PageReader } from '../rows/page.ts';
import { LeaveAlone } from './marks.ts';
import { readOperation, selectRoots, type Operation, type SelectedRoot } from './operation.ts';
import { planOperation, type Plan } from './plan-operation.ts';
import { askRoot } from './plan-root.ts';
import type { Asked } from './root-plan.ts';
import { takeApart, type Leaf } from './shape.ts';

/** Plans that are kept of one operation: one for each shape of its variables, and each choice of what there is. */
const keptPlans = 50;
/** Choices of `@skip` and `@include` that are remembered of one operation. */
const keptChoices = 20;

/** A plan, and what this request gives it. */
export interface ReadyPlan {
  readonly plan: Plan;
  /** Of each field of the plan: what it was asked, and the values of its parameters. */
  readonly asked: readonly { readonly values: unknown; readonly leaves: readonly Leaf[] }[];
}

/** An operation that was asked before, with what is known of it. */
export class KnownOperation {
  readonly #schema: GraphQLSchema;
  readonly #operation: Operation | undefined;
  readonly #choices = new LRUCache<string, { roots: readonly SelectedRoot[] | undefined }>({
    max: keptChoices,
  });
  readonly #plans = new LRUCache<string, { plan: Plan | undefined }>({ max: keptPlans });

  constructor(document: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema;
    this.#operation = readOperation(document);
  }

  /**
   * Finds the plan for a request, or makes it. undefined when the operation is left alone with these variables.
   *
   * @throws {GraphQLError | LeaveAlone} when something that is given does not fit.
   */
  prepare(given: Record<string, unknown>, reader: PageReader): ReadyPlan | undefined {
    if (!this.#operation) return undefined;
    const { definition, fragments, switches } = this.#operation;
    const { variableValues: variables } = getVariableValues(
      this.#schema,
      definition.variableDefinitions ?? [],
      given,
    );
    if (!variables) throw new LeaveAlone();
    const selecting = { schema: this.#schema, fragments, variables };
    const choice = switches.map((name) => String(variables.coerced[name])).join();
    const { roots } = remember(this.#choices, choice, () => ({
      roots: this.#operation && selectRoots(this.#operation, selecting),
    }));
    if (!roots) return undefined;
    const askedRoots = roots.map((root) => ({ ...root, asked: this.#ask(root, variables, reader) }));
    let shape = `${choice}\n${JSON.stringify(reader.target.sight)}`;
    const asked = askedRoots.map(({ asked: { form, values } }) => {
      const leaves: Leaf[] = [];
      shape += `\n${JSON.stringify(form)}${takeApart(values, leaves)}`;
      return { values, leaves };
    });
    const { plan } = remember(this.#plans, shape, () => ({
      plan: planOperation(askedRoots, { selecting, target: reader.target }),
    }));
    return plan && { plan, asked };
  }

  #ask({ described, selected }: SelectedRoot, variables: VariableValues, reader: PageReader): Asked {
    if (!described) return { form: null, values: null };
    const args = getArgumentValues(described.field, selected.nodes[0], variables);
    return askRoot(described.read, args, { ...reader, schema: this.#schema });
  }
}

function remember<Value extends object>(
  known: LRUCache<string, Value>,
  key: string,
  make: () => Value,
): Value {
  let value = known.get(key);
  if (!value) known.set(key, (value = make()));
  return value;
}
