import type { GatePolicy } from '@holdpoint/contracts';
import { stringify } from 'yaml';

/** Width at which long sentences are folded, characters. */
const LINE_CHARS = 110;

/** A policy as YAML that a person edits and `parsePolicy` reads back to the same document. */
export const policyText = (document: GatePolicy): string => stringify(document, { lineWidth: LINE_CHARS, aliasDuplicateObjects: false });
