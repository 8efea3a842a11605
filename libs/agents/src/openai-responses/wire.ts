import type { Connection } from '../agent.ts';

export const responsesHeaders = ({ apiKey }: Connection) => ({ authorization: `Bearer ${apiKey}` });
