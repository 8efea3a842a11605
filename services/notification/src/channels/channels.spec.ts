import { readdirSync } from 'node:fs';
import { alertChannel } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import type { Alert } from './channel.ts';
import { timeLeft } from './deadline.ts';
import { renderMail } from './email/render.ts';
import { CHANNELS } from './registry.ts';

const alert = (more: Partial<Alert> = {}): Alert => ({
  kind: 'request',
  approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  organization: 'Example & Sons',
  operatorName: 'Ada <b>',
  riskLevel: 'high',
  actionName: 'issue_refund',
  contextSummary: 'The lamp arrived broken.',
  proposedAction: 'Refund $245.00',
  entityId: 'A-1',
  expiresAt: '2026-11-22T13:00:00.000Z',
  escalateAt: '2026-11-22T12:05:00.000Z',
  at: '2026-11-22T12:00:00.000Z',
  viewUrl: 'https://approvals.example.test/approvals/apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  ...more,
});

describe('the registered channels', () => {
  it('are one folder each, with a README', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.toSorted()).toEqual(CHANNELS.map(({ id }) => id).toSorted());
    for (const { id } of CHANNELS)
      expect(readdirSync(new URL(`./${id}`, import.meta.url))).toEqual(expect.arrayContaining(['README.md', `${id}.ts`]));
  });

  it.each(CHANNELS.map(channel => [channel.id, channel] as const))(
    '%s is a channel of the contracts and describes every variable it reads',
    (id, channel) => {
      expect(alertChannel.options).toContain(id);
      for (const [name, schema] of Object.entries(channel.variables))
        expect([name, (schema as { description?: string }).description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
    },
  );
});

describe('a mail', () => {
  it('says what is asked, how risky it is, until when, and where to decide', () => {
    const { subject, text, html } = renderMail(alert());
    expect(subject).toBe('[Holdpoint] Approval needed: issue_refund (high risk)');
    for (const part of [
      'Risk: high',
      'Decide before 2026-11-22 13:00 UTC (in 60 minutes)',
      'The next people are asked in 5 minutes.',
      alert().viewUrl,
    ])
      expect(text).toContain(part);
    expect(html).toContain(`href="${alert().viewUrl}"`);
  });

  it('quotes the agent, marks it unverified, and lets none of its markup through', () => {
    const { text, html } = renderMail(alert({ proposedAction: 'line one\n<script>alert(1)</script>', actionName: 'a"><img src=//x>' }));
    expect(text).toContain('> line one\n> <script>');
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('Ada &lt;b&gt;');
    expect(text).toContain('Written by the agent, unverified:');
  });

  it('cuts long texts, says so, and stays far below what mail programs clip', () => {
    const { text, html } = renderMail(
      alert({ contextSummary: '&'.repeat(4_000), proposedAction: '<'.repeat(4_000), entityId: '"'.repeat(256) }),
    );
    expect(text).toContain('[cut; the whole text is in the console]');
    expect(html.length).toBeLessThan(20_000);
  });

  it.each([
    ['escalation', 'Escalated to you'],
    ['stalled', 'Nobody has decided'],
  ] as const)('tells an %s apart', (kind, words) => {
    expect(renderMail(alert({ kind })).subject).toContain(words);
  });

  it('holds no line that a reply could turn into a command', () => {
    expect(renderMail(alert()).text).not.toMatch(/^\s*(approve|reject)\b/im);
  });
});

describe('the time that is left', () => {
  it.each([
    [30, 'in 30 seconds'],
    [119, 'in 119 seconds'],
    [300, 'in 5 minutes'],
    [7_199, 'in 119 minutes'],
    [7_200, 'in 2 hours'],
    [172_800, 'in 2 days'],
    [1, 'in 1 second'],
    [-5, 'in 0 seconds'],
  ])('%d s is told as "%s"', (seconds, words) => {
    const from = Date.parse('2026-11-22T12:00:00.000Z');
    expect(timeLeft(new Date(from).toISOString(), new Date(from + seconds * 1_000).toISOString())).toBe(words);
  });
});
