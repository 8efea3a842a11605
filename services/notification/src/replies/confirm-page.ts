import { pageNonceOf } from '../handles.ts';
import { oneLine } from '../channels/plain-text.ts';
import { consoleLink } from './asking-page.ts';
import { confirmAddress, enrolmentOfToken } from './enrol.ts';
import { isNonceOf, type PageForm } from './page-answer.ts';
import type { Page } from './page-html.ts';
import { pageWordsIn } from './page-words.ts';
import type { ReplyDeps } from './reply-deps.ts';
import { enrolmentWords, replyWordsIn } from './reply-words.ts';

/** The page behind the link in a mail that proves an address. @param languages the browser's `Accept-Language` */
export type ConfirmPages = {
  show(token: string, languages: string | undefined): Page;
  /** @throws LogUnavailable */
  send(token: string, languages: string | undefined, form: PageForm): Promise<Page>;
};

const NAME_CHARS_MAX = 120;

export const openConfirmPages = (deps: ReplyDeps): ConfirmPages => {
  const page = (token: string, languages: string | undefined): Page => {
    const enrolment = enrolmentOfToken(deps, token);
    const words = pageWordsIn(enrolment === null ? undefined : deps.directory.profile(enrolment.operatorId)?.language, languages);
    const { confirm } = words;
    if (enrolment === null || Date.parse(enrolment.expiresAt) <= Date.parse(deps.now()))
      return {
        status: enrolment === null ? 404 : 410,
        words,
        title: confirm.over.title,
        lines: [confirm.over.line],
        fields: [],
        link: consoleLink(deps, words),
      };
    const name = oneLine(deps.directory.operator(enrolment.operatorId)?.name ?? enrolment.operatorId, NAME_CHARS_MAX);
    const organization = oneLine(deps.directory.organization(enrolment.tenant)?.name ?? enrolment.tenant, NAME_CHARS_MAX);
    return {
      status: 200,
      words,
      title: confirm.title(name),
      lines: [confirm.wants(name, organization), confirm.notYou],
      fields: [],
      form: {
        nonce: pageNonceOf(deps.handleKey, token, Date.parse(deps.now())),
        buttons: [{ verb: 'confirm', label: confirm.yes, strong: true }],
        asksNote: false,
      },
    };
  };
  return {
    show: page,
    send: async (token, languages, form) => {
      const shown = page(token, languages);
      if (form.verb !== 'confirm' || !isNonceOf(deps.handleKey, token, form.nonce, Date.parse(deps.now())))
        return { ...shown, status: 409 };
      const { words } = shown;
      const { confirm } = words;
      const reply = await confirmAddress(deps, token);
      const link = consoleLink(deps, words);
      return reply.outcome === 'verified'
        ? { status: 200, words, title: confirm.done.title, lines: [confirm.done.line], fields: [], link }
        : { status: 409, words, title: confirm.not, lines: [enrolmentWords(replyWordsIn(words.language), reply)], fields: [], link };
    },
  };
};
