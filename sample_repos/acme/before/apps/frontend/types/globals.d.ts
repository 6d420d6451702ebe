declare global {
  var IS_TEST: boolean;
}

export {};
