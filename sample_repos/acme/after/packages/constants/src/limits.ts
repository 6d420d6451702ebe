export const MAX_ITEMS = 99;
