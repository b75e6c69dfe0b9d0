import { LineCounter, parseDocument, YAMLError, type Document, type ErrorCode } from 'yaml';
import { describeError } from '../errors/hub-error.ts';

/** What a text holds, or why it holds nothing: no piece of the text, as it may be a password. */
export type Parsed = { readonly content: unknown } | { readonly fault: string };

/** Where a key stands twice in one place: its line, from 1, and its place in the text. */
export interface DoubleKey {
  readonly line: number;
  readonly offset: number;
}

const words: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias ("*") is written wrongly',
  BAD_DQ_ESCAPE: 'a "\\" in double quotes is followed by what means nothing; single quotes take it as it is',
  BAD_INDENT: 'this line is indented more or less than its neighbours',
  BAD_SCALAR_START: 'a text begins with "@", "`" or "%"; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text holds ": "; put it in quotes',
  MISSING_CHAR: 'a quote, a bracket, a comma or a blank is missing',
  MULTILINE_IMPLICIT_KEY: 'a key has no ": " (colon and blank) behind it',
  MULTIPLE_DOCS: 'a second document begins here ("---"); one is read',
  TAB_AS_INDENT: 'tabs may not indent; use blanks',
  UNEXPECTED_TOKEN: 'a sign stands where none may stand; put texts with special signs in quotes',
};

/** Parses YAML. Of keys that stand twice the last one counts: `findDoubleKeys` finds them. */
export function parseYamlText(text: string): Parsed {
  const { document, errors, lineOf } = readYaml(text, { uniqueKeys: false });
  const [error] = errors;
  if (!error) return readContent(document);
  return { fault: `is not YAML: line ${lineOf(error.pos[0])}: ${describeCode(error.code)}` };
}

/** Reads YAML without a word about what it holds. */
function readYaml(text: string, options: { uniqueKeys?: boolean } = {}) {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    ...options,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  return { document, errors: document.errors, lineOf: (offset: number) => lines.linePos(offset).line };
}

/** Parses JSON. */
export function parseJsonText(text: string): Parsed {
  try {
    return { content: JSON.parse(text) };
  } catch (error) {
    const line = /\(line (\d+) column \d+\)/.exec(describeError(error))?.[1] ?? findLine(text);
    const reason = 'a quote, a comma or a bracket is missing or too many, or a text has no quotes';
    return { fault: `is not JSON: ${line === undefined ? '' : `line ${line}: `}${reason}` };
  }
}

/** Keys that stand twice in one place: both parsers would take the last one and say nothing. JSON is YAML, too. */
export function findDoubleKeys(text: string): DoubleKey[] {
  const { errors, lineOf } = readYaml(text);
  return errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ pos: [offset] }) => ({ line: lineOf(offset), offset }));
}

/** Aliases are resolved only here, and may be missing or too many. */
function readContent(document: Document): Parsed {
  try {
    return { content: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof YAMLError)
      return { fault: 'is not YAML: an alias ("*") is not known or used too often; put texts in quotes' };
    throw error;
  }
}

function describeCode(code: ErrorCode): string {
  return words[code] ?? `it cannot be understood (${code}); put texts with special signs in quotes`;
}

/** The line of the first fault, where it is one in YAML as well. */
function findLine(text: string): string | undefined {
  const { errors, lineOf } = readYaml(text);
  const offset = errors[0]?.pos[0];
  return offset === undefined ? undefined : String(lineOf(offset));
}
