/** The part of dynalite that the one-machine run uses; the package brings no types. */
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** How long a table stays CREATING, in milliseconds. */
    createTableMs?: number;
  }
  export default function dynalite(options?: DynaliteOptions): Server;
}
