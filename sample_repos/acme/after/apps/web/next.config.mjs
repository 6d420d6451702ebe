/** @type {import('next').NextConfig} */
const nextConfig = {
  reactStrictMode: true,
  transpilePackages: ['@acme/shared-types', '@acme/constants', '@acme/utils', '@acme/ui'],
};

export default nextConfig;
