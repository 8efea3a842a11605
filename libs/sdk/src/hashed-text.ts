import { canonicalJson } from './canonical-json.ts';

/** What an approval is bound to beside the action: where the paused call stands. Ids the source does not have are null. */
export type BindingParts = {
  source: string;
  tenant: string;
  threadId: string | null;
  runId: string | null;
  toolCallId: string | null;
  /** Of the action: SHA-256, 64 lower-case hexadecimal characters. */
  actionHash: string;
};

/** The text whose SHA-256 is the hash of an action. @throws NotCanonical when `args` is not plain JSON */
export const actionText = ({ tool, args }: { tool: string; args: unknown }): string => canonicalJson({ v: 1, tool, args });

/** The text whose SHA-256 is the hash of an action in its place. */
export const bindingText = (parts: BindingParts): string =>
  canonicalJson({
    v: 1,
    source: parts.source,
    tenant: parts.tenant,
    thread_id: parts.threadId,
    run_id: parts.runId,
    tool_call_id: parts.toolCallId,
    action: `sha256:${parts.actionHash}`,
  });
