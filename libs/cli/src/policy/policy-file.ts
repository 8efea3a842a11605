import { readFileSync } from 'node:fs';
import type { GatePolicy } from '@holdpoint/contracts';
import { lintPolicy, parsePolicy, type Finding } from '@holdpoint/gate';
import { EXIT, Stop, usage } from '../stop.ts';

/** A policy file as it was read; `file` is `-` for standard input. */
export type PolicyFile = { file: string; text: string };

/** @throws Stop when it cannot be read */
export const readPolicyFile = (file: string): PolicyFile => {
  try {
    return { file, text: readFileSync(file === '-' ? 0 : file, 'utf8') };
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`);
  }
};

/** `policy.yaml:3:5: error: …`, as compilers write it, so that editors find the place. */
export const findingLine = (file: string, { line, column, severity, message }: Finding): string =>
  `${file === '-' ? '<stdin>' : file}:${line}:${column}: ${severity}: ${message}`;

/** The document of a file without errors. @throws Stop (1) naming every error with its line and column */
export const usablePolicy = ({ file, text }: PolicyFile): GatePolicy => {
  const errors = lintPolicy(text).filter(({ severity }) => severity === 'error');
  const parsed = parsePolicy(text);
  if (parsed.ok && errors.length === 0) return parsed.document;
  throw new Stop(EXIT.problems, errors.map(error => findingLine(file, error)).join('\n'), { problems: errors });
};
