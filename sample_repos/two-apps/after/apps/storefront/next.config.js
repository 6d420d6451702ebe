module.exports = {
  transpilePackages: ['@market/shared-types', '@market/ui'],
};
