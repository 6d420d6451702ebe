globalThis.IS_TEST = true;
