import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogFormat, LogLevel } from '../config/config.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `auto` is pretty on a terminal and JSON elsewhere. */
  readonly format: LogFormat;
  /** Where the lines go; default: standard output. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Keys whose values never reach a log, at the top and up to two levels below. */
const secretKeys = [
  'password',
  'token',
  'secret',
  'apiToken',
  'authorization',
  'cookie',
  'ticket',
  'csrfToken',
];
const redactedPaths = secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** Makes the logger of a process: one line an event, secrets replaced by `***`. */
export function createLogger(options: LoggerOptions): Logger {
  const output = options.output ?? process.stdout;
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && output.isTTY === true);
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '***' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(settings, isPretty ? prettify(output) : writeTo(output));
}

/** A logger that says nothing, for commands whose output is data. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}

function prettify(output: NodeJS.WritableStream & { readonly isTTY?: boolean }): DestinationStream {
  return pretty({
    colorize: output.isTTY === true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    destination: writeTo(output),
  });
}

function writeTo(output: NodeJS.WritableStream): DestinationStream & NodeJS.WritableStream {
  return output;
}
