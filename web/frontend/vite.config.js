// Every src/app/*.jsx is one page's script: web/static/NAME.js, with what they share beside it in chunks/.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entries = readdirSync(here("src/app")).filter((name) => name.endsWith(".jsx"));

export default defineConfig({
  root: here("."),
  base: "/static/",
  publicDir: here("public"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../static"),
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    sourcemap: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: Object.fromEntries(entries.map((name) => [name.replace(".jsx", ""), here(`src/app/${name}`)])),
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name].js",
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith(".css")) ? "page.css" : "assets/[name][extname]"),
      },
    },
  },
});
