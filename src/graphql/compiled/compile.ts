import {
  getArgumentValues,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { AnswerField, CompileField } from './answer-field.ts';
import { compileDistribution } from './distribution-field.ts';
import { readFields, type SelectedField } from './read-fields.ts';
import { compileTemplate } from './template-field.ts';
import { compileTemplatePage } from './template-page-field.ts';
import type { TemplateRows } from './template-rows.ts';

/**
 * Answers an operation with variables as JSON text, or leaves it (undefined) to the general executor: where the
 * arguments ask for more than is compiled, and wherever an error is to be told.
 */
export type CompiledOperation = (variables: Record<string, unknown>) => string | undefined;

/** What operations are compiled for. */
export interface CompileOptions {
  readonly schema: GraphQLSchema;
  readonly reader: TemplateRows;
}

/** One root field: the key of its answer and how it is made. */
interface CompiledField {
  readonly key: string;
  readonly node: FieldNode;
  readonly answer: AnswerField;
}

/**
 * Compiles a query of the commonest form: `templates` by page and `template` by id, with columns, replicas and sources,
 * and `nodeDistribution`. undefined when it has another form. Answers are those of the general executor, text for text;
 * a test compares them.
 */
export function compileOperation(
  document: DocumentNode,
  options: CompileOptions,
): CompiledOperation | undefined {
  const [operation, ...fragments] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || fragments.length > 0) return undefined;
  if (operation.operation !== OperationTypeNode.QUERY || operation.directives?.length) return undefined;
  const selected = readFields(operation.selectionSet);
  if (!selected) return undefined;
  const fields: CompiledField[] = [];
  for (const one of selected) {
    const field = compileField(one, options.reader);
    if (!field) return undefined;
    fields.push(field);
  }
  return (variables) => answerFields({ operation, fields }, variables, options.schema);
}

function answerFields(
  { operation, fields }: { operation: OperationDefinitionNode; fields: readonly CompiledField[] },
  variables: Record<string, unknown>,
  schema: GraphQLSchema,
): string | undefined {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const definitions = schema.getQueryType()?.getFields();
  if (coerced.errors || !definitions) return undefined;
  const answers: string[] = [];
  for (const { key, node, answer } of fields) {
    const definition = definitions[node.name.value];
    const text = definition && answer(getArgumentValues(definition, node, coerced.variableValues));
    if (text === undefined) return undefined;
    answers.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{"data":{${answers.join(',')}}}`;
}

/** Root fields that are compiled. */
const compilers: Readonly<Record<string, CompileField>> = {
  template: compileTemplate,
  templates: compileTemplatePage,
  nodeDistribution: compileDistribution,
};

function compileField({ key, field }: SelectedField, reader: TemplateRows): CompiledField | undefined {
  const { value: name } = field.name;
  const answer = Object.hasOwn(compilers, name) ? compilers[name]?.(field, reader) : undefined;
  return answer && { key, node: field, answer };
}
