import type { Config } from "tailwindcss";
import borderRadius from "../../packages/design-tokens/src/border-radius.json";
import colors from "../../packages/design-tokens/src/colors.json";
import typography from "../../packages/design-tokens/src/typography.json";

const config: Config = {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}", "../../packages/ui/src/**/*.{js,jsx,ts,tsx}"],
  theme: {
    extend: {
      colors: colors,
      fontFamily: typography.fontFamily,
      borderRadius: borderRadius,
      // computed, so it stays here
      spacing: { gutter: `${4 * 4}px` },
    },
  },
  plugins: [],
};

export default config;
