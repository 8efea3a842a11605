/** The operators' API as a script uses it, with a personal access token. */
export type OperatorsApi = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
};

/** @throws Error with the problem document's detail for every answer that is not 2xx */
export const operatorsApi = (consoleUrl: string, token: string): OperatorsApi => {
  const call = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${consoleUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await reply.json()) as Record<string, unknown>;
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${String(answer['detail'] ?? JSON.stringify(answer))}`);
    return answer;
  };
  return {
    get: path => call('GET', path) as never,
    post: (path, body) => call('POST', path, body) as never,
    put: (path, body) => call('PUT', path, body) as never,
  };
};
