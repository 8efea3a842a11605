import { messagingExaminer } from '../messaging-examiner.fixture.ts';

export const examiner = messagingExaminer(
  { pageId: '108276452111790', accessToken: 'CANARY-access-token', appSecret: 'CANARY-app-secret', verifyToken: 'CANARY-verify-token' },
  { chars: 2_000, bytes: 8_000 },
);
