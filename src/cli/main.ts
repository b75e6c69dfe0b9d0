#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { takeSurroundings } from './surroundings.ts';

process.exitCode = await runCli(process.argv.slice(2), takeSurroundings());
