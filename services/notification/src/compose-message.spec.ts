import { describe, expect, it } from 'vitest';
import { composeMessage, type Alert, type Form } from './compose-message.ts';
import { fillIn, templateFault, unknownVariables, type TemplateValues } from './words.ts';

const alert = (more: Partial<Alert> = {}): Alert => ({
  kind: 'request',
  approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  organization: 'Example & Sons',
  operatorName: 'Ada',
  riskLevel: 'medium',
  text: { actionName: 'issue_refund', proposedAction: 'Refund $245', entityId: 'A-1', contextSummary: 'It arrived broken.' },
  expiresAt: '2026-11-22T11:00:00.000Z',
  escalateAt: '2026-11-22T10:05:00.000Z',
  at: '2026-11-22T10:00:00.000Z',
  link: { label: 'Look and decide', url: 'https://console.example.test/approvals/x' },
  ...more,
});
const form = (more: Partial<Form> = {}): Form => ({
  capabilities: { contentLevel: 'summary', textCharsMax: 40, actionsMax: 2 },
  template: null,
  language: 'en',
  actions: [],
  replyCode: null,
  secrets: [],
  ...more,
});
const minimal = form({ capabilities: { contentLevel: 'minimal', textCharsMax: 40, actionsMax: 2 } });

describe('a message', () => {
  it('says in our words who is asked, how risky it is, until when and who comes next', () => {
    const { title, lines, fields } = composeMessage(alert(), form());
    expect(title).toBe('Approval needed: issue_refund (medium risk)');
    expect(lines).toEqual([
      'An agent asks before it acts. Risk: medium.',
      'Decide before 2026-11-22 11:00 UTC (in 60 minutes); after that it counts as not approved. The next people are asked in 5 minutes.',
    ]);
    expect(fields.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'Action: issue_refund',
      'Proposal: Refund $245',
      'About: A-1',
      'Summary: It arrived broken.',
    ]);
  });

  it('at the level minimal holds nothing that the agent wrote, not even names', () => {
    const { title, lines, fields } = composeMessage(alert(), minimal);
    expect(fields).toEqual([]);
    const said = [title, ...lines].join(' ');
    for (const word of ['issue_refund', '245', 'A-1', 'broken']) expect(said).not.toContain(word);
    expect(title).toBe('Approval needed: a request (medium risk)');
  });

  it('shows the agent’s words without secrets, links or hidden characters, cut and saying so', () => {
    const proposedAction = `Pay with password: hunter22 at https://evil.example/\u202Egnp ${'x'.repeat(100)}`;
    const message = composeMessage(
      alert({ text: { ...alert().text, proposedAction, entityId: 'IBAN AT611904' } }),
      form({ secrets: ['AT611904'] }),
    );
    const [, proposal, about] = message.fields;
    expect(proposal).toMatchObject({ cut: true });
    expect(proposal!.text).toContain('[redacted]');
    expect(proposal!.text).not.toContain('hunter22');
    expect(proposal!.text.length).toBeLessThanOrEqual(40);
    expect(about!.text).toBe('IBAN [redacted]');
  });

  it('puts the agent’s names on one line and never reads them as a template', () => {
    const { title } = composeMessage(alert({ text: { ...alert().text, actionName: 'pay\n{deadline}\u0000{risk}' } }), form());
    expect(title).toBe('Approval needed: pay {deadline}[U+0000]{risk} (medium risk)');
  });

  it('has the organisation’s own words where it has them', () => {
    const template = { title: '{organization}: {action} on {entity}', lines: ['Bis {deadline}, {timeLeft}.', '{next}'] };
    expect(composeMessage(alert({ escalateAt: null }), form({ template }))).toMatchObject({
      title: 'Example & Sons: issue_refund on A-1',
      lines: ['Bis 2026-11-22 11:00 UTC, in 60 minutes.'],
    });
  });

  it('offers no more to press than its channel has room for', () => {
    const action = (verb: 'approve' | 'reject' | 'claim') => ({ verb, label: verb, handle: verb, url: verb });
    expect(composeMessage(alert(), form({ actions: [action('approve'), action('reject'), action('claim')] })).actions).toHaveLength(2);
  });

  it('that asks for nothing says what happened instead of the agent’s words', () => {
    const { lines, fields } = composeMessage(alert({ kind: 'drifted', notice: 'People rejected 2 of 3.' }), form());
    expect(lines.at(-1)).toBe('People rejected 2 of 3.');
    expect(fields).toEqual([]);
  });
});

describe('a template', () => {
  it('may use only what there is', () => {
    expect(unknownVariables({ title: '{action} {acton}', lines: ['{deadline} {acton} {x}'] })).toEqual(['acton', 'x']);
    expect(templateFault('request', { title: '{acton}', lines: ['{deadline}'] })).toContain('{acton} stands for nothing');
  });
  it('that asks for a decision says until when', () => {
    expect(templateFault('request', { title: '{action}', lines: ['Please look.'] })).toContain('{deadline}');
    expect(templateFault('request', { title: '{action}', lines: ['Ends {timeLeft}.'] })).toBeNull();
    expect(templateFault('decided', { title: '{outcome}', lines: ['Done.'] })).toBeNull();
  });
  it('leaves what it does not know as it is', () => {
    expect(fillIn('{action} {__proto__} {toString} {unknown}', { action: 'x' } as TemplateValues)).toBe(
      'x {__proto__} {toString} {unknown}',
    );
  });
});

describe('the deadline', () => {
  it('is told by the reader’s clock, in our words and to channels that say it themselves', () => {
    const { lines, deadline } = composeMessage(alert(), form({ timeZone: 'Europe/Berlin' }));
    expect(deadline).toBe('2026-11-22 12:00 (Europe/Berlin)');
    expect(lines[1]).toContain('Decide before 2026-11-22 12:00 (Europe/Berlin) (in 60 minutes)');
    expect(composeMessage(alert({ expiresAt: null }), form({ timeZone: 'Europe/Berlin' })).deadline).toBeNull();
  });
});
