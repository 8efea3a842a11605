import { chatMarkup, everyObject, over, type Examiner } from '../examiner.fixture.ts';
import { sessionForm, templateForm } from './cloud-render.ts';
import { twilioForm } from './twilio-render.ts';

const templates = {
  requestTemplate: 'holdpoint_request',
  requestButtons: ['approve' as const, 'reject' as const],
  noticeTemplate: 'holdpoint_notice',
  codeTemplate: 'holdpoint_code',
  templateLanguages: ['en'],
};
const contents = {
  requestContentSid: `HX${'1'.repeat(32)}`,
  requestButtons: ['approve' as const, 'reject' as const],
  noticeContentSid: `HX${'2'.repeat(32)}`,
  codeContentSid: `HX${'3'.repeat(32)}`,
};

export const examiner: Examiner = {
  configs: [
    {
      via: 'cloud',
      phoneNumberId: '106540352242922',
      accessToken: 'CANARY-access-token',
      appSecret: 'CANARY-app-secret',
      verifyToken: 'CANARY-verify-token',
    },
    { via: 'twilio', accountSid: `AC${'0a'.repeat(16)}`, authToken: 'CANARY-auth-token', from: '+14155550100', ...contents },
  ],
  addresses: ['+4915112345678'],
  forms: {
    'a template': message => templateForm(message, templates),
    'through Twilio, at any time': message => twilioForm(message, contents, false),
    'through Twilio, inside the window': message => twilioForm(message, contents, true),
    'inside the window': sessionForm,
  },
  examine: rendered => {
    const form = rendered as { contentVariables?: string; body?: string };
    const variables = form.contentVariables === undefined ? [] : Object.values(JSON.parse(form.contentVariables) as Record<string, string>);
    const objects = everyObject(rendered);
    const texts = [
      ...objects.flatMap(object => (typeof object['text'] === 'string' ? [object['text']] : [])),
      ...objects.flatMap(object => (typeof object['body'] === 'string' ? [object['body']] : [])),
      ...variables.filter(value => !value.startsWith('hp1')),
    ];
    const titles = objects.flatMap(object => (typeof object['title'] === 'string' ? [object['title']] : []));
    const handles = [...objects.flatMap(object => [object['id'], object['payload']]), ...variables].filter(
      (value): value is string => typeof value === 'string' && value.startsWith('hp1'),
    );
    const body = objects.find(({ type }) => type === 'interactive') === undefined ? 4_096 : 1_024;
    return {
      shown: [...texts, ...titles],
      urls: [],
      // Through Twilio a suffix of the handle says that no reason will be asked for.
      handles: handles.map(handle => handle.slice(0, 55)),
      alive: texts.flatMap(chatMarkup),
      exceeded: [
        ...texts.flatMap(text => over('text', text.length, body)),
        ...titles.flatMap(title => over('title', title.length, 20)),
        ...handles.flatMap(handle => over('id', handle.length, 256)),
        ...objects.flatMap(object => (Array.isArray(object['buttons']) ? over('buttons', object['buttons'].length, 3) : [])),
        // Parameters of a template may hold neither line breaks nor tabs nor five spaces in a row.
        ...objects.filter(({ type, text }) => type === 'text' && typeof text === 'string' && /[\n\t]| {5}/.test(text)).map(() => 'spaces'),
      ],
    };
  },
};
