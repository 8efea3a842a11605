import { expect, it } from 'vitest';
import { classifyMailError } from './email/classify.ts';
import { settingsNamed } from './settings-named.ts';
import { classifyTelegram } from './telegram/classify.ts';

it.each([
  ['Teams refuses the bot’s credentials; check appId, appSecret and tenantId (401)', ['appId', 'tenantId', 'appSecret', 'from']],
  ['The number in "from" does not belong to this account', ['from', 'appId']],
])('what a refusal names is found: %s', (refusal, members) => {
  expect(settingsNamed(refusal, members)).toEqual(members.filter(member => refusal.includes(member)));
});

it('is in words of classifiers that refuse credentials', () => {
  expect(settingsNamed(classifyTelegram(401, null).safeMessage, ['apiUrl', 'botToken'])).toEqual(['botToken']);
  expect(settingsNamed(classifyMailError({ code: 'EAUTH', responseCode: 535 }).safeMessage, ['from', 'smtpUrl'])).toEqual(['smtpUrl']);
});

it('is not what only reads like a setting', () => {
  expect(settingsNamed('Nothing comes from there; try another url. Mail from it is checked.', ['from', 'url', 'it'])).toEqual([]);
  expect(settingsNamed('Check it. The url is fine; check key (url)', ['url', 'key'])).toEqual(['key']);
});
