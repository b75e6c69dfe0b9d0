import { Writable } from 'node:stream';
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { HubError } from '../errors/hub-error.ts';
import type { LogFormat, LogLevel } from '../config/config.ts';
import { cleanLine } from './clean-line.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `auto` is pretty on a terminal and JSON elsewhere. */
  readonly format: LogFormat;
  /** Where the lines go; default: standard output. */
  readonly output?: LogOutput;
  /** What an error means that is nobody's mistake: it is told in these words, without its stack. */
  readonly explain?: (error: unknown) => HubError | undefined;
}

/** A stream that may be a terminal. */
export interface LogOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Of a terminal: whether colours are shown, which NO_COLOR forbids. */
  hasColors?(): boolean;
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

/**
 * Makes the logger of a process: one line an event, secrets replaced by `***`, texts without control characters. What
 * cannot be written is lost, and nothing else: the disk may be full, or the reader gone.
 */
export function createLogger(options: LoggerOptions): Logger {
  const output = options.output ?? process.stdout;
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && output.isTTY === true);
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '***' },
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: createSerializer(options.explain) },
  };
  return pino(settings, isPretty ? prettify(output) : writeTo(output));
}

function createSerializer(explain: LoggerOptions['explain']) {
  return (error: unknown) => {
    const explained = explain?.(error);
    if (explained) return { code: explained.code, message: explained.message.replaceAll('\n', ' ') };
    return error instanceof Error ? stdSerializers.err(error) : error;
  };
}

/** A logger that says nothing, for commands whose output is data. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}

function prettify(output: LogOutput): DestinationStream {
  const shown = pretty({
    colorize: output.isTTY === true && output.hasColors?.() !== false,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    destination: tolerate(output),
  });
  return { write: (line) => void shown.write(cleanLine(line)) };
}

function writeTo(output: LogOutput): DestinationStream {
  surviveFaults(output);
  return { write: (line) => void output.write(cleanLine(line)) };
}

/** An output for pino-pretty, which would end with the first line that cannot be written. */
function tolerate(output: LogOutput): Writable {
  surviveFaults(output);
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => void output.write(chunk, () => done()),
  });
}

function surviveFaults(output: LogOutput): void {
  output.on('error', () => {
    // A log has nowhere to tell that it cannot be written; the next line is tried again.
  });
}
