import { messagingExaminer } from '../messaging-examiner.fixture.ts';

export const examiner = messagingExaminer(
  {
    accountId: '17841405822304914',
    username: 'holdpoint.test',
    accessToken: 'CANARY-access-token',
    appSecret: 'CANARY-app-secret',
    verifyToken: 'CANARY-verify-token',
  },
  { chars: 1_000, bytes: 1_000 },
);
