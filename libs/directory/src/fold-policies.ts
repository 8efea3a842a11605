import type { RecordedEvent } from '@holdpoint/contracts';
import { bandKeyOf, change, keyOf, type DirectoryTables, type PublishedPolicy } from './directory-state.ts';

/** Drafts and versions of gate policies, which one is active, which are tried out, and which bands went back to people. */
export const foldPolicy = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'GatePolicyDrafted': {
      const { at: draftedAt, ...draft } = event.data;
      tables.drafts.set(keyOf(tenant, draft.draftId), { ...draft, tenant, draftedAt });
      return;
    }
    case 'GatePolicyPublished': {
      const { at: publishedAt, ...version } = event.data;
      const fresh = { active: false, shadow: false, retired: false, proposed: null };
      tables.policies.set(keyOf(tenant, version.policyId, version.version), { ...version, tenant, publishedAt, ...fresh });
      return;
    }
    case 'GatePolicyActivated':
      return activate(tables, tenant, keyOf(tenant, event.data.policyId, event.data.version));
    case 'GatePolicyShadowed':
      return changeVersion(tables, event, version => ({ ...version, shadow: event.data.on && !version.retired }));
    case 'GatePolicyActivationProposed':
      return changeVersion(tables, event, version => ({ ...version, proposed: { by: event.data.by, at: event.data.at } }));
    case 'GatePolicyRetired':
      return changeVersion(tables, event, version => ({ ...version, active: false, shadow: false, retired: true, proposed: null }));
    case 'BandReturnedToReview': {
      const { at: returnedAt, ...band } = event.data;
      tables.returnedBands.set(bandKeyOf(tenant, band.agentId, band.tool, band.band), { ...band, tenant, returnedAt });
      return;
    }
    case 'BandReleased':
      tables.returnedBands.delete(bandKeyOf(tenant, event.data.agentId, event.data.tool, event.data.band));
  }
};

type AboutVersion = { metadata: { tenant: string }; data: { policyId: string; version: number } };

/** The active version is kept in a table of its own: both say the same. */
const changeVersion = (tables: DirectoryTables, event: AboutVersion, to: (version: PublishedPolicy) => PublishedPolicy): void => {
  const { tenant } = event.metadata;
  const key = keyOf(tenant, event.data.policyId, event.data.version);
  const wasActive = tables.policies.get(key)?.active === true;
  change(tables.policies, key, to);
  const changed = tables.policies.get(key);
  if (!wasActive || changed === undefined) return;
  if (changed.active) tables.activePolicies.set(tenant, changed);
  else tables.activePolicies.delete(tenant);
};

/** One version of one policy is active per tenant; the one before stays readable and can become active again. */
const activate = (tables: DirectoryTables, tenant: string, key: string): void => {
  const published = tables.policies.get(key);
  if (!published || published.retired) return;
  const before = tables.activePolicies.get(tenant);
  if (before) tables.policies.set(keyOf(tenant, before.policyId, before.version), { ...before, active: false });
  const active = { ...published, active: true, shadow: false, proposed: null };
  tables.policies.set(key, active);
  tables.activePolicies.set(tenant, active);
};
