import type { RecordedEvent } from '@holdpoint/contracts';
import { change, keyOf, type DirectoryTables } from './directory-state.ts';

/** Channels and what people and organisations want of them. */
export const foldChannel = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'ChannelConnected': {
      const { channel, hookId, at, private: secrets } = event.data;
      tables.channelFaults.delete(keyOf(tenant, channel));
      tables.channels.set(keyOf(tenant, channel), { tenant, channel, hookId, config: secrets.config, connectedAt: at });
      return;
    }
    case 'ChannelDisconnected':
      tables.channelFaults.delete(keyOf(tenant, event.data.channel));
      return void tables.channels.delete(keyOf(tenant, event.data.channel));
    case 'ChannelFaulted':
      return void tables.channelFaults.set(keyOf(tenant, event.data.channel), { tenant, ...event.data });
    case 'ChannelRecovered':
      return void tables.channelFaults.delete(keyOf(tenant, event.data.channel));
    case 'ChannelPolicySet':
      return void tables.channelPolicies.set(tenant, { ...event.data.policy, tenant });
    case 'TemplatePublished': {
      const { at: publishedAt, ...template } = event.data;
      tables.templates.set(keyOf(tenant, template.channel, template.language, template.kind), { ...template, tenant, publishedAt });
      return;
    }
    default:
      foldPersonsChannels(tables, event);
  }
};

const foldPersonsChannels = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'NotificationRulesSet': {
      const { operatorId, rules } = event.data;
      if (rules === null) tables.notificationRules.delete(operatorId);
      else tables.notificationRules.set(operatorId, { operatorId, tenant, rules });
      return;
    }
    case 'ProfileSet': {
      const { at: _setAt, ...profile } = event.data;
      return void tables.profiles.set(profile.operatorId, { ...profile, tenant });
    }
    case 'EnrolmentStarted': {
      const { at: startedAt, private: wanted, ...enrolment } = event.data;
      // The event's own id goes into the code, so that a second try has another one.
      const begun = { ...enrolment, tenant, address: wanted.address, startedAt, eventId: event.id, failures: 0 };
      return void tables.enrolments.set(enrolment.addressId, begun);
    }
    case 'EnrolmentFailed':
      return change(tables.enrolments, event.data.addressId, begun => ({ ...begun, failures: begun.failures + 1 }));
    case 'ChannelAddressVerified':
    case 'ChannelAddressDisabled':
      return void tables.enrolments.delete(event.data.addressId);
    case 'ReplyCodeRefused': {
      const { operatorId, channel } = event.data;
      const known = tables.replyCodes.get(keyOf(operatorId, channel));
      const failures = (known?.failures ?? 0) + 1;
      return void tables.replyCodes.set(keyOf(operatorId, channel), { operatorId, channel, tenant, failures, lockedUntil: null });
    }
    case 'ReplyCodesLocked': {
      const { operatorId, channel, until: lockedUntil } = event.data;
      return void tables.replyCodes.set(keyOf(operatorId, channel), { operatorId, channel, tenant, failures: 0, lockedUntil });
    }
    case 'MemberRemoved':
      return forget(tables, event.data.operatorId);
  }
};

const forget = (tables: DirectoryTables, operatorId: string): void => {
  tables.notificationRules.delete(operatorId);
  tables.profiles.delete(operatorId);
  for (const [key, enrolment] of tables.enrolments) if (enrolment.operatorId === operatorId) tables.enrolments.delete(key);
  for (const [key, codes] of tables.replyCodes) if (codes.operatorId === operatorId) tables.replyCodes.delete(key);
};
