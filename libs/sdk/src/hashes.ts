import { hash } from 'node:crypto';
import { actionText, bindingText, type BindingParts } from './hashed-text.ts';

/** SHA-256 of bytes, or of a text's UTF-8, as 64 lower-case hexadecimal characters. */
export const sha256Hex = (input: Uint8Array | string): string => hash('sha256', input);

/**
 * Hash of one exact call: the tool's name and its arguments.
 * @returns SHA-256 hex of the canonical JSON of `{v: 1, tool, args}`
 * @throws NotCanonical when `args` is not plain JSON
 */
export const actionHash = (action: { tool: string; args: unknown }): string => sha256Hex(actionText(action));

/**
 * Hash of a call in its place: another run, another thread or another tenant gives another hash.
 * @returns SHA-256 hex of the canonical JSON of `{v: 1, source, tenant, thread_id, run_id, tool_call_id, action}`
 */
export const bindingHash = (parts: BindingParts): string => sha256Hex(bindingText(parts));
