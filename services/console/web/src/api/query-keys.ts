/** Names of what is cached, from general to particular: a prefix refreshes everything below it. */
export const keys = {
  me: ['me'],
  inbox: ['inbox'],
  safety: ['safety'],
  setting: ['setting'],
  approval: (id: string) => ['approval', id],
} as const;
