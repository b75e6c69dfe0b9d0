/**
 * Words of Proxmox that say that something failed, and leave it to other lines to say why: their own, and those of a
 * command that failed because the other end of its pipe did.
 */
const vagueWords: readonly RegExp[] = [
  /^(?:(?:clone|copy|migration|rsync|restore) failed\.?)?$/i,
  /^migration (?:aborted|problems)$/,
  /^migration finished with problems/,
  /^can't migrate (?:VM|CT) - check log$/,
  /^(?:\d{3} )?parameter verification failed\.?$/i,
  /^command '.*' failed: (?:exit code \d+|got signal 13)$/,
  /^send\/receive failed/,
  /^aborting phase \d/,
  /broken pipe/i,
];

/** What stands before the reason and adds nothing to it. */
const wrapping =
  /^(?:(?:clone|copy|migration|storage migration|rsync|restore) failed(?::| -) |storage migration for '[^']*' to storage '[^']*' failed - |problem found while scanning volumes - |error - )+/i;

/** Words that a line has when it speaks of a failure. */
const failureWords =
  /\b(?:errors?|fail(?:ed|ure|s)?|can't|cannot|could not|unable|denied|refused|no such|not (?:found|exist|available|supported|enough|allowed|defined|online|permitted|a valid)|does not|doesn't|already (?:exists|running)|invalid|unsupported|insufficient|timed? ?out|no space|out of space|missing|unreachable|no route|lost|unknown|mismatch|in use|locked|killed|interrupted|referenced by)\b/i;

/** Lines that speak of what did no harm, whatever their words. */
const harmless = /^(?:perl: )?warn(?:ing)?\b|^use of uninitialized value|: warning: /i;

/** How a line of a log weighs: Proxmox's own summary, what it calls an error, what sounds like one, and the rest. */
type Weight = 'SUMMARY' | 'ERROR' | 'HINT' | 'NONE';

interface Statement {
  text: string;
  weight: Weight;
}

/**
 * The words of a failed task that tell why it failed, on one line, without dates and places in Proxmox's own code: its
 * exit status where that says it, else Proxmox's summary in the log, else the first thing called an error there, else
 * the last line before it that sounds like one. What was said while cleaning up is asked last. Pure.
 */
export function findTellingLine(exitStatus: string, log: readonly string[] = []): string {
  const end = tidy(exitStatus);
  if (!isVague(end)) return end;
  const statements = log.map(readStatement);
  const summaries = statements.filter(({ weight }) => weight === 'SUMMARY');
  const others = statements.filter(({ weight }) => weight !== 'SUMMARY');
  const cleaning = others.findIndex(({ text }) => /^aborting phase \d/.test(text));
  const story = cleaning === -1 ? others : others.slice(0, cleaning);
  const told =
    summaries.find(tells) ?? findError(story) ?? findHint(story) ?? findError(others) ?? findHint(others);
  return told?.text ?? sayMost([...summaries, ...others.filter(isError)], end);
}

function findError(statements: readonly Statement[]): Statement | undefined {
  return statements.find((one) => isError(one) && tells(one));
}

/** A line that merely sounds like a failure, the nearest to what Proxmox itself calls an error. */
function findHint(statements: readonly Statement[]): Statement | undefined {
  const error = statements.findIndex(isError);
  const before = error === -1 ? statements : statements.slice(0, error);
  return before.findLast((one) => one.weight === 'HINT' && tells(one));
}

function isError({ weight }: Statement): boolean {
  return weight === 'ERROR';
}

function tells({ text }: Statement): boolean {
  return !isVague(text);
}

/** Nothing tells: the longest words. */
function sayMost(statements: readonly Statement[], end: string): string {
  return statements.reduce((best, { text }) => (text.length > best.length ? text : best), end);
}

/** Whether words say why something failed, and not merely that it did. */
export function isTelling(words: string): boolean {
  return !isVague(tidy(words));
}

function isVague(text: string): boolean {
  const reason = text.replace(wrapping, '');
  return vagueWords.some((words) => words.test(reason));
}

function readStatement(line: string): Statement {
  const text = tidy(line);
  const summary = /^(?:TASK ERROR: |ERROR: migration aborted \(duration [^)]*\): )(.*)$/.exec(text)?.[1];
  if (summary !== undefined) return { text: summary, weight: 'SUMMARY' };
  const error = /^ERROR: (.*)$/.exec(text)?.[1];
  if (error !== undefined) return { text: error, weight: 'ERROR' };
  const isHint = failureWords.test(text) && !harmless.test(text);
  return { text, weight: isHint ? 'HINT' : 'NONE' };
}

/** The progress that `dd` and its kin write over and over into one line. */
const progress = /\d+ bytes \([^)]*\) (?:copied|transferred), [\d.]+ s, [\d.]+ [kMGT]?B\/s/g;
const date = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /;
const place = / at \/usr\/\S+ line \d+(?:, <\w+> line \d+)?\.?/g;
/** A tunnel's command holds a whole configuration. */
const tunnelled = /tunnel command '\{.*\}' failed - (?:failed to handle '[^']*' command - )?/;
const longestCommand = 60;

function tidy(line: string): string {
  return line
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(progress, ' ')
    .trim()
    .replace(date, '')
    .replace(tunnelled, '')
    .replaceAll(place, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/command '(.*?)' (failed|died)/, (_all, command: string, how: string) => {
      const short = command.length > longestCommand ? `${command.slice(0, longestCommand)}…` : command;
      return `command '${short}' ${how}`;
    })
    .trim();
}
