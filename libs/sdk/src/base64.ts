/** Bytes of base64 or base64url text, with or without padding, in browsers too. @returns undefined for anything else */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, character => character.charCodeAt(0));
  } catch {
    return undefined;
  }
};
