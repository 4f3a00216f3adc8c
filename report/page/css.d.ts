/** esbuild bundles styles that a script imports into the page's style. */
declare module "*.css";
