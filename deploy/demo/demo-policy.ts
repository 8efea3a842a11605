import type { z } from 'zod';
import type { gatePolicy } from '@holdpoint/contracts';

/** Seconds until the backup is told, and until the third scene's request ends as not approved. */
export const ESCALATE_AFTER_SEC = 2;
export const TIMEOUT_SCENE_DEADLINE_SEC = 5;

/** A policy a person can read in a minute: small and safe runs, large goes to a senior, everything else to whoever is there. */
export const demoPolicy: z.input<typeof gatePolicy> = {
  id: 'default',
  name: 'Demo: refunds and deletions',
  rules: [
    {
      name: 'small-refund',
      when: 'tool == "issue_refund" && amount != null && amount < 20.0',
      verdict: 'APPROVE_AUTOMATICALLY',
      explain: 'A refund below $20 runs without a person.',
    },
    {
      name: 'large-refund',
      when: 'tool == "issue_refund" && amount != null && amount >= 1000.0',
      verdict: 'ESCALATE_SENIOR',
      route: 'senior',
      explain: 'A refund of $1000 or more needs a senior.',
    },
    {
      name: 'deletion',
      when: 'tool == "delete_customer"',
      verdict: 'HUMAN_REVIEW',
      route: 'urgent',
      explain: 'A deletion cannot be undone, so a person looks.',
    },
  ],
  routes: {
    review: {
      steps: [{ name: 'review', approvers: { roles: ['operator', 'senior', 'admin', 'owner'] } }],
      backups: [{ roles: ['senior'] }],
    },
    urgent: {
      steps: [{ name: 'review', approvers: { roles: ['owner'] } }],
      escalateAfterSec: ESCALATE_AFTER_SEC,
      backups: [{ roles: ['senior'] }],
    },
    senior: { steps: [{ name: 'senior review', approvers: { roles: ['senior', 'admin', 'owner'] } }] },
  },
  defaultRoute: 'review',
};
