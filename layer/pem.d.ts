/** esbuild bundles a .pem file as its text. */
declare module "*.pem" {
  const text: string;
  export default text;
}
