import type { Config } from "tailwindcss";

const config: Config = {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
  theme: {
    extend: {
      colors: {
        brand: { DEFAULT: "#0f766e", dark: "#134e4a" },
        surface: "hsl(var(--surface))",
      },
      fontFamily: { sans: ["Inter", "sans-serif"] },
      borderRadius: { "2xl": "1rem" },
      // computed, so it stays here
      spacing: { gutter: `${4 * 4}px` },
    },
  },
  plugins: [],
};

export default config;
