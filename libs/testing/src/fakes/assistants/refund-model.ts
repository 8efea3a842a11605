import type { Model } from './runs.ts';

/** An assistant that asks before a refund of $245 and then does, or explains why it does not, what it was told. */
export const refundModel: Model = ({ round, outputs }) => {
  if (round === 0)
    return {
      toolCalls: [
        {
          name: 'request_human_approval',
          arguments: {
            context_summary: 'The customer reports that order A-1 arrived broken and sent a photo. Policy allows a refund within 30 days.',
            proposed_action: 'Refund $245.00 for order A-1 to the original card.',
            entity_id: 'A-1',
            risk_level: 'medium',
          },
        },
      ],
    };
  const answer = JSON.parse(outputs.at(-1)?.[0]?.output ?? '{}') as {
    approved?: boolean;
    note?: string | null;
    approvedAction?: { args?: { amount?: number } } | null;
  };
  if (answer.approved !== true) return { message: `I did not refund the order. ${answer.note ?? ''}`.trim() };
  return { message: `I refunded $${(answer.approvedAction?.args?.amount ?? 245).toFixed(2)} for order A-1.` };
};
