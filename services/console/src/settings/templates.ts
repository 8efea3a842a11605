import { streamOf, type AlertChannel, type MessageTemplate, type TemplateKind } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import { askNotification } from './ask-notification.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** Answer of `hp.query.templateWords`. */
type TemplateWords = { builtIn: Record<TemplateKind, MessageTemplate>; variables: string[] };
type Words = { channel: AlertChannel; language: string; kind: TemplateKind };

/** The organisation's own words, each with the version that counts; the built-in ones; and what may stand in braces. @throws ProblemError 503 */
export const listTemplates = async (
  { directory, messaging }: { directory: Directory; messaging: Pick<Messaging, 'request'> },
  tenant: string,
) => {
  const items = directory
    .list('templates', tenant)
    .filter(({ document }) => document !== null)
    .map(({ tenant: _tenant, ...template }) => template);
  return { items, ...(await askNotification<TemplateWords>(messaging, 'hp.query.templateWords', {})) };
};

/** Every version of the words for one channel, language and kind of message, newest first; null stands for the built-in ones. @throws LogUnavailable */
export const templateVersions = async (
  { eventLog, directory }: { eventLog: Pick<EventLog, 'load'>; directory: Pick<Directory, 'operator'> },
  tenant: string,
  { channel, language, kind }: Words,
) => {
  const { events } = await eventLog.load(streamOf.organization(tenant));
  const versions = events.flatMap(event =>
    event.type === 'TemplatePublished' && event.data.channel === channel && event.data.language === language && event.data.kind === kind
      ? [event.data]
      : [],
  );
  return {
    items: versions
      .toReversed()
      .map(({ version, document, by, at }) => ({ version, document, by, byName: directory.operator(by)?.name ?? by, publishedAt: at })),
  };
};

type Preview = { message: unknown; payload: unknown } | { fault: string };

/** A message with these words and an example's values, composed and as the provider would get it. @throws ProblemError 422, 503 */
export const previewTemplate = async (
  messaging: Pick<Messaging, 'request'>,
  wanted: { channel: AlertChannel; kind: TemplateKind; document: MessageTemplate | null },
) => {
  const { channel, kind, document } = wanted;
  const preview = await askNotification<Preview>(messaging, 'hp.query.messagePreview', { channel, kind, template: document });
  if ('fault' in preview)
    throw new ProblemError('invalid_template', 422, `These words cannot be used: ${preview.fault}.`, {
      errors: [{ pointer: '/document', detail: preview.fault }],
    });
  return preview;
};

/**
 * Publishes the next version of the words for one channel, language and kind of message; null goes back to the built-in ones.
 * @throws ProblemError 422 for a variable that stands for nothing, or words that do not say until when; 503
 */
export const publishTemplate =
  (deps: SettingsDeps & { messaging: Pick<Messaging, 'request'> }) =>
  async (by: Changer, channel: AlertChannel, language: string, kind: TemplateKind, document: MessageTemplate | null) => {
    if (document !== null) await previewTemplate(deps.messaging, { channel, kind, document });
    const events = await changeSettings(deps, by, streamOf.organization(by.tenant), (before, at) => {
      const last = before.findLast(
        ({ type, data }) => type === 'TemplatePublished' && data.channel === channel && data.language === language && data.kind === kind,
      );
      const version = (last?.type === 'TemplatePublished' ? last.data.version : 0) + 1;
      return [{ type: 'TemplatePublished', data: { channel, language, kind, version, document, by: by.operatorId, at } }];
    });
    const [published] = events;
    return { channel, language, kind, version: published?.type === 'TemplatePublished' ? published.data.version : 0, document };
  };
