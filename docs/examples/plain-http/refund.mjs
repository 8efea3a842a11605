// No library: ask, wait, spend, act, report.
const base = process.env.HOLDPOINT_URL;
const call = async (method, path, body) => {
  const response = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${process.env.HOLDPOINT_API_KEY}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  // Whatever is not a 2xx is not an approval.
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer;
};

const action = { name: 'issue_refund', args: { order_id: 'A-1', amount: 50 } };
const asked = await call('POST', '/v1/approvals', {
  source: 'custom',
  // These name the request for ever: asking again finds the same approval.
  threadId: 'ticket-4711',
  toolCallId: `call-${process.argv[2] ?? Date.now()}`,
  arguments: { contextSummary: 'Order A-1 arrived broken.', proposedAction: 'Refund $50', entityId: 'A-1', riskLevel: 'high' },
  action,
});

let approval;
do approval = await call('GET', `/v1/approvals/${asked.id}/wait?timeout=60`);
while (approval.status === 'pending');

if (approval.status === 'approved') {
  // The hash is the server's own of what we asked; with @holdpoint/sdk you compute it from the arguments you are about to use.
  await call('POST', `/v1/approvals/${asked.id}/consume`, { actionHash: asked.binding.actionHash });
  console.log(`refunded ${action.args.amount}`);
  await call('POST', `/v1/approvals/${asked.id}/executions`, { actionHash: asked.binding.actionHash, outcome: 'succeeded' });
} else {
  console.log(`not refunded: ${approval.status}`);
}
