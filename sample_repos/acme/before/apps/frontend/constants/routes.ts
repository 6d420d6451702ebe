export const ROUTES = { home: '/', orders: '/orders' } as const;
export type Route = (typeof ROUTES)[keyof typeof ROUTES];
