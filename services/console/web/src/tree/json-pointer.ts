/** The JSON Pointer (RFC 6901) of a member or item below `parent`. */
export const pointerTo = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
