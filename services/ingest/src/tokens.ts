/** What the controllers are given; bound in `ingest.module.ts` and nowhere else. */
export const ACCEPT_APPROVAL = Symbol('acceptApproval');
export const ACCEPT_BATCH = Symbol('acceptBatch');
export const READ_APPROVAL = Symbol('readApproval');
export const REPLY_OF = Symbol('approvalReplyOf');
export const WAIT_FOR_DECISION = Symbol('waitForDecision');
export const LIST_APPROVALS = Symbol('listApprovals');
export const REVISE_APPROVAL = Symbol('reviseApproval');
export const CONSUME_APPROVAL = Symbol('consumeApproval');
export const SETTLE_APPROVAL = Symbol('settleApproval');
export const MCP = Symbol('mcp');
export const MCP_GATEWAY = Symbol('mcpGateway');
export const TAKE_HOOK = Symbol('takeHook');
export const DOCUMENTS = Symbol('documents');
