import type { InboxItem } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { refreshApproval } from '../api/queries.ts';

/** Claims, or releases, the selected request and says how it went. */
export const useClaim = () => {
  const client = useQueryClient();
  const [said, setSaid] = useState('');
  const of = async (item: InboxItem) => {
    if (item.phase !== 'review') return;
    const verb = item.claimedBy === null ? 'claim' : 'release';
    try {
      await post(`/api/approvals/${item.id}/${verb}`, {});
      setSaid(verb === 'claim' ? `Claimed ${item.toolName}.` : `Released ${item.toolName}.`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
    await refreshApproval(client, item.id);
  };
  return { said, of };
};
