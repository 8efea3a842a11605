/** SHA-256 of a subscription's endpoint in hexadecimal: by it a browser finds itself among a person's addresses, which never show the endpoint. */
export const fingerprintOf = async (endpoint: string): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
  return [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('');
};
