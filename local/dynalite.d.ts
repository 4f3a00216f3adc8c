/** Types for the parts of dynalite that the one-machine run uses; dynalite has none of its own. */
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** How long a table stays CREATING, in milliseconds. */
    createTableMs?: number;
  }
  export default function dynalite(options?: DynaliteOptions): Server;
}
