import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The server to develop against: CAUSEWAY_URL, as for the command line. Of the product no part: the binary serves the built bundle.
const server = process.env.CAUSEWAY_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./", // A proxy may put a prefix before everything.
  plugins: [react()],
  build: {
    outDir: "../bundle",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // The content security policy has no place for data in scripts or styles.
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 450,
  },
  server: { proxy: { "/api": server, "/v1": server, "/openapi": server } },
});
