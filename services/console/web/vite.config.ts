import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite` (development only) forwards the operators' API; the fake of `dev/` listens there by default. */
const apiTarget = process.env.CONSOLE_URL ?? 'http://127.0.0.1:7091';

/** Everything is a hashed file of this origin: the page runs under a policy without inline scripts, inline styles or other hosts. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@holdpoint/source', 'module', 'browser', 'development|production'] },
  server: { host: '127.0.0.1', port: 7090, strictPort: true, proxy: { '/api': apiTarget } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
});
