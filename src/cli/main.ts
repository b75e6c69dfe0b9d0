#!/usr/bin/env node
import { exitCodes } from './cli-error.ts';
import { guardOutputs } from './guard-outputs.ts';
import { runCli } from './run-cli.ts';
import { takeSurroundings } from './surroundings.ts';

const outputs = guardOutputs(process);
const code = await runCli(process.argv.slice(2), takeSurroundings());
process.exitCode = outputs.isLost() ? exitCodes.failed : code;
