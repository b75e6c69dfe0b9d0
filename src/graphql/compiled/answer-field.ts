import type { FieldNode } from 'graphql';
import type { TemplateRows } from './template-rows.ts';

/**
 * Answers one root field as JSON text by its arguments. undefined where they ask for more than is compiled, and where an
 * error is to be told.
 */
export type AnswerField = (args: Record<string, unknown>) => string | undefined;

/** Compiles one root field; undefined when it has a form that is not compiled. */
export type CompileField = (node: FieldNode, reader: TemplateRows) => AnswerField | undefined;
