import { defineConfig } from "vitest/config";

// The portal's listener during development: the mock server, or a running goldenpath (PORTAL=http://127.0.0.1:7007).
const portal = process.env["PORTAL"] ?? "http://127.0.0.1:7070";

// Tools read this file's default export; nothing else in the portal has one.
export default defineConfig({
  esbuild: { jsx: "automatic" },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: portal },
      "/kube": { target: portal, ws: true },
    },
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      // "use client" means something to servers that render React; we have none.
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  // Tests of components begin with "@vitest-environment jsdom".
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
