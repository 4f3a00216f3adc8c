/** esbuild takes a style that a script imports into the page's one style. */
declare module "*.css";
