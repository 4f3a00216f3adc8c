/** Types for the parts of kinesalite that the one-machine run uses; kinesalite has none of its own. */
declare module "kinesalite" {
  import type { Server } from "node:http";

  interface KinesaliteOptions {
    /** How long a stream stays CREATING, UPDATING, DELETING, in milliseconds. */
    createStreamMs?: number;
    updateStreamMs?: number;
    deleteStreamMs?: number;
    shardLimit?: number;
  }
  export default function kinesalite(options?: KinesaliteOptions): Server;
}
