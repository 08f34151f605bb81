// Builds what the browser gets into warmline/static/dist. Django's static storage adds hashes to the names.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const outdir = root("warmline/static/dist");
const options = {
  entryPoints: [
    ...["app", "waiting", "volunteer", "talk", "pulse", "crisis", "offline", "account", "keyholder", "proof", "solver", "report", "reporter", "push", "notices", "letter", "words", "appointment"].map((name) => root(`frontend/src/${name}.ts`)),
    root("frontend/styles/app.css"),
  ],
  outdir,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  // Phones of about six years ago.
  target: ["chrome90", "firefox90", "safari14.1"],
  charset: "utf8",
  legalComments: "none",
  external: ["./fonts/*"], // Copied beside the style sheet under the same names.
  logLevel: "warning",
};

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await cp(root("frontend/fonts"), `${outdir}/fonts`, {
  recursive: true,
  filter: (path) => !path.endsWith(".md"),
});
// Six of them are drawn in a page; the list has one home.
await cp(root("warmline/people/data/words.txt"), `${outdir}/words.txt`);
// What is bundled from elsewhere comes with its licence.
await cp(root("node_modules/altcha-lib/LICENSE.txt"), `${outdir}/licences/altcha-lib.txt`);
if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
}
