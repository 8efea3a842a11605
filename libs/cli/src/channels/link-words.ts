/** How an account is linked that only its own person can open. @param paste text to send there, where the link cannot carry it */
export const howToLink = ({ link, paste }: { link: string; paste?: string | undefined }): string[] => [
  `Open it from the account that is to be linked: ${link}`,
  ...(paste === undefined ? [] : [`and send this text there: ${paste}`]),
  'It is for you alone, and works once, for 15 minutes.',
];
