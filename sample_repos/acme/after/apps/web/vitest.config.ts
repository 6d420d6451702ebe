import path from 'path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globals: true,
    setupFiles: './setupTests.ts',
  },
  resolve: {
    alias: [
      { find: '@acme/ui', replacement: path.resolve(__dirname, '../../packages/ui/src') },
      { find: '@acme/utils', replacement: path.resolve(__dirname, '../../packages/utils/src') },
      { find: '@acme/constants', replacement: path.resolve(__dirname, '../../packages/constants/src') },
      { find: '@acme/shared-types', replacement: path.resolve(__dirname, '../../packages/shared-types/src') },
      { find: '@', replacement: path.resolve(__dirname) },
    ],
  },
});
