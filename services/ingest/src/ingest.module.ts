import { Module, type DynamicModule } from '@nestjs/common';
import { AcceptApprovalController } from './accept-approval.controller.ts';
import type { AcceptApproval } from './accept-approval.ts';
import type { AcceptBatch } from './accept-batch.ts';
import type { ConsumeApproval } from './consume-approval.ts';
import { DocumentsController, type Documents } from './documents.controller.ts';
import { TakeHookController } from './hooks/take-hook.controller.ts';
import type { TakeHook } from './hooks/take-hook.ts';
import type { ListApprovals } from './list-approvals.ts';
import { McpController } from './mcp/mcp.controller.ts';
import { McpGatewayController } from './mcp/gateway/gateway.controller.ts';
import type { McpGatewayCall } from './mcp/gateway/gateway.ts';
import type { Mcp } from './mcp/mcp.ts';
import { ReadApprovalController } from './read-approval.controller.ts';
import type { approvalReplyOf, ReadApproval } from './read-approval.ts';
import type { ReviseApproval } from './revise-approval.ts';
import { SettleApprovalController } from './settle-approval.controller.ts';
import type { SettleApproval } from './settle-approval.ts';
import * as tokens from './tokens.ts';
import type { WaitForDecision } from './wait-for-decision.ts';

export type UseCases = {
  acceptApproval: AcceptApproval;
  acceptBatch: AcceptBatch;
  readApproval: ReadApproval;
  replyOf: (state: Parameters<typeof approvalReplyOf>[1]) => ReturnType<typeof approvalReplyOf>;
  waitForDecision: WaitForDecision;
  listApprovals: ListApprovals;
  consumeApproval: ConsumeApproval;
  reviseApproval: ReviseApproval;
  settleApproval: SettleApproval;
  mcp: Mcp;
  mcpGateway: McpGatewayCall;
  takeHook: TakeHook;
  documents: Documents;
};

/** The only wiring: each use case under its token. */
@Module({
  controllers: [
    AcceptApprovalController,
    ReadApprovalController,
    SettleApprovalController,
    McpController,
    McpGatewayController,
    TakeHookController,
    DocumentsController,
  ],
})
export class IngestModule {
  static of(useCases: UseCases): DynamicModule {
    const provide = (token: symbol, useValue: unknown) => ({ provide: token, useValue });
    return {
      module: IngestModule,
      providers: [
        provide(tokens.ACCEPT_APPROVAL, useCases.acceptApproval),
        provide(tokens.ACCEPT_BATCH, useCases.acceptBatch),
        provide(tokens.READ_APPROVAL, useCases.readApproval),
        provide(tokens.REPLY_OF, useCases.replyOf),
        provide(tokens.WAIT_FOR_DECISION, useCases.waitForDecision),
        provide(tokens.LIST_APPROVALS, useCases.listApprovals),
        provide(tokens.CONSUME_APPROVAL, useCases.consumeApproval),
        provide(tokens.REVISE_APPROVAL, useCases.reviseApproval),
        provide(tokens.SETTLE_APPROVAL, useCases.settleApproval),
        provide(tokens.MCP, useCases.mcp),
        provide(tokens.MCP_GATEWAY, useCases.mcpGateway),
        provide(tokens.TAKE_HOOK, useCases.takeHook),
        provide(tokens.DOCUMENTS, useCases.documents),
      ],
    };
  }
}
