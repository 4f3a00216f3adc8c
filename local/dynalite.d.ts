/** Types for what the one-machine run uses of dynalite, which has none. */
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** How long a table stays CREATING, in milliseconds. */
    createTableMs?: number;
  }
  export default function dynalite(options?: DynaliteOptions): Server;
}
