import js from "@eslint/js";
import tseslint from "typescript-eslint";

const NEVER_AS_MARKUP = "Text from a person or a server is never parsed as markup here: build nodes.";

export default tseslint.config(
  { ignores: ["node_modules/", "warmline/", ".venv/"] },
  js.configs.recommended,
  {
    files: ["**/*.mjs", "eslint.config.js"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  {
    files: ["frontend/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/explicit-function-return-type": ["error", { allowExpressions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: NEVER_AS_MARKUP },
        { property: "outerHTML", message: NEVER_AS_MARKUP },
        { property: "insertAdjacentHTML", message: NEVER_AS_MARKUP },
        { property: "setHTMLUnsafe", message: NEVER_AS_MARKUP },
        { property: "parseHTMLUnsafe", message: NEVER_AS_MARKUP },
        { object: "document", property: "write", message: NEVER_AS_MARKUP },
      ],
    },
  },
  {
    files: ["frontend/test/**/*.ts"],
    // node:test's test() returns a promise that the runner itself awaits.
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
