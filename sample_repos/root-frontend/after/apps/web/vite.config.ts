import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  resolve: {
    alias: {
      '@pocket/ui': fileURLToPath(new URL('../../packages/ui/src', import.meta.url)),
      '@pocket/utils': fileURLToPath(new URL('../../packages/utils/src', import.meta.url)),
      '@': fileURLToPath(new URL('./src', import.meta.url)),
    },
  },
});
