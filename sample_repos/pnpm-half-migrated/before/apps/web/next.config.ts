import type { NextConfig } from 'next';

export default {
  transpilePackages: ['@harbor/ui'],
} satisfies NextConfig;
