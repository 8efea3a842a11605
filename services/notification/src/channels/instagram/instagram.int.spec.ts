import { describe, expect } from 'vitest';
import { conversesLike } from '../../providers/meta/chat.suite.ts';
import { instagram } from './instagram.ts';

describe('Instagram', () =>
  conversesLike({
    name: 'instagram',
    hook: 'instagram',
    firstPerson: 1_535_148_674_000,
    open: (fake, settings, options) =>
      instagram.open(
        instagram.config.parse({ accountId: fake.meta.state.instagramId, username: 'example.approvals', ...settings }),
        options,
      ),
    elsewhere: { settings: { accountId: '999999999' }, says: 'The access token belongs to another account' },
    enrolmentLink: token => `https://ig.me/m/example.approvals?ref=${token}`,
    windowClosed: '10/2534022',
    checkBody: body => expect(body).not.toHaveProperty('messaging_type'),
  }));
