import { pageNonceOf } from '../handles.ts';
import { oneLine } from '../channels/plain-text.ts';
import { confirmAddress, enrolmentOfToken } from './enrol.ts';
import { isNonceOf, type PageForm } from './page-answer.ts';
import type { Page } from './page-html.ts';
import type { ReplyDeps } from './reply-deps.ts';

/** The page behind the link in a mail that proves an address. */
export type ConfirmPages = {
  show(token: string): Page;
  /** @throws LogUnavailable */
  send(token: string, form: PageForm): Promise<Page>;
};

const NAME_CHARS_MAX = 120;

export const openConfirmPages = (deps: ReplyDeps): ConfirmPages => {
  const link = { label: 'Open the console', url: `${deps.consoleUrl}/` };
  const show = (token: string): Page => {
    const enrolment = enrolmentOfToken(deps, token);
    if (enrolment === null || Date.parse(enrolment.expiresAt) <= Date.parse(deps.now()))
      return {
        status: enrolment === null ? 404 : 410,
        title: 'This link cannot be used any more',
        lines: ['It was used already, replaced by a newer one, or is too old. Add the address again in the console; it sends a new link.'],
        fields: [],
        link,
      };
    const name = deps.directory.operator(enrolment.operatorId)?.name ?? enrolment.operatorId;
    const organization = deps.directory.organization(enrolment.tenant)?.name ?? enrolment.tenant;
    const { displayName } = deps.channels.describe(enrolment.channel);
    return {
      status: 200,
      title: `Is this ${displayName} address ${oneLine(name, NAME_CHARS_MAX)}’s?`,
      lines: [
        `${oneLine(name, NAME_CHARS_MAX)} of ${oneLine(organization, NAME_CHARS_MAX)} wants to be told here of requests that wait for a decision, and to answer them from here.`,
        'If you are not that person, close this page; nothing happens then.',
      ],
      fields: [],
      form: {
        nonce: pageNonceOf(deps.handleKey, token, Date.parse(deps.now())),
        buttons: [{ verb: 'confirm', label: 'Yes, this is my address', strong: true }],
        asksNote: false,
      },
    };
  };
  return {
    show,
    send: async (token, form) => {
      if (form.verb !== 'confirm' || !isNonceOf(deps.handleKey, token, form.nonce, Date.parse(deps.now())))
        return { ...show(token), status: 409 };
      const reply = await confirmAddress(deps, token);
      return reply.outcome === 'verified'
        ? { status: 200, title: 'The address is confirmed', lines: ['You are told here from now on.'], fields: [], link }
        : { status: 409, title: 'It is not confirmed', lines: [reply.detail], fields: [], link };
    },
  };
};
