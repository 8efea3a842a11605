import type { Connection } from '../agent.ts';

export const langgraphHeaders = ({ apiKey }: Connection) => ({ 'x-api-key': apiKey });
