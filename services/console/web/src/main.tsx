import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/inbox.css';
import './styles/bulk.css';
import './styles/review.css';
import './styles/decide.css';
import './styles/verbs.css';
import './styles/settings.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { registerWorker } from './push/register-worker.ts';
import { App } from './shell/app.tsx';
import { showStoredTheme } from './shell/theme.ts';

/** An answer that came is final; only silence is worth asking again, twice. */
const RETRIES = 2;
const isSilence = (error: Error) => error instanceof ApiError && (error.status === 0 || error.status === 503);

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 2_000, networkMode: 'always', retry: (failures, error) => failures < RETRIES && isSilence(error) },
    // Else a decision made without a network would be sent by itself when it is back, whatever happened meanwhile.
    mutations: { networkMode: 'always' },
  },
});

showStoredTheme();
// Vite's development server has no worker to offer.
if (import.meta.env.PROD) void registerWorker();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root element to render into.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
