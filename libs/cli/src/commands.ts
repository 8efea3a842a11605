import type { Command } from './command.ts';
import { backtestCommand } from './policy/backtest-command.ts';
import { calibrateCommand } from './policy/calibrate-command.ts';
import { activateCommand, publishCommand, retireCommand, shadowCommand } from './policy/change-commands.ts';
import { diffCommand } from './policy/diff-command.ts';
import { lintCommand } from './policy/lint-command.ts';
import { testCommand } from './policy/test-command.ts';
import { toolsCommand } from './tools/tools-command.ts';

/** Every command there is, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  lintCommand,
  testCommand,
  diffCommand,
  backtestCommand,
  publishCommand,
  activateCommand,
  shadowCommand,
  retireCommand,
  calibrateCommand,
  toolsCommand,
];
