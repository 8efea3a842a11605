import PostalMime from 'postal-mime';

/** Every address that stands in a text, HTML or JSON, each once. */
export const urlsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/https?:\/\/[^\s"'<>\\)\]}]+/g)].map(([url]) => url.replace(/[.,;]+$/, '').replaceAll('&amp;', '&'))),
];

/** Those in a mail, as its reader sees it. */
export const urlsInMail = async (raw: string): Promise<string[]> => {
  const { text = '', html = '' } = await PostalMime.parse(raw);
  return [...new Set([...urlsIn(text), ...urlsIn(html)])];
};
