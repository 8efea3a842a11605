import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';

/** Where `vite` (development only) forwards the operators' API; the fake of `dev/` listens there by default. */
const apiTarget = process.env.CONSOLE_URL ?? 'http://127.0.0.1:7091';

const TARGET = 'es2023';

/** A service worker is one file that keeps its address for ever: at the root of the site it may have every page. Built by itself, so that it shares nothing. */
const serviceWorker = (): Plugin => ({
  name: 'service-worker',
  apply: 'build',
  async generateBundle() {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: TARGET,
        rolldownOptions: {
          input: join(import.meta.dirname, 'src/push/worker/service-worker.ts'),
          output: { format: 'iife', entryFileNames: 'service-worker.js' },
        },
      },
    });
    if (Array.isArray(built) || !('output' in built)) throw new Error('The service worker did not become one bundle.');
    this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: built.output[0].code });
  },
});

/** Everything is a hashed file of this origin: the page runs under a policy without inline scripts, inline styles or other hosts. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), serviceWorker()],
  // The console puts the nonce of each answer here, and names it in the page's policy.
  html: { cspNonce: 'holdpoint-nonce' },
  resolve: { conditions: ['@holdpoint/source', 'module', 'browser', 'development|production'] },
  server: { host: '127.0.0.1', port: 7090, strictPort: true, proxy: { '/api': apiTarget } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: TARGET,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
});
