import { describe, expect } from 'vitest';
import { conversesLike } from '../../providers/meta/chat.suite.ts';
import { messenger } from './messenger.ts';

describe('Messenger', () =>
  conversesLike({
    name: 'messenger',
    hook: 'page',
    firstPerson: 6_254_477_777_000,
    open: (fake, settings, options) => messenger.open(messenger.config.parse({ pageId: fake.meta.state.pageId, ...settings }), options),
    elsewhere: { settings: { pageId: '999999999' }, says: 'not for this access token' },
    enrolmentLink: token => `https://m.me/108276452111790?ref=${token}`,
    windowClosed: '10/2018278',
    checkBody: (body, correlation) => expect(body).toMatchObject({ messaging_type: 'UPDATE', message: { metadata: correlation } }),
  }));
