import { approveCommand, rejectCommand } from './approvals/decide-commands.ts';
import { listCommand } from './approvals/list-command.ts';
import { requestCommand } from './approvals/request-command.ts';
import { waitCommand } from './approvals/wait-command.ts';
import { replayCallbacksCommand } from './callbacks/replay-command.ts';
import { addressAddCommand, addressListCommand, addressVerifyCommand } from './channels/address-commands.ts';
import { channelConnectCommand, channelDisconnectCommand, channelListCommand, channelTestCommand } from './channels/channel-commands.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion/completion-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { tailCommand } from './live/tail-command.ts';
import { backtestCommand } from './policy/backtest-command.ts';
import { calibrateCommand } from './policy/calibrate-command.ts';
import { activateCommand, publishCommand, retireCommand, shadowCommand } from './policy/change-commands.ts';
import { diffCommand } from './policy/diff-command.ts';
import { lintCommand } from './policy/lint-command.ts';
import { testCommand } from './policy/test-command.ts';
import { toolsCommand } from './tools/tools-command.ts';

/** Every command there is, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  requestCommand,
  waitCommand,
  listCommand,
  approveCommand,
  rejectCommand,
  tailCommand,
  replayCallbacksCommand,
  doctorCommand,
  channelListCommand,
  channelConnectCommand,
  channelTestCommand,
  channelDisconnectCommand,
  addressListCommand,
  addressAddCommand,
  addressVerifyCommand,
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
  completionCommand(() => COMMANDS),
];
