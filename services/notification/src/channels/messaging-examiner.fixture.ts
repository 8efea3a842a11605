import { chatMarkup, over, type Examiner } from './examiner.fixture.ts';

type Form = { text?: string; attachment?: { payload: { text: string; buttons: { title: string; payload: string }[] } } };

/** Messenger and Instagram: a text, or a template of a text and buttons. @param limits of a plain text, in characters and in bytes of UTF-8 */
export const messagingExaminer = (config: object, limits: { chars: number; bytes: number }): Examiner => ({
  configs: [config],
  addresses: ['6254477777772919'],
  examine: rendered => {
    const { text: plain, attachment } = rendered as Form;
    const text = plain ?? attachment?.payload.text ?? '';
    const buttons = attachment?.payload.buttons ?? [];
    return {
      shown: [text, ...buttons.map(({ title }) => title)],
      urls: [],
      handles: buttons.map(({ payload }) => payload),
      alive: chatMarkup(text),
      exceeded: [
        ...over('text', text.length, attachment === undefined ? limits.chars : 640),
        ...over('bytes', Buffer.byteLength(text), limits.bytes),
        ...over('buttons', buttons.length, 3),
        ...buttons.flatMap(({ title, payload }) => [...over('title', title.length, 20), ...over('payload', payload.length, 1_000)]),
      ],
    };
  },
});
